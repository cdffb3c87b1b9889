import type { NodeSeen } from '../model/node';
import { meetsNodeAffinity } from '../model/selectors';
import { untolerated, type Taint } from '../model/taints';
import { rowOf, sumsOf, tableOf, type Left, type NodeTable } from './columns';
import { afterPromises } from './promises';
import { resourcesOf } from './resources';
import type { Capacity, ClusterFacts, PassedOver, Placed, PlacementRequest, RoomOfResource } from './types';

const UNKNOWN: Capacity = {
  known: false, room: Infinity, eligible: 0, nodes: 0, resources: [], at: [], fits: [], free: new Float64Array(0),
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
  const left = promised.length > 0 ? afterPromises(table, promised) : table;

  const { at, passedOver } = eligibleNodes(request, table);
  const fits = new Array<number>(at.length).fill(MOST);
  const resources: RoomOfResource[] = [];
  // By position here and wherever every node is passed: `for … of` makes an object at each step.
  for (let r = 0; r < names.length; r += 1) resources.push(roomOf(names[r], request.requests[names[r]], { table, left, at }, fits));
  let room = placed?.replicas ?? 0;
  for (let i = 0; i < fits.length; i += 1) room += fits[i];
  return { known: true, room, eligible: at.length, nodes: table.count, resources, at, fits, free: left.free, passedOver };
}

/** More replicas than any node holds; a small integer, so that lists of it stay compact. */
const MOST = 1 << 30;

interface Eligible {
  table: NodeTable;
  left: Left;
  at: readonly number[];
}

/** One resource over the eligible nodes; lowers `fits` to what it allows. */
function roomOf(name: string, wanted: number, { table, left, at }: Eligible, fits: number[]): RoomOfResource {
  const number = rowOf(table, name);
  const row = number * table.open.length;
  const { free } = left;
  const sums = at === table.everywhere ? left.sums[number] : sumsOf(free, table.allocatable, row, at);
  let alone = 0;
  if (sums.mostFree < wanted) fits.fill(0);
  else {
    for (let i = 0; i < at.length; i += 1) {
      const replicas = Math.floor(free[row + at[i]] / wanted);
      alone += replicas;
      if (replicas < fits[i]) fits[i] = replicas;
    }
  }
  return { name, wanted, row, sums, alone };
}

/** Positions of the nodes that may run a replica at all, and why others may not. */
function eligibleNodes(request: PlacementRequest, table: NodeTable): Pick<Capacity, 'at' | 'passedOver'> {
  const { open, everywhere, taints, tainted } = table;
  const selects = nodeSelection(request);
  if (!selects && taints.length === 1) return { at: everywhere, passedOver: table.passedOver };
  const barring = taints.map((list): Taint | undefined => (list.length > 0 ? untolerated(list, request.tolerations ?? [])[0] : undefined));
  // Most requests may use every open node of most clusters: then its list serves as it is.
  if (!selects && barring.every(taint => taint === undefined)) return { at: everywhere, passedOver: table.passedOver };
  const passedOver: PassedOver = { ...table.passedOver };
  const at: number[] = [];
  for (let node = 0; node < open.length; node += 1) {
    const taint = barring[tainted[node]];
    if (selects && !selects(open[node])) {
      passedOver.unselected += 1;
    } else if (taint) {
      passedOver.tainted += 1;
      passedOver.taint ??= taint;
    } else {
      at.push(node);
    }
  }
  return { at, passedOver };
}

/** Whether a node is one of those asked for; undefined where any will do. */
function nodeSelection({ nodeSelector = {}, nodeAffinity }: PlacementRequest): ((node: NodeSeen) => boolean) | undefined {
  const labels = Object.entries(nodeSelector);
  if (labels.length === 0 && !nodeAffinity) return undefined;
  return node => labels.every(([key, value]) => node.labels[key] === value) && (!nodeAffinity || meetsNodeAffinity(nodeAffinity, node));
}
