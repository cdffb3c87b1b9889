import type { NodeSeen } from '../model/node';
import type { Amounts } from '../model/quantities';
import { meetsNodeAffinity } from '../model/selectors';
import { untolerated, type Taint } from '../model/taints';
import type { Capacity, ClusterFacts, Placed, PlacementRequest, Promised, RoomOfResource } from './types';

/** Resources in the order in which they are named when short: accelerators first, pods last. */
export function byWeightOfWords(a: string, b: string): number {
  const order = (name: string) => (name === 'pods' ? 3 : name === 'memory' || name.startsWith('ephemeral') ? 2 : name === 'cpu' ? 1 : 0);
  return order(a) - order(b) || (a < b ? -1 : 1);
}

const UNKNOWN: Capacity = {
  known: false, room: Infinity, eligible: 0, nodes: 0, resources: [], at: [], fits: [], free: [],
  passedOver: { unready: 0, unselected: 0, tainted: 0 },
};

/**
 * The room of one cluster, node by node: a replica needs ONE node with everything it asks for.
 * What was promised to others, and replicas of our own not yet seen as pods, is taken off first.
 */
export function capacityOf(request: PlacementRequest, cluster: ClusterFacts, placed?: Placed): Capacity {
  const names = Object.keys(request.requests);
  // Objects without pods (ConfigMaps, Services) need no node.
  if (names.length === 0) return { ...UNKNOWN, known: true };
  if (cluster.nodes === 'unknown') return UNKNOWN;
  const nodes = cluster.nodes.value;
  const unseen = placed ? placed.replicas - (placed.seen ?? placed.replicas) : 0;
  const promised = unseen > 0 ? [...cluster.promised, { requests: request.requests, replicas: unseen }] : cluster.promised;
  const free = promised.length > 0 ? freeAfterPromises(nodes, promised) : undefined;

  const passedOver: Capacity['passedOver'] = { unready: 0, unselected: 0, tainted: 0 };
  const resources = names.sort(byWeightOfWords).map(name => emptyRoom(name, request.requests[name]));
  const capacity: Capacity = { known: true, room: placed?.replicas ?? 0, eligible: 0, nodes: nodes.length, resources, at: [], fits: [], free: [], passedOver };
  const passes = nodeRule(request, passedOver);
  for (let i = 0; i < nodes.length; i += 1) {
    if (!passes(nodes[i])) continue;
    capacity.at.push(i);
    countNode(capacity, nodes[i], free ? free[i] : nodes[i].free);
  }
  return capacity;
}

function emptyRoom(name: string, wanted: number): RoomOfResource {
  return { name, wanted, free: 0, allocatable: 0, mostFree: 0, largest: 0, alone: 0 };
}

function countNode(capacity: Capacity, node: NodeSeen, free: Amounts): void {
  let fits = Infinity;
  for (const resource of capacity.resources) {
    const left = Math.max(0, free[resource.name] ?? 0);
    const whole = node.allocatable[resource.name] ?? 0;
    const alone = Math.floor(left / resource.wanted);
    resource.free += left;
    resource.allocatable += whole;
    resource.alone += alone;
    if (left > resource.mostFree) resource.mostFree = left;
    if (whole > resource.largest) resource.largest = whole;
    if (alone < fits) fits = alone;
  }
  capacity.eligible += 1;
  capacity.fits.push(fits);
  capacity.free.push(free);
  capacity.room += fits;
}

/** Whether a node may run a replica at all; counts why not. */
function nodeRule(request: PlacementRequest, passedOver: Capacity['passedOver']): (node: NodeSeen) => boolean {
  const { nodeAffinity, nodeSelector = {}, tolerations = [] } = request;
  const selector = Object.entries(nodeSelector);
  return node => {
    if (!node.ready || node.unschedulable) {
      passedOver.unready += 1;
      return false;
    }
    if (selector.some(([key, value]) => node.labels[key] !== value) || (nodeAffinity && !meetsNodeAffinity(nodeAffinity, node))) {
      passedOver.unselected += 1;
      return false;
    }
    if (node.taints.length === 0) return true;
    const [taint] = untolerated(node.taints, tolerations);
    if (!taint) return true;
    passedOver.tainted += 1;
    passedOver.taint ??= taint;
    return false;
  };
}

/**
 * What is free on each node once the promises are kept: each goes, best fit, to the node it leaves the least on.
 * Large ones first and equal nodes by name, so that the order of promises and nodes does not matter.
 * A promise that fits nowhere takes nothing: its pods will wait, not run.
 */
export function freeAfterPromises(nodes: readonly NodeSeen[], promised: readonly Promised[]): Amounts[] {
  const free = nodes.map(node => node.free);
  for (const promise of [...promised].sort(largestFirst)) {
    const names = Object.keys(promise.requests).filter(name => promise.requests[name] > 0).sort(byWeightOfWords);
    if (names.length === 0) continue;
    let open = promise.replicas;
    while (open > 0) {
      const best = bestNode(nodes, free, promise.requests, names);
      if (best === undefined) break;
      const taken = Math.min(open, fitsOn(free[best], promise.requests, names));
      const left = { ...free[best] };
      for (const name of names) left[name] -= promise.requests[name] * taken;
      free[best] = left;
      open -= taken;
    }
  }
  return free;
}

function bestNode(nodes: readonly NodeSeen[], free: readonly Amounts[], requests: Amounts, names: string[]): number | undefined {
  const keepsOut = (taints: Taint[]) => taints.length > 0 && untolerated(taints, []).length > 0;
  let best: number | undefined;
  for (let i = 0; i < nodes.length; i += 1) {
    if (!nodes[i].ready || nodes[i].unschedulable || fitsOn(free[i], requests, names) < 1) continue;
    if (best === undefined) {
      best = i;
      continue;
    }
    // A promise does not say what it tolerates: tainted nodes come last.
    const order = Number(keepsOut(nodes[i].taints)) - Number(keepsOut(nodes[best].taints)) || (free[i][names[0]] ?? 0) - (free[best][names[0]] ?? 0);
    if (order < 0 || (order === 0 && nodes[i].name < nodes[best].name)) best = i;
  }
  return best;
}

function fitsOn(free: Amounts, requests: Amounts, names: string[]): number {
  let fits = Infinity;
  for (const name of names) fits = Math.min(fits, Math.floor(Math.max(0, free[name] ?? 0) / requests[name]));
  return fits;
}

function largestFirst(a: Promised, b: Promised): number {
  const names = [...new Set([...Object.keys(a.requests), ...Object.keys(b.requests)])].sort(byWeightOfWords);
  for (const name of names) {
    const order = (b.requests[name] ?? 0) - (a.requests[name] ?? 0);
    if (order !== 0) return order;
  }
  return b.replicas - a.replicas;
}
