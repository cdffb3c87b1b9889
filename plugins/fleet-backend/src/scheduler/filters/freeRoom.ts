import type { Change, Context } from '../types';
import { bottleneck, needed, withNodes } from './room';

/**
 * "Free 8 GPUs on X": for each replica that is missing, the node that lacks least is given just what it lacks, never more than it has.
 * The amount told is that of the scarce resource; the others are freed with it, by the same pods that have to go.
 */
export function freeRoom(context: Context): Change | undefined {
  const { request, cluster, capacity, placed } = context;
  if (cluster.nodes === 'unknown') return undefined;
  const nodes = cluster.nodes.value;
  const { resources, at, fits, free } = capacity;
  // Freeing everything would not be enough: no need to look at nodes.
  if (resources.some(({ allocatable, wanted }) => allocatable < wanted * needed({ request, placed }))) return undefined;
  const whole = at.map(index => resources.map(({ name }) => nodes[index].allocatable[name] ?? 0));
  const given = at.map(() => resources.map(() => 0));
  // What is left on a node once the replicas that fit now are there.
  const left = at.map((node, i) => resources.map(({ wanted }, r) => free[r][node] - fits[i] * wanted));

  for (let missing = needed({ request, placed }) - capacity.room; missing > 0; missing -= 1) {
    const best = leastLacking(at.length, i => lack(resources.map(({ wanted }, r) => ({ lacking: Math.max(0, wanted - left[i][r]), spare: whole[i][r] - free[r][at[i]] - given[i][r], whole: whole[i][r] }))));
    if (best === undefined) return undefined;
    resources.forEach(({ wanted }, r) => {
      const lacking = Math.max(0, wanted - left[best][r]);
      given[best][r] += lacking;
      left[best][r] += lacking - wanted;
    });
  }
  const scarce = bottleneck(resources);
  const column = resources.indexOf(scarce);
  const amount = given.reduce((sum, row) => sum + row[column], 0);
  if (amount === 0) return undefined;
  return {
    because: { code: 'FixFree', values: { cluster: cluster.name, resource: scarce.name, amount } },
    apply: now => ({
      cluster: withNodes(now.cluster, old =>
        old.map((node, index) => {
          const row = given[at.indexOf(index)];
          return row ? { ...node, free: { ...node.free, ...Object.fromEntries(resources.map(({ name }, r) => [name, (node.free[name] ?? 0) + row[r]])) } } : node;
        }),
      ),
    }),
  };
}

/** Share of the node that must go for one more replica; infinite where nothing that could go would be enough. */
function lack(rows: { lacking: number; spare: number; whole: number }[]): number {
  let share = 0;
  for (const { lacking, spare, whole } of rows) {
    if (lacking > spare) return Infinity;
    if (lacking > 0) share += lacking / whole;
  }
  return share;
}

function leastLacking(count: number, lackOf: (i: number) => number): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  for (let i = 0; i < count; i += 1) {
    const share = lackOf(i);
    if (share < least) [best, least] = [i, share];
  }
  return best;
}
