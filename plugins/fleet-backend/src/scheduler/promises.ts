import type { Amounts } from '../model/quantities';
import { columnOf, type NodeTable } from './columns';
import { resourcesOf } from './resources';
import type { Promised } from './types';

/** What is free by resource, node by node. A resource that no promise touches is as the nodes have it. */
export type FreeColumns = ReadonlyMap<string, readonly number[]>;

/** One resource of a promise: how much of it, and what is left on each node. */
interface Wanted {
  wanted: number;
  left: number[];
}

/**
 * What is left once the promises are kept: each goes, best fit, to the node it leaves the least on.
 * Large ones first and equal nodes by name, so that the order of promises and nodes does not matter.
 * A promise that fits nowhere takes nothing: its pods will wait, not run.
 */
export function afterPromises(table: NodeTable, promised: readonly Promised[]): FreeColumns {
  const free = new Map<string, number[]>();
  const leftOf = (resource: string): number[] => {
    const left = free.get(resource) ?? [...columnOf(table, resource).free];
    free.set(resource, left);
    return left;
  };
  for (const { requests, replicas } of largestFirst(promised)) {
    const resources = resourcesOf(requests).map((name): Wanted => ({ wanted: requests[name], left: leftOf(name) }));
    if (resources.length > 0) keep(replicas, resources, table);
  }
  return free;
}

/** Changes what is left. */
function keep(replicas: number, resources: Wanted[], table: NodeTable): void {
  let open = replicas;
  while (open > 0) {
    const node = bestNode(resources, table);
    if (node === undefined) return;
    let given = open;
    for (const { wanted, left } of resources) given = Math.min(given, Math.floor(left[node] / wanted));
    for (const { wanted, left } of resources) left[node] -= wanted * given;
    open -= given;
  }
}

function bestNode(resources: Wanted[], { nodes, open, tainted }: NodeTable): number | undefined {
  const main = resources[0].left;
  let best: number | undefined;
  for (let i = 0; i < open.length; i += 1) {
    const node = open[i];
    if (!fits(node, resources)) continue;
    // A promise does not say what it tolerates: tainted nodes come last.
    const order = best === undefined ? -1 : Number(tainted[node] > 0) - Number(tainted[best] > 0) || main[node] - main[best];
    if (order < 0 || (order === 0 && nodes[node].name < nodes[best!].name)) best = node;
  }
  return best;
}

function fits(node: number, resources: Wanted[]): boolean {
  for (let r = 0; r < resources.length; r += 1) if (resources[r].left[node] < resources[r].wanted) return false;
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
