import type { NodeSeen } from '../model/node';
import type { Amounts } from '../model/quantities';
import { meetsNodeAffinity } from '../model/selectors';
import { untolerated } from '../model/taints';
import { CLOSED, OPEN, TAINTED, columnOf, statesOf } from './columns';
import type { Capacity, ClusterFacts, Placed, PlacementRequest, Promised, RoomOfResource } from './types';

/** Accelerators first, pods last: the order in which resources are named when short. */
function place(name: string): number {
  if (name === 'pods') return 3;
  if (name === 'cpu') return 1;
  return name === 'memory' || name === 'ephemeral-storage' ? 2 : 0;
}

const ORDERED = new WeakMap<Amounts, string[]>();

/** The resources of a request in that order. Remembered, since one request is asked of every cluster. */
export function resourcesOf(requests: Amounts): string[] {
  let names = ORDERED.get(requests);
  if (!names) {
    names = Object.keys(requests).filter(name => requests[name] > 0).sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
    ORDERED.set(requests, names);
  }
  return names;
}

const UNKNOWN: Capacity = {
  known: false, room: Infinity, eligible: 0, nodes: 0, resources: [], at: [], fits: [], freeOn: () => 0,
  passedOver: { unready: 0, unselected: 0, tainted: 0 },
};

/**
 * The room of one cluster, node by node: a replica needs ONE node with everything it asks for.
 * What was promised to others, and replicas of our own not yet seen as pods, is taken off first.
 */
export function capacityOf(request: PlacementRequest, cluster: ClusterFacts, placed?: Placed): Capacity {
  const names = resourcesOf(request.requests);
  // Objects without pods (ConfigMaps, Services) need no node.
  if (names.length === 0) return { ...UNKNOWN, known: true };
  if (cluster.nodes === 'unknown') return UNKNOWN;
  const nodes = cluster.nodes.value;
  const unseen = placed ? placed.replicas - (placed.seen ?? placed.replicas) : 0;
  const promised = unseen > 0 ? [...cluster.promised, { requests: request.requests, replicas: unseen }] : cluster.promised;
  const taken = promised.length > 0 ? afterPromises(nodes, promised) : undefined;

  const passedOver: Capacity['passedOver'] = { unready: 0, unselected: 0, tainted: 0 };
  const at = eligibleNodes(request, nodes, passedOver);
  const fits: number[] = new Array(at.length).fill(MOST);
  const resources = names.map(name => roomOf(name, request.requests[name], { nodes, at, taken, fits }));
  let room = placed?.replicas ?? 0;
  for (const more of fits) room += more;
  const freeOn = (position: number, name: string) => taken?.get(at[position])?.[name] ?? columnOf(nodes, name).free[at[position]];
  return { known: true, room, eligible: at.length, nodes: nodes.length, resources, at, fits, freeOn, passedOver };
}

/** More replicas than any node holds; a small integer, so that lists of it stay compact. */
const MOST = 1 << 30;

interface Eligible {
  nodes: readonly NodeSeen[];
  at: number[];
  /** What is left on nodes that promises reach. */
  taken: ReadonlyMap<number, Amounts> | undefined;
  /** Lowered to what this resource allows. */
  fits: number[];
}

/** One resource over the eligible nodes. */
function roomOf(name: string, wanted: number, { nodes, at, taken, fits }: Eligible): RoomOfResource {
  const column = columnOf(nodes, name);
  let free = 0;
  let allocatable = 0;
  let mostFree = 0;
  let largest = 0;
  let alone = 0;
  for (let i = 0; i < at.length; i += 1) {
    const node = at[i];
    const left = taken?.get(node)?.[name] ?? column.free[node];
    const whole = column.allocatable[node];
    const replicas = Math.floor(left / wanted);
    free += left;
    allocatable += whole;
    alone += replicas;
    if (left > mostFree) mostFree = left;
    if (whole > largest) largest = whole;
    if (replicas < fits[i]) fits[i] = replicas;
  }
  return { name, wanted, free, allocatable, mostFree, largest, alone };
}

