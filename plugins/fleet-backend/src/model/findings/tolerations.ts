import type { Taint, Toleration } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import { membership, type Member } from '../membership';
import { tolerationsIn } from '../narrowing';
import { tolerates } from '../taints';
import type { World } from '../world';
import { fleetOf, fleetSource, placementsIn, type Found, type Rule } from './rule';

/** `has-gpu=true:NoSchedule`, as kubectl writes the taint that is meant. */
const show = ({ key, value, effect }: Toleration) => `${key || 'every key'}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;

/** Members and the fleet's own bound, for whichever object the toleration stands in. */
function surroundings(object: KubeObject, world: World): { members: Member[]; fleet: KubeObject } | undefined {
  if (object.kind === 'Fleet') return { fleet: object, members: membership(object, world.clusters).members };
  const found = fleetOf(object, world);
  return found && { fleet: found.fleet, members: found.membership.members };
}

/** A toleration for a taint that no member has, and one that the fleet does not allow. */
export const tolerations: Rule = (object, world) => {
  const placements = placementsIn(object).filter(each => each.placement.clusterTolerations?.length);
  const around = placements.length ? surroundings(object, world) : undefined;
  if (!around) return [];
  const taints: Taint[] = around.members.flatMap(member => member.cluster.spec?.taints ?? []);
  return placements.flatMap(({ path, placement, source }) => {
    const refused = object.kind === 'Fleet' ? [] : tolerationsIn([fleetSource(around.fleet), source]).refused;
    return placement.clusterTolerations!.flatMap((toleration, index): Found[] => {
      const at = `${path}.clusterTolerations[${index}]`;
      if (refused.includes(toleration)) {
        return [{ code: 'TolerationNotAllowed', severity: 'warning', path: at, because: `fleet ${fleetSource(around.fleet).name} does not allow to tolerate ${show(toleration)}: it has no effect` }];
      }
      if (taints.some(taint => tolerates(toleration, taint))) return [];
      return [{ code: 'TolerationWithoutTaint', severity: 'info', path: at, because: `no cluster of the fleet has a taint ${show(toleration)}: nothing is tolerated` }];
    });
  });
};
