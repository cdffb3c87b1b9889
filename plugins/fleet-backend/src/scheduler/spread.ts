import type { Reason } from '@flotilla/backstage-plugin-fleet-common';
import type { Judged } from './judge';
import type { ClusterFacts, PlacementRequest, SpreadConstraint } from './types';

/** Which clusters take part in the division, and what has to be said about it. */
export interface Selection {
  selected: Judged[];
  notes: Reason[];
  /** A hard minimum cannot be met: nothing new may be placed. */
  unmet: boolean;
  /** Clusters that must get one replica each, so that the minimums are kept; more than one makes the division even. */
  must: ReadonlySet<Judged>;
  /** What is held now keeps the minimums already, so nothing has to move for them. */
  kept: boolean;
}

/** `wide`: use all that fit, not as few as hold everything. `fixed`: the order given is that of fixed ratios, and minimums follow it. */
interface Manner {
  wide: boolean;
  fixed: boolean;
}

/**
 * Picks the clusters to use from the ranked ones: as few as hold everything, or all that fit, within the spread constraints.
 * @param open - replicas still to be given (those that stay on clusters outside the ranking are off already)
 * @param staying - how many clusters those are
 */
export function select(ranked: Judged[], request: PlacementRequest, open: number, staying: number, { wide, fixed }: Manner): Selection {
  const constraints = request.spreadConstraints;
  const usable = ranked.filter(({ cluster }) => constraints.every(({ by }) => groupOf(cluster, by) !== undefined));
  // Two replicas cannot stand in three groups; what is hard then is one in each of two.
  const most = request.replicaScheduling.type === 'Duplicated' ? Infinity : Math.max(1, request.replicas);
  const notes: Reason[] = [];
  for (const { by, minGroups = 1 } of constraints) {
    const found = new Set(usable.map(({ cluster }) => groupOf(cluster, by))).size;
    if (found + (by === 'cluster' ? staying : 0) < Math.min(minGroups, most)) notes.push({ code: 'SpreadUnmet', values: { by, wanted: minGroups, found } });
  }
  if (notes.length > 0) return { selected: usable.filter(holds), notes, unmet: true, must: new Set(), kept: true };

  const clusters = constraints.find(({ by }) => by === 'cluster');
  const wish = request.availability === 'multi-cluster' && !request.whole && request.replicas > 1 ? 2 : 1;
  if (wish > usable.length + staying && usable.length > 0) notes.push({ code: 'AvailabilityUnmet', values: { found: usable.length, cluster: usable[0].cluster.name } });
  const least = Math.min(Math.max(clusters?.minGroups ?? 1, wish) - staying, most, usable.length);
  const selected = pick(usable, constraints, { least, most: clusters?.maxGroups ?? Infinity, open, wide });
  const heldFirst = fixed ? selected : [...selected].sort((a, b) => Number(holds(b)) - Number(holds(a)));
  const must = keepers(heldFirst, constraints, least, most);
  return { selected, notes, unmet: false, must, kept: [...must].every(holds) };
}

/** One cluster of each group that a minimum needs, in the order given. */
function keepers(selected: Judged[], constraints: SpreadConstraint[], least: number, most: number): Set<Judged> {
  const must = new Set<Judged>();
  for (const { by, minGroups = 1 } of constraints) {
    const groups = new Set<string | undefined>();
    for (const one of selected) {
      const group = groupOf(one.cluster, by);
      if (by === 'cluster' || groups.size >= Math.min(minGroups, most) || groups.has(group)) continue;
      groups.add(group);
      must.add(one);
    }
  }
  for (const one of selected) if (must.size < least) must.add(one);
  return must;
}

function holds({ placed }: Judged): boolean {
  return placed !== undefined;
}

interface Limits {
  least: number;
  most: number;
  open: number;
  wide: boolean;
}

function pick(usable: Judged[], constraints: SpreadConstraint[], { least, most, open, wide }: Limits): Judged[] {
  const spread = constraints.filter(({ by }) => by !== 'cluster').map(constraint => ({ ...constraint, taken: new Set<string | undefined>() }));
  const chosen = new Set<Judged>();
  let missing = open;
  const add = (one: Judged) => {
    chosen.add(one);
    missing -= one.room;
    for (const { by, taken } of spread) taken.add(groupOf(one.cluster, by));
  };
  const allowed = (one: Judged) =>
    !chosen.has(one) && chosen.size < most && spread.every(({ by, taken, maxGroups = Infinity }) => taken.size < maxGroups || taken.has(groupOf(one.cluster, by)));
  const addFirst = (wanted: (one: Judged) => boolean): boolean => {
    const next = usable.find(one => allowed(one) && wanted(one));
    if (next) add(next);
    return next !== undefined;
  };

  usable.filter(holds).forEach(add);
  for (const { by, taken, minGroups = 1 } of spread) {
    while (taken.size < minGroups && addFirst(one => !taken.has(groupOf(one.cluster, by))));
  }
  if (wide) {
    for (const one of usable) if (allowed(one)) add(one);
  }
  // One cluster that holds all that is missing is best, else the largest one: so few are needed.
  while (missing > 0) {
    const roomiest = usable.reduce((room, one) => (allowed(one) ? Math.max(room, Math.min(missing, one.room)) : room), 0);
    if (!addFirst(one => one.room >= roomiest)) break;
  }
  while (chosen.size < Math.max(1, least) && addFirst(() => true));
  return usable.filter(one => chosen.has(one));
}

/** The group a cluster is in: its name, its place, or a label's value; undefined when it has none. */
export function groupOf(cluster: ClusterFacts, by: string): string | undefined {
  switch (by) {
    case 'cluster':
      return cluster.name;
    case 'region':
      return cluster.region ?? cluster.labels.region;
    case 'zone':
      return cluster.zone ?? cluster.labels.zone;
    case 'provider':
      return cluster.provider ?? cluster.labels.provider;
    default:
      return cluster.labels[by];
  }
}
