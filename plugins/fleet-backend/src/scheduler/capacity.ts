import type { NodeSeen } from '../model/node';
import { meetsNodeAffinity } from '../model/selectors';
import { untolerated, type Taint } from '../model/taints';
import { columnOf, tableOf, type NodeTable } from './columns';
import { afterPromises } from './promises';
import { resourcesOf } from './resources';
import type { Capacity, ClusterFacts, Placed, PlacementRequest, RoomOfResource } from './types';

const UNKNOWN: Capacity = {
  known: false, room: Infinity, eligible: 0, nodes: 0, resources: [], at: [], fits: [], free: [],
  passedOver: { unready: 0, unselected: 0, tainted: 0 },
};

/** Objects without pods (ConfigMaps, Services) need no node. */
const NO_PODS: Capacity = { ...UNKNOWN, known: true };

/**
 * The room of one cluster, node by node: a replica needs ONE node with everything it asks for.
 * What was promised to others, and replicas of our own not yet seen as pods, is taken off first.
 */
export function capacityOf(request: PlacementRequest, cluster: ClusterFacts, placed?: Placed): Capacity {
  const names = resourcesOf(request.requests);
  if (names.length === 0) return NO_PODS;
  if (cluster.nodes === 'unknown') return UNKNOWN;
  const table = tableOf(cluster.nodes.value);
  const unseen = placed ? placed.replicas - (placed.seen ?? placed.replicas) : 0;
  const promised = unseen > 0 ? [...cluster.promised, { requests: request.requests, replicas: unseen }] : cluster.promised;
  const left = promised.length > 0 ? afterPromises(table, promised) : undefined;

  const passedOver: Capacity['passedOver'] = { unready: table.nodes.length - table.open.length, unselected: 0, tainted: 0 };
  const at = eligibleNodes(request, table, passedOver);
  const fits: number[] = new Array(at.length).fill(MOST);
  const free = names.map(name => left?.get(name) ?? columnOf(table, name).free);
  const resources = names.map((name, i) => roomOf(name, request.requests[name], { free: free[i], allocatable: columnOf(table, name).allocatable, at, fits }));
  let room = placed?.replicas ?? 0;
  // By position here and wherever every node is passed: `for … of` makes an object at each step.
  for (let i = 0; i < fits.length; i += 1) room += fits[i];
  return { known: true, room, eligible: at.length, nodes: table.nodes.length, resources, at, fits, free, passedOver };
}

/** More replicas than any node holds; a small integer, so that lists of it stay compact. */
const MOST = 1 << 30;

interface Eligible {
  free: readonly number[];
  allocatable: readonly number[];
  at: readonly number[];
  /** Lowered to what this resource allows. */
  fits: number[];
}

/** One resource over the eligible nodes. */
function roomOf(name: string, wanted: number, { free, allocatable, at, fits }: Eligible): RoomOfResource {
  // Plain numbers while counting: a number in an object may be a new object at each change.
  let freeSum = 0;
  let wholeSum = 0;
  let mostFree = 0;
  let largest = 0;
  let alone = 0;
  for (let i = 0; i < at.length; i += 1) {
    const left = free[at[i]];
    const whole = allocatable[at[i]];
    const replicas = Math.floor(left / wanted);
    freeSum += left;
    wholeSum += whole;
    alone += replicas;
    if (left > mostFree) mostFree = left;
    if (whole > largest) largest = whole;
    if (replicas < fits[i]) fits[i] = replicas;
  }
  return { name, wanted, free: freeSum, allocatable: wholeSum, mostFree, largest, alone };
}

/** Positions of the nodes that may run a replica at all; counts why others may not. */
function eligibleNodes(request: PlacementRequest, table: NodeTable, passedOver: Capacity['passedOver']): readonly number[] {
  const { nodes, open, taints, tainted } = table;
  const selects = nodeSelection(request);
  const barring = taints.map((list): Taint | undefined => (list.length > 0 ? untolerated(list, request.tolerations ?? [])[0] : undefined));
  // Most requests may use every open node of most clusters: then its list serves as it is.
  if (!selects && barring.every(taint => taint === undefined)) return open;
  const at: number[] = [];
  for (let i = 0; i < open.length; i += 1) {
    const node = open[i];
    const taint = barring[tainted[node]];
    if (selects && !selects(nodes[node])) {
      passedOver.unselected += 1;
    } else if (taint) {
      passedOver.tainted += 1;
      passedOver.taint ??= taint;
    } else {
      at.push(node);
    }
  }
  return at;
}

/** Whether a node is one of those asked for; undefined where any will do. */
function nodeSelection({ nodeSelector = {}, nodeAffinity }: PlacementRequest): ((node: NodeSeen) => boolean) | undefined {
  const labels = Object.entries(nodeSelector);
  if (labels.length === 0 && !nodeAffinity) return undefined;
  return node => labels.every(([key, value]) => node.labels[key] === value) && (!nodeAffinity || meetsNodeAffinity(nodeAffinity, node));
}
