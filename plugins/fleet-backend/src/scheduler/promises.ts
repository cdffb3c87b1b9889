import type { Amounts } from '../model/quantities';
import { rowOf, rowSums, type Left, type NodeTable } from './columns';
import { resourcesOf } from './resources';
import type { Promised } from './types';

/** One resource of a promise: how much of it, and where its row of what is left begins. */
interface Wanted {
  wanted: number;
  row: number;
}

/** What was last promised on the nodes of a table, and what that leaves: from one decision to the next most clusters owe the same. */
const KEPT = new WeakMap<NodeTable, { promised: readonly Promised[]; left: Left }>();

/** What is left on the open nodes once the promises are kept. Remembered: what a promise asks for is never changed in place. */
export function afterPromises(table: NodeTable, promised: readonly Promised[]): Left {
  const last = KEPT.get(table);
  if (last && same(last.promised, promised)) return last.left;
  const free = kept(table, promised);
  const left = { free, sums: rowSums(free, table) };
  KEPT.set(table, { promised, left });
  return left;
}

function same(some: readonly Promised[], others: readonly Promised[]): boolean {
  if (some === others) return true;
  return some.length === others.length && some.every(({ requests, replicas }, i) => requests === others[i].requests && replicas === others[i].replicas);
}

/**
 * Row by row as in `table.free`: each promise goes, best fit, to the node it leaves the least on.
 * Large ones first and equal nodes by name, so that the order of promises and nodes does not matter.
 * A promise that fits nowhere takes nothing: its pods will wait, not run.
 */
function kept(table: NodeTable, promised: readonly Promised[]): Float64Array {
  const left = table.free.slice();
  for (const { requests, replicas } of largestFirst(promised)) {
    const resources = resourcesOf(requests).map((name): Wanted => ({ wanted: requests[name], row: rowOf(table, name) * table.open.length }));
    if (resources.length > 0) keep(replicas, resources, table, left);
  }
  return left;
}

/** Changes what is left. */
function keep(replicas: number, resources: Wanted[], table: NodeTable, left: Float64Array): void {
  let open = replicas;
  while (open > 0) {
    const node = bestNode(resources, table, left);
    if (node === undefined) return;
    let given = open;
    for (const { wanted, row } of resources) given = Math.min(given, Math.floor(left[row + node] / wanted));
    for (const { wanted, row } of resources) left[row + node] -= wanted * given;
    open -= given;
  }
}

function bestNode(resources: Wanted[], { open, tainted }: NodeTable, left: Float64Array): number | undefined {
  const [main] = resources;
  let best: number | undefined;
  for (let node = 0; node < open.length; node += 1) {
    if (!fits(node, resources, left)) continue;
    // A promise does not say what it tolerates: tainted nodes come last.
    const order = best === undefined ? -1 : Number(tainted[node] > 0) - Number(tainted[best] > 0) || left[main.row + node] - left[main.row + best];
    if (order < 0 || (order === 0 && open[node].name < open[best!].name)) best = node;
  }
  return best;
}

function fits(node: number, resources: Wanted[], left: Float64Array): boolean {
  for (let r = 0; r < resources.length; r += 1) if (left[resources[r].row + node] < resources[r].wanted) return false;
  return true;
}

/** By the scarcest resource that any of them asks for, then the next. */
function largestFirst(promised: readonly Promised[]): readonly Promised[] {
  if (promised.length < 2) return promised;
  const most: Amounts = {};
  for (const { requests } of promised) {
    for (const [name, amount] of Object.entries(requests)) most[name] = Math.max(most[name] ?? 0, amount);
  }
  const names = resourcesOf(most);
  return [...promised].sort((a, b) => {
    for (const name of names) {
      const order = (b.requests[name] ?? 0) - (a.requests[name] ?? 0);
      if (order !== 0) return order;
    }
    return b.replicas - a.replicas;
  });
}