/** Positions of the nodes that may run a replica at all; counts why the others may not. */
function eligibleNodes(request: PlacementRequest, nodes: readonly NodeSeen[], passedOver: Capacity['passedOver']): number[] {
  const { nodeAffinity, nodeSelector = {}, tolerations = [] } = request;
  const selector = Object.entries(nodeSelector);
  const selective = selector.length > 0 || nodeAffinity !== undefined;
  const states = statesOf(nodes);
  const at: number[] = [];
  for (let i = 0; i < nodes.length; i += 1) {
    if (states[i] === CLOSED) passedOver.unready += 1;
    else if (selective && !selected(nodes[i])) passedOver.unselected += 1;
    else if (states[i] === OPEN || tolerated(nodes[i])) at.push(i);
  }
  return at;

  function selected(node: NodeSeen): boolean {
    return selector.every(([key, value]) => node.labels[key] === value) && (!nodeAffinity || meetsNodeAffinity(nodeAffinity, node));
  }

  function tolerated(node: NodeSeen): boolean {
    const [taint] = untolerated(node.taints, tolerations);
    if (!taint) return true;
    passedOver.tainted += 1;
    passedOver.taint ??= taint;
    return false;
  }
}

/**
 * What is left on nodes once the promises are kept, for the nodes they reach: each goes, best fit, to the node it leaves the least on.
 * Large ones first and equal nodes by name, so that the order of promises and nodes does not matter.
 * A promise that fits nowhere takes nothing: its pods will wait, not run.
 */
function afterPromises(nodes: readonly NodeSeen[], promised: readonly Promised[]): Map<number, Amounts> {
  const taken = new Map<number, Amounts>();
  for (const { requests, replicas } of promised.length > 1 ? [...promised].sort(largestFirst) : promised) {
    const columns = resourcesOf(requests).map(name => ({ name, wanted: requests[name], free: columnOf(nodes, name).free }));
    if (columns.length === 0) continue;
    let open = replicas;
    while (open > 0) {
      const best = bestNode(nodes, taken, columns);
      if (best === undefined) break;
      const given = Math.min(open, fitsOn(best, taken, columns));
      const left = { ...(taken.get(best) ?? nodes[best].free) };
      for (const { name, wanted } of columns) left[name] -= wanted * given;
      taken.set(best, left);
      open -= given;
    }
  }
  return taken;
}

interface Wanted {
  name: string;
  wanted: number;
  free: number[];
}

function bestNode(nodes: readonly NodeSeen[], taken: ReadonlyMap<number, Amounts>, columns: Wanted[]): number | undefined {
  const [main] = columns;
  const states = statesOf(nodes);
  const leftOn = (node: number) => taken.get(node)?.[main.name] ?? main.free[node];
  let best: number | undefined;
  for (let i = 0; i < nodes.length; i += 1) {
    if (states[i] === CLOSED || fitsOn(i, taken, columns) < 1) continue;
    if (best === undefined) {
      best = i;
      continue;
    }
    // A promise does not say what it tolerates: tainted nodes come last.
    const order = Number(states[i] === TAINTED) - Number(states[best] === TAINTED) || leftOn(i) - leftOn(best);
    if (order < 0 || (order === 0 && nodes[i].name < nodes[best].name)) best = i;
  }
  return best;
}

function fitsOn(node: number, taken: ReadonlyMap<number, Amounts>, columns: Wanted[]): number {
  const left = taken.get(node);
  let fits = MOST;
  for (const { name, wanted, free } of columns) fits = Math.min(fits, Math.floor((left?.[name] ?? free[node]) / wanted));
  return fits;
}

function largestFirst(a: Promised, b: Promised): number {
  for (const name of resourcesOf({ ...a.requests, ...b.requests })) {
    const order = (b.requests[name] ?? 0) - (a.requests[name] ?? 0);
    if (order !== 0) return order;
  }
  return b.replicas - a.replicas;
}
