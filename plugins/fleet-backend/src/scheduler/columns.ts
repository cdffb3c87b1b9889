import type { NodeSeen } from '../model/node';
import type { Taint } from '../model/taints';
import type { PassedOver, Sums } from './types';

/** What is free on the open nodes. */
export interface Left {
  /** A row of amounts for each resource, one after the other, then one of zeros for what no node has. */
  free: Float64Array;
  /** Each row over all open nodes: most requests may use every one. */
  sums: readonly Sums[];
}

/**
 * What is worth knowing of a list of nodes, whatever is asked, as plain numbers: walking over node objects is mostly waiting for
 * memory. "Open" nodes are ready and not cordoned; every position here is one among them.
 */
export interface NodeTable extends Left {
  /** Nodes of the list, open or not. */
  count: number;
  open: readonly NodeSeen[];
  /** The positions of all open nodes, for whoever may use every one of them. */
  everywhere: readonly number[];
  /** The distinct lists of taints that keep something away; the first is that of nodes without any. */
  taints: readonly Taint[][];
  /** Position in `taints`, by node: a cluster has few different lists, so tolerations are asked once for each. */
  tainted: readonly number[];
  /** In how many failure zones ready nodes stand; 0 when none says where it is. */
  zones: number;
  resources: readonly string[];
  /** In the rows of `free`. */
  allocatable: Float64Array;
  /** For whoever may use every open node. */
  passedOver: PassedOver;
}

const SEEN = new WeakMap<readonly NodeSeen[], NodeTable>();

/**
 * What was worked out about a list of nodes. Remembered as long as the facts live, which every decision in between shares; so a
 * list of nodes is never changed in place (a new look is a new list).
 */
export function tableOf(nodes: readonly NodeSeen[]): NodeTable {
  let table = SEEN.get(nodes);
  if (!table) {
    table = tabled(nodes);
    SEEN.set(nodes, table);
  }
  return table;
}

/** Number of the row of a resource; it begins at this times the number of open nodes. */
export function rowOf({ resources }: NodeTable, resource: string): number {
  const known = resources.indexOf(resource);
  return known < 0 ? resources.length : known;
}

/** A row of amounts over some of the nodes. */
export function sumsOf(free: Float64Array, allocatable: Float64Array, begin: number, at: readonly number[]): Sums {
  // Plain numbers while counting: a number in an object may be a new object at each change.
  let [freeSum, mostFree, wholeSum, largest] = [0, 0, 0, 0];
  for (let i = 0; i < at.length; i += 1) {
    const left = free[begin + at[i]];
    const whole = allocatable[begin + at[i]];
    freeSum += left;
    wholeSum += whole;
    if (left > mostFree) mostFree = left;
    if (whole > largest) largest = whole;
  }
  return { free: freeSum, mostFree, allocatable: wholeSum, largest };
}

function tabled(nodes: readonly NodeSeen[]): NodeTable {
  const open = nodes.filter(({ ready, unschedulable }) => ready && !unschedulable);
  const resources = [...new Set(open.flatMap(node => Object.keys(node.allocatable).concat(Object.keys(node.free))))];
  const free = new Float64Array((resources.length + 1) * open.length);
  const allocatable = new Float64Array(free.length);
  resources.forEach((name, row) => open.forEach((node, i) => {
    free[row * open.length + i] = Math.max(0, node.free[name] ?? 0);
    allocatable[row * open.length + i] = node.allocatable[name] ?? 0;
  }));
  const everywhere = open.map((_, i) => i);
  const passedOver = { unready: nodes.length - open.length, unselected: 0, tainted: 0 };
  return { count: nodes.length, open, everywhere, ...taintsOf(open), zones: zonesOf(nodes), resources, free, allocatable, sums: rowSums(free, { resources, allocatable, everywhere }), passedOver };
}

/** The sums of each row over all open nodes. */
export function rowSums(free: Float64Array, { resources, allocatable, everywhere }: Pick<NodeTable, 'resources' | 'allocatable' | 'everywhere'>): Sums[] {
  const sums: Sums[] = [];
  for (let row = 0; row <= resources.length; row += 1) sums.push(sumsOf(free, allocatable, row * everywhere.length, everywhere));
  return sums;
}

function taintsOf(nodes: readonly NodeSeen[]): Pick<NodeTable, 'taints' | 'tainted'> {
  const lists = new Map<string, Taint[]>([['[]', []]]);
  const keys = nodes.map(node => {
    const hard = node.taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
    const key = JSON.stringify(hard);
    lists.set(key, hard);
    return key;
  });
  const order = [...lists.keys()];
  return { taints: [...lists.values()], tainted: keys.map(key => order.indexOf(key)) };
}

function zonesOf(nodes: readonly NodeSeen[]): number {
  const zones = new Set<string>();
  for (const { ready, labels } of nodes) {
    const zone = labels['topology.kubernetes.io/zone'];
    if (ready && zone) zones.add(zone);
  }
  return zones.size;
}
