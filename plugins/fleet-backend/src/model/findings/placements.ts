import type { Placement } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import type { Member } from '../membership';
import { membership } from '../membership';
import type { World } from '../world';
import { fleetOf, placementsIn, type Found, type Rule } from './rule';

const warning = (code: string, path: string, because: string): Found => ({ code, severity: 'warning', path, because });

/** A cluster that is named and excluded at once, and a split that sends to one the same placement keeps out. */
function names({ clusterAffinity, distribution }: Placement, path: string): Found[] {
  const excluded = new Set(clusterAffinity?.exclude);
  const named = clusterAffinity?.clusterNames && new Set(clusterAffinity.clusterNames);
  const both = (clusterAffinity?.clusterNames ?? []).flatMap((name, index) =>
    excluded.has(name) ? [warning('NamedAndExcluded', `${path}.clusterAffinity.clusterNames[${index}]`, `${name} is excluded as well, which holds`)] : [],
  );
  const sent = Object.entries(distribution?.trafficSplit ?? {}).flatMap(([name, percent]) =>
    percent > 0 && (excluded.has(name) || (named && !named.has(name)))
      ? [warning('SplitOutsidePlacement', `${path}.distribution.trafficSplit.${name}`, `${percent} % go to ${name}, which clusterAffinity ${excluded.has(name) ? 'excludes' : 'does not name'}`)]
      : [],
  );
  return [...both, ...sent];
}

/** Words about dividing that the way of scheduling does not ask for. */
function division({ replicaScheduling, distribution }: Placement, path: string): Found[] {
  const { replicaSchedulingType, replicaDivisionPreference, weightPreference } = replicaScheduling ?? {};
  const at = `${path}.replicaScheduling`;
  if (replicaSchedulingType === 'Duplicated') {
    const idle = [
      replicaDivisionPreference && `${at}.replicaDivisionPreference`,
      weightPreference && `${at}.weightPreference`,
      distribution?.trafficSplit && `${path}.distribution.trafficSplit`,
    ].filter((each): each is string => Boolean(each));
    return idle.map(field => warning('DivisionIgnored', field, 'every cluster gets all replicas (Duplicated), so nothing is divided'));
  }
  if (weightPreference && replicaDivisionPreference !== 'Weighted') {
    return [warning('DivisionIgnored', `${at}.weightPreference`, 'weights count only with replicaDivisionPreference: Weighted')];
  }
  return weightPreference?.dynamicWeight && weightPreference.staticWeightList?.length
    ? [warning('DivisionIgnored', `${at}.weightPreference.staticWeightList`, 'dynamicWeight is given as well, which wins')]
    : [];
}

const groupOf = (member: Member, { spreadByField, spreadByLabel }: NonNullable<Placement['spreadConstraints']>[number]) =>
  spreadByField === 'cluster' ? member.name : member.labels[spreadByLabel ?? spreadByField ?? ''];

/** More groups than the fleet has, or fewer than share the traffic. */
function spread({ spreadConstraints, distribution }: Placement, path: string, members: readonly Member[] | undefined): Found[] {
  const sharing = Object.values(distribution?.trafficSplit ?? {}).filter(percent => percent > 0).length;
  return (spreadConstraints ?? []).flatMap((rule, index) => {
    const at = `${path}.spreadConstraints[${index}]`;
    const groups = members && new Set(members.map(member => groupOf(member, rule)).filter(Boolean)).size;
    const found: Found[] = [];
    if (groups !== undefined && groups < (rule.minGroups ?? 1)) {
      const by = rule.spreadByField ?? rule.spreadByLabel;
      found.push(warning('SpreadBeyondFleet', `${at}.minGroups`, `the fleet has ${groups} ${groups === 1 ? 'group' : 'groups'} by ${by}, ${rule.minGroups ?? 1} are wanted at least: nothing is placed`));
    }
    if (rule.spreadByField === 'cluster' && rule.maxGroups !== undefined && rule.maxGroups < sharing) {
      found.push(warning('SpreadUnderSplit', `${at}.maxGroups`, `${sharing} clusters share the traffic, at most ${rule.maxGroups} may be chosen`));
    }
    return found;
  });
}

function membersAround(object: KubeObject, world: World): readonly Member[] | undefined {
  if (object.kind === 'Fleet') return membership(object, world.clusters).members;
  return fleetOf(object, world)?.membership.members;
}

/** Contradictions within one placement, and between it and the fleet's clusters. */
export const placements: Rule = (object, world) => {
  const found = placementsIn(object);
  const members = found.some(({ placement }) => placement.spreadConstraints?.length) ? membersAround(object, world) : undefined;
  return found.flatMap(({ placement, path }) => [...names(placement, path), ...division(placement, path), ...spread(placement, path, members)]);
};
