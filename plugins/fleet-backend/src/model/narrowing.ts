import type { Placement, Toleration } from '@flotilla/backstage-plugin-fleet-common';
import { LABEL_JURISDICTION } from '@flotilla/backstage-plugin-fleet-common';
import type { Member } from './membership';
import { formatRequirement, matches, unmet } from './selectors';
import { formatTaint, tolerates, untolerated } from './taints';

/** A placement, and whose it is. Fleet first, then policy, then component: each narrows what stands before it. */
export interface PlacementSource {
  source: 'fleet' | 'policy' | 'component';
  /** `namespace/name`, or the component's name. */
  name: string;
  placement: Placement | undefined;
}

/** What the workload itself is said to tolerate: its own list, else the policy's; undefined where neither says anything. */
export function tolerationsSaid(sources: readonly PlacementSource[]): Toleration[] | undefined {
  return placementOf(sources, 'component')?.clusterTolerations ?? placementOf(sources, 'policy')?.clusterTolerations;
}

const placementOf = (sources: readonly PlacementSource[], source: PlacementSource['source']) => sources.find(each => each.source === source)?.placement;

/** What the workload tolerates: its own list, else the policy's, else the fleet's; a fleet's list is also all it may tolerate. */
export function tolerationsIn(sources: readonly PlacementSource[]): { tolerations: Toleration[]; refused: Toleration[] } {
  const fleet = placementOf(sources, 'fleet')?.clusterTolerations;
  const said = tolerationsSaid(sources);
  if (!fleet) return { tolerations: said ?? [], refused: [] };
  if (!said) return { tolerations: fleet, refused: [] };
  const allowed = (wish: Toleration) => fleet.some(each => covers(each, wish));
  return { tolerations: said.filter(allowed), refused: said.filter(wish => !allowed(wish)) };
}

/** Whether everything that `wish` tolerates, `allowed` tolerates too. */
function covers(allowed: Toleration, wish: Toleration): boolean {
  if (allowed.effect && allowed.effect !== wish.effect) return false;
  if (wish.operator === 'Exists') return allowed.operator === 'Exists' && (!allowed.key || allowed.key === wish.key);
  return Boolean(wish.key) && tolerates({ ...allowed, effect: undefined }, { key: wish.key!, value: wish.value, effect: wish.effect ?? '' });
}

/** Whether a placement alone lets a member in; as {@link missedBy}, without the words. */
function lets({ placement }: PlacementSource): (member: Member) => boolean {
  if (!placement) return () => true;
  const { clusterSelector, clusterAffinity, residency } = placement;
  const selectors = [clusterSelector, clusterAffinity?.labelSelector].filter(selector => selector !== undefined);
  const named = clusterAffinity?.clusterNames && new Set(clusterAffinity.clusterNames);
  const excluded = new Set(clusterAffinity?.exclude);
  return ({ name, labels }) =>
    (!named || named.has(name)) && !excluded.has(name) && selectors.every(selector => matches(selector, labels)) && (!residency || residency.jurisdictions.includes(labels[LABEL_JURISDICTION] ?? ''));
}

/**
 * Whether members could be chosen under these placements, by what is declared alone. For asking many members: what the placements
 * say is put together once.
 */
export function withinBounds(sources: readonly PlacementSource[]): (member: Member) => boolean {
  const { tolerations } = tolerationsIn(sources);
  const all = sources.map(lets);
  return member => all.every(each => each(member)) && untolerated(member.cluster.spec?.taints ?? [], tolerations).length === 0;
}

/** Why a placement alone keeps a member out, in words; empty when it does not. */
function missedBy({ placement }: PlacementSource, member: Member): string[] {
  if (!placement) return [];
  const { clusterSelector, clusterAffinity, residency } = placement;
  const missing = [clusterSelector, clusterAffinity?.labelSelector].flatMap(selector => (selector ? unmet(selector, member.labels) : []));
  const words = missing.map(requirement => `wants ${formatRequirement(requirement)}`);
  if (clusterAffinity?.clusterNames && !clusterAffinity.clusterNames.includes(member.name)) words.push('does not name it');
  if (clusterAffinity?.exclude?.includes(member.name)) words.push('excludes it');
  const jurisdiction = member.labels[LABEL_JURISDICTION];
  if (residency && !residency.jurisdictions.includes(jurisdiction ?? '')) words.push(`wants jurisdiction ${residency.jurisdictions.join(' or ')}`);
  return words;
}

/**
 * Why a member can never be chosen under these placements, by what is declared alone: names, labels, residency, taints.
 * Capacity and reachability are facts of the moment and belong to the scheduler. Empty when it can.
 */
export function outOfBounds(member: Member, sources: readonly PlacementSource[]): string[] {
  const missed = sources.flatMap(source => missedBy(source, member).map(words => (source.source === 'component' ? words : `${source.source} ${source.name} ${words}`)));
  const taints = untolerated(member.cluster.spec?.taints ?? [], tolerationsIn(sources).tolerations);
  return [...missed, ...taints.map(taint => `does not tolerate ${formatTaint(taint)}`)];
}
