import { NEUTRAL, fresh, indexOfMost } from '../facts';
import type { Capacity, Context, DimensionScorer, RoomOfResource } from '../types';

/** How much of the score is lost when there is no room at all to grow to the declared maximum. */
const GROWTH = 0.2;

/**
 * Rewards *fit*: the fuller the nodes become, up to the headroom, the better; emptiness is no merit, since spreading keeps
 * nodes open that could be let go. What is left on a node that can take no further replica is stranded and counts against it.
 *
 * For each resource asked for, over the nodes that may run it: use after placing ÷ (1 − headroom), falling to 0 from there to full;
 * less the stranded share. The mean is weighted by the profile (a GPU outweighs CPU). Jobs end and do not fail over: no headroom.
 *
 * Example: 16 GPUs, 8 free, 8 asked by a Job → use 100 % → 100. The same on 16 free → use 50 % → 50.
 */
export const resource: DimensionScorer = {
  name: 'resource',
  score(context) {
    const { cluster, capacity, profile, now, request } = context;
    const nodes = fresh(cluster.nodes, now, profile.staleAfter.resource);
    if (!nodes.ok) return { score: NEUTRAL, because: { code: nodes.why === 'old' ? 'RoomOld' : 'RoomUnknown', values: {} }, factAt: nodes.seenAt, unsure: true };
    if (capacity.resources.length === 0) return { score: NEUTRAL, because: { code: 'NothingAsked', values: {} } };
    const planned = plannedHere(context);
    const stranded = strandedBy(capacity, planned, cluster.nodePolicy ?? 'Spread');
    const target = request.kind === 'Job' ? 1 : 1 - profile.headroom;
    const weights = capacity.resources.map(({ name }) => weightOf(name, profile.resourceWeights));
    let sum = 0;
    let total = 0;
    for (let i = 0; i < weights.length; i += 1) {
      sum += weights[i] * fit(capacity.resources[i], planned, stranded[i], target);
      total += weights[i];
    }
    const score = Math.round((total > 0 ? sum / total : NEUTRAL) * (1 - GROWTH * (1 - growth(context, planned))));
    const heaviest = indexOfMost(weights);
    const main = capacity.resources[heaviest];
    const asked = planned * main.wanted;
    const values = {
      resource: main.name, asked, free: main.sums.free, left: main.sums.free - asked, stranded: stranded[heaviest],
      used: Math.round((100 * (main.sums.allocatable - main.sums.free + asked)) / Math.max(1, main.sums.allocatable)),
    };
    return { score, because: { code: values.stranded > 0 ? 'FitStranded' : 'Fit', values }, factAt: nodes.seenAt };
  },
};

/** New replicas this cluster might get: what is still wanted, as far as it fits. */
function plannedHere({ request, placed, capacity }: Context): number {
  const here = placed?.replicas ?? 0;
  return Math.max(0, Math.min(request.replicas - here, capacity.room - here));
}

function fit({ wanted, sums: { allocatable, free } }: RoomOfResource, planned: number, stranded: number, target: number): number {
  if (allocatable === 0) return 0;
  const use = (allocatable - free + planned * wanted) / allocatable;
  const full = use <= target ? use / target : (1 - use) / (1 - target);
  return 100 * Math.max(0, full - stranded / allocatable);
}

/** The share of the wished-for growth (maxReplicas) that would still fit. 1 where none is declared. */
function growth({ request, capacity, placed }: Context, planned: number): number {
  const more = (request.maxReplicas ?? 0) - request.replicas;
  return more <= 0 ? 1 : Math.min(1, (capacity.room - (placed?.replicas ?? 0) - planned) / more);
}

function weightOf(name: string, weights: Record<string, number>): number {
  if (name === 'pods') return 0;
  if (name in weights) return weights[name];
  return name === 'ephemeral-storage' ? (weights.storage ?? 0.5) : (weights.gpu ?? 5);
}

/**
 * What placing would strand, by resource: what stays free on nodes that the new replicas fill up.
 * Nodes that could be filled alike count with their chance, so that the order of nodes does not matter.
 */
function strandedBy({ resources, at, fits, free }: Capacity, planned: number, policy: 'Spread' | 'Pack'): number[] {
  const stranded = resources.map(() => 0);
  if (planned === 0) return stranded;
  const chance = policy === 'Pack' ? fullUnderPack(fits, planned) : fullUnderSpread(fits, planned);
  for (let i = 0; i < fits.length; i += 1) {
    const full = fits[i] > 0 ? chance(fits[i]) : 0;
    if (full === 0) continue;
    for (let r = 0; r < resources.length; r += 1) stranded[r] += full * Math.max(0, free[resources[r].row + at[i]] - fits[i] * resources[r].wanted);
  }
  return stranded.map(Math.round);
}

/** Chance that a node with room for so many is filled up. */
type Chance = (room: number) => number;

/** Pack fills the node with the least room first: every node below a limit is full, of those at the limit as many as are reached. */
function fullUnderPack(fits: readonly number[], planned: number): Chance {
  const order = fits.filter(room => room > 0).sort((a, b) => a - b);
  let open = planned;
  let at = 0;
  while (at < order.length && order[at] <= open) {
    open -= order[at];
    at += 1;
  }
  const limit = order[at] ?? Infinity;
  const first = order.indexOf(limit);
  const alike = order.lastIndexOf(limit) - first + 1;
  return room => (room < limit ? 1 : room > limit ? 0 : (at - first) / alike);
}

/** Spread gives one to each node in turn, the emptiest first: after so many whole rounds, the rest goes to those with most room. */
function fullUnderSpread(fits: readonly number[], planned: number): Chance {
  let rounds = 0;
  // Bit by bit, from the highest that so many replicas can need.
  for (let step = 1 << (31 - Math.clz32(Math.min(planned, 1 << 16))); step >= 1; step >>= 1) if (rounds + step <= planned && givenAfter(rounds + step, fits) <= planned) rounds += step;
  const open = planned - givenAfter(rounds, fits);
  let roomier = 0;
  let alike = 0;
  for (let i = 0; i < fits.length; i += 1) {
    if (fits[i] > rounds + 1) roomier += 1;
    else if (fits[i] === rounds + 1) alike += 1;
  }
  const chance = alike > 0 ? Math.min(1, Math.max(0, open - roomier) / alike) : 0;
  return room => (room <= rounds ? 1 : room === rounds + 1 ? chance : 0);
}

/** How many replicas stand after so many rounds. */
function givenAfter(rounds: number, fits: readonly number[]): number {
  let given = 0;
  for (let i = 0; i < fits.length; i += 1) given += Math.min(fits[i], rounds);
  return given;
}
