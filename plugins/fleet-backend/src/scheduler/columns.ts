import type { NodeSeen } from '../model/node';
import type { Taint } from '../model/taints';

/** One resource over the nodes of a cluster: position in `free` and `allocatable` = position of the node. */
export interface Column {
  free: readonly number[];
  allocatable: readonly number[];
}

/** What is worth knowing of a list of nodes, whatever is asked. */
export interface NodeTable {
  nodes: readonly NodeSeen[];
  /** Positions of the nodes that are ready and not cordoned. */
  open: readonly number[];
  /** The distinct lists of taints that keep something away; the first is that of nodes without any. */
  taints: readonly Taint[][];
  /** Position in `taints`, by node: a cluster has few different lists, so tolerations are asked once for each. */
  tainted: readonly number[];
  /** In how many failure zones ready nodes stand; 0 when none says where it is. */
  zones: number;
  columns: Map<string, Column>;
}

const SEEN = new WeakMap<readonly NodeSeen[], NodeTable>();

/**
 * What was worked out about a list of nodes. Remembered as long as the facts live, which every decision in between shares; so a
 * list of nodes is never changed in place (a new look is a new list). Walking over node objects is mostly waiting for memory.
 */
export function tableOf(nodes: readonly NodeSeen[]): NodeTable {
  let table = SEEN.get(nodes);
  if (!table) {
    table = { nodes, open: openOf(nodes), ...taintsOf(nodes), zones: zonesOf(nodes), columns: new Map() };
    SEEN.set(nodes, table);
  }
  return table;
}

/** The nodes' amounts of one resource. */
export function columnOf({ nodes, columns }: NodeTable, resource: string): Column {
  let column = columns.get(resource);
  if (!column) {
    column = { free: nodes.map(node => Math.max(0, node.free[resource] ?? 0)), allocatable: nodes.map(node => node.allocatable[resource] ?? 0) };
    columns.set(resource, column);
  }
  return column;
}

function openOf(nodes: readonly NodeSeen[]): number[] {
  return nodes.flatMap(({ ready, unschedulable }, i) => (ready && !unschedulable ? [i] : []));
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
