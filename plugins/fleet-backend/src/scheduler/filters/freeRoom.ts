import { tableOf } from '../columns';
import type { Capacity, Change, Context } from '../types';
import { bottleneck, needed, withNodes } from './room';

/**
 * "Free 8 GPUs on X": for each replica that is missing, the node that lacks least is given just what it lacks, never more than it has.
 * The amount told is that of the scarce resource; the others are freed with it, by the same pods that have to go.
 */
export function freeRoom(context: Context): Change | undefined {
  const { request, cluster, capacity, placed } = context;
  if (cluster.nodes === 'unknown') return undefined;
  const { resources } = capacity;
  const table = tableOf(cluster.nodes.value);
  // Freeing everything would not be enough: no need to look at nodes.
  if (resources.some(({ sums, wanted }) => sums.allocatable < wanted * needed({ request, placed }))) return undefined;
  const given = leastToFree(capacity, table.allocatable, needed({ request, placed }) - capacity.room);
  if (!given) return undefined;
  const scarce = bottleneck(resources);
  const amount = capacity.at.reduce((sum, node) => sum + given[scarce.row + node], 0);
  if (amount === 0) return undefined;
  const freedOn = new Map(capacity.at.map(node => [table.open[node], resources.map(({ name, row }): [string, number] => [name, given[row + node]])]));
  return {
    because: { code: 'FixFree', values: { cluster: cluster.name, resource: scarce.name, amount } },
    apply: now => ({
      cluster: withNodes(now.cluster, nodes =>
        nodes.map(node => {
          const freed = (freedOn.get(node) ?? []).map(([name, more]): [string, number] => [name, (node.free[name] ?? 0) + more]);
          return freed.length > 0 ? { ...node, free: { ...node.free, ...Object.fromEntries(freed) } } : node;
        }),
      ),
    }),
  };
}

/** What to free so that `missing` more replicas fit, in the rows of `capacity.free`; undefined when it cannot be had. */
function leastToFree({ resources, at, fits, free }: Capacity, allocatable: Float64Array, missing: number): Float64Array | undefined {
  const given = new Float64Array(free.length);
  // What is left on a node once the replicas that fit now are there.
  const left = free.slice();
  for (const { row, wanted } of resources) at.forEach((node, i) => (left[row + node] -= fits[i] * wanted));

  /** Share of the node that must go for one more replica; infinite where nothing that could go would be enough. */
  const lack = (node: number): number => {
    let share = 0;
    for (const { row, wanted } of resources) {
      const cell = row + node;
      const lacking = Math.max(0, wanted - left[cell]);
      if (lacking > allocatable[cell] - free[cell] - given[cell]) return Infinity;
      if (lacking > 0) share += lacking / allocatable[cell];
    }
    return share;
  };
  for (let open = missing; open > 0; open -= 1) {
    const best = leastLacking(at, lack);
    if (best === undefined) return undefined;
    for (const { row, wanted } of resources) {
      const lacking = Math.max(0, wanted - left[row + best]);
      given[row + best] += lacking;
      left[row + best] += lacking - wanted;
    }
  }
  return given;
}

function leastLacking(at: readonly number[], lackOf: (node: number) => number): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  for (const node of at) {
    const share = lackOf(node);
    if (share < least) [best, least] = [node, share];
  }
  return best;
}
