import type { Reason } from '@flotilla/backstage-plugin-fleet-common';
import { matches } from '../model/selectors';
import { aggregate, divide, type Party } from './divide';
import type { Judged } from './judge';
import { rank } from './rank';
import { select, type Selection } from './spread';
import { standing, type Staying } from './staying';
import type { ClusterFacts, Placed, PlacementRequest, SchedulingInput } from './types';

/** Who gets how many. A cluster with an entry is chosen, also with 0 replicas (a workload scaled to nothing has a home). */
export interface Assignment {
  shares: Map<string, number>;
  staying: Staying[];
  unplaced: number;
  notes: Reason[];
}

/** Gives the replicas to the clusters that fit, after those that stay where they are. */
export function assign(input: SchedulingInput, judged: Judged[], placed: ReadonlyMap<string, Placed>): Assignment {
  const { request } = input;
  const { fitting, staying, movable } = standing(judged, placed);
  const ranked = rank(fitting, request.target);
  const { shares, notes } = request.replicaScheduling.type === 'Duplicated' && !request.whole
    ? duplicate(ranked, request)
    : share(input, ranked, trimmed(staying, request.replicas));

  for (const stay of trimmed(staying, request.replicas)) shares.set(stay.cluster, stay.replicas);
  const stays = [...staying, ...withoutTarget(shares, movable, request)];
  if (request.replicas > 0) for (const [cluster, replicas] of shares) if (replicas === 0) shares.delete(cluster);
  return { shares, staying: stays, unplaced: unplaced(shares, request), notes };
}

/** Stays never exceed what is wanted: scaling down reaches them too, the last ones first. */
function trimmed(staying: Staying[], replicas: number): Staying[] {
  let open = replicas;
  return staying.map(stay => {
    const kept = Math.min(stay.replicas, open);
    open -= kept;
    return { ...stay, replicas: kept };
  });
}

function share(input: SchedulingInput, ranked: Judged[], staying: Staying[]): { shares: Map<string, number>; notes: Reason[] } {
  const { request } = input;
  const open = request.replicas - staying.reduce((sum, { replicas }) => sum + replicas, 0);
  if (request.whole) {
    // Whole and already somewhere else: nothing is begun beside it.
    const home = staying.length === 0 ? ranked[0] : undefined;
    return { shares: new Map(home ? [[home.cluster.name, open]] : []), notes: [] };
  }
  const weights = weightsOf(request, ranked);
  const fixed = 'staticWeights' in request.replicaScheduling;
  const candidates = weights ? ranked.filter(({ cluster, room }) => weights(cluster, room) > 0) : ranked;
  const selection = select(weights && fixed ? byWeight(candidates, weights) : candidates, request, open, staying.length, { wide: weights !== undefined, fixed });
  const steady = isSteady(input, selection);
  const parties = selection.selected.map((one): Party => {
    const { cluster, room, placed } = one;
    const held = placed?.replicas ?? 0;
    const least = selection.must.size > 1 && selection.must.has(one) && open >= selection.must.size ? 1 : 0;
    return {
      name: cluster.name,
      weight: weights ? weights(cluster, room) : 1,
      floor: Math.max(least, steady || placed?.keep ? held : 0),
      cap: selection.unmet ? held : room,
    };
  });
  const shares = weights || selection.must.size > 1 ? divide(open, parties) : aggregate(open, parties);
  return { shares, notes: selection.notes };
}

/** Fixed ratios are divided anew each time; so that scores move nothing, their order must not depend on scores once replicas are held. */
function byWeight(candidates: Judged[], weights: (cluster: ClusterFacts, room: number) => number): Judged[] {
  const weight = ({ cluster, room }: Judged) => weights(cluster, room);
  const held = ({ placed }: Judged) => placed?.replicas ?? 0;
  return [...candidates].sort((a, b) => weight(b) - weight(a) || held(b) - held(a));
}

/**
 * Steady keeps every share and only adds or takes. Shares are computed anew where the wish itself asks for it: fixed ratios
 * (they are the wish), a changed strategy, or a wish for several clusters that can be met only now.
 */
function isSteady({ request, assignment }: SchedulingInput, { kept, selected }: Selection): boolean {
  if (assignment === 'Fresh' || 'staticWeights' in request.replicaScheduling) return false;
  return kept || !selected.some(({ placed }) => placed?.replicas);
}

/** Weight by cluster and room; undefined for Aggregated. With fixed weights that name none of the clusters, all are equal. */
function weightsOf({ replicaScheduling, replicas }: PlacementRequest, ranked: Judged[]): ((cluster: ClusterFacts, room: number) => number) | undefined {
  if ('dynamicWeight' in replicaScheduling) return (_cluster, room) => Math.min(room, Math.max(replicas, 1));
  if (!('staticWeights' in replicaScheduling)) return undefined;
  const said = ({ name, labels }: ClusterFacts) =>
    replicaScheduling.staticWeights.reduce((most, { clusters, weight }) => {
      const meant = (!clusters.clusterNames?.length || clusters.clusterNames.includes(name)) && !clusters.exclude?.includes(name) && matches(clusters.labelSelector ?? {}, labels);
      return meant ? Math.max(most, weight) : most;
    }, 0);
  return ranked.some(({ cluster }) => said(cluster) > 0) ? said : () => 1;
}

/** Every chosen cluster gets all replicas; one that runs fewer and has no room for more keeps what it has. */
function duplicate(ranked: Judged[], request: PlacementRequest): { shares: Map<string, number>; notes: Reason[] } {
  const { selected, notes, unmet } = select(ranked, request, request.replicas, 0, { wide: true, fixed: false });
  const shares = selected.map(({ cluster, room, placed }): [string, number] => [
    cluster.name,
    Math.min(request.replicas, unmet ? (placed?.replicas ?? 0) : room),
  ]);
  return { shares: new Map(shares), notes };
}

/** What was to move and found no room stays: a running replica is better than none. Changes `shares`. */
function withoutTarget(shares: Map<string, number>, movable: Placed[], request: PlacementRequest): Staying[] {
  if (request.replicaScheduling.type === 'Duplicated' && !request.whole) return [];
  const stays: Staying[] = [];
  for (const { cluster, replicas } of movable) {
    const back = Math.min(replicas, unplaced(shares, request));
    // All or none: half a Job is of no use.
    if (back === 0 || (request.whole && back < request.replicas)) continue;
    shares.set(cluster, back);
    stays.push({ cluster, replicas: back, why: 'NoTarget' });
  }
  return stays;
}

function unplaced(shares: ReadonlyMap<string, number>, request: PlacementRequest): number {
  const given = [...shares.values()];
  if (request.replicaScheduling.type === 'Duplicated' && !request.whole && given.length > 0) {
    return given.reduce((sum, replicas) => sum + request.replicas - replicas, 0);
  }
  return Math.max(0, request.replicas - given.reduce((sum, replicas) => sum + replicas, 0));
}
