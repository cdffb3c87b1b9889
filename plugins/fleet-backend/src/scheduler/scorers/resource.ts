import { NEUTRAL, fresh } from '../facts';
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
    capacity.resources.forEach((row, i) => {
      sum += weights[i] * fit(row, planned, stranded[i], target);
      total += weights[i];
    });
    const score = Math.round((total > 0 ? sum / total : NEUTRAL) * (1 - GROWTH * (1 - growth(context, planned))));
    const main = capacity.resources[heaviest(weights)];
    const asked = planned * main.wanted;
    const values = {
      resource: main.name, asked, free: main.free, left: main.free - asked, stranded: stranded[heaviest(weights)],
      used: Math.round((100 * (main.allocatable - main.free + asked)) / Math.max(1, main.allocatable)),
    };
    return { score, because: { code: values.stranded > 0 ? 'FitStranded' : 'Fit', values }, factAt: nodes.seenAt };
  },
};

/** New replicas this cluster might get: what is still wanted, as far as it fits. */
function plannedHere({ request, placed, capacity }: Context): number {
  const here = placed?.replicas ?? 0;
  return Math.max(0, Math.min(request.replicas - here, capacity.room - here));
}

function fit({ allocatable, free, wanted }: RoomOfResource, planned: number, stranded: number, target: number): number {
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

function heaviest(weights: number[]): number {
  return weights.indexOf(Math.max(...weights));
}

/**
 * What placing would strand, by resource: what stays free on nodes that the new replicas fill up.
 * Pack fills the fullest node first; Spread gives each node one in turn, the emptiest first.
 */
function strandedBy({ resources, fits, free }: Capacity, planned: number, policy: 'Spread' | 'Pack'): number[] {
  const stranded = resources.map(() => 0);
  const width = resources.length;
  for (const [node, count] of fill(fits, planned, policy)) {
    if (count < fits[node]) continue;
    for (let r = 0; r < width; r += 1) stranded[r] += free[node * width + r] - count * resources[r].wanted;
  }
  return stranded;
}

function fill(fits: number[], planned: number, policy: 'Spread' | 'Pack'): Map<number, number> {
  const given = new Map<number, number>();
  let open = planned;
  if (policy === 'Pack') {
    const fullest = usable(fits).sort((a, b) => fits[a] - fits[b] || a - b);
    for (const node of fullest) {
      if (open <= 0) break;
      given.set(node, Math.min(open, fits[node]));
      open -= fits[node];
    }
    return given;
  }
  let nodes = open > 0 ? usable(fits).sort((a, b) => fits[b] - fits[a] || a - b) : [];
  while (open > 0 && nodes.length > 0) {
    // Whole rounds at once: as many as the smallest node bears, or as there are replicas.
    const least = nodes.reduce((least, node) => Math.min(least, fits[node] - (given.get(node) ?? 0)), Infinity);
    const rounds = Math.max(1, Math.min(least, Math.floor(open / nodes.length)));
    for (const node of nodes) {
      const count = Math.min(rounds, open);
      if (count > 0) given.set(node, (given.get(node) ?? 0) + count);
      open -= count;
    }
    nodes = nodes.filter(node => (given.get(node) ?? 0) < fits[node]);
  }
  return given;
}

function usable(fits: number[]): number[] {
  const nodes: number[] = [];
  for (let i = 0; i < fits.length; i += 1) if (fits[i] > 0) nodes.push(i);
  return nodes;
}
