import type { NodeSeen } from '../model/node';

/** One resource over the nodes of a cluster: position in `free` and `allocatable` = position of the node. */
export interface Column {
  free: number[];
  allocatable: number[];
}

/** Whether a node may run anything: not now, whatever is asked, or only what tolerates its taints. */
export const CLOSED = 0;
export const OPEN = 1;
export const TAINTED = 2;

interface Table {
  columns: Map<string, Column>;
  states: number[];
  zones: number;
}

const SEEN = new WeakMap<readonly NodeSeen[], Table>();

/**
 * What was worked out about a list of nodes. Remembered as long as the facts live, which every decision in between shares; so a
 * list of nodes is never changed in place (a new look is a new list). Walking over node objects is mostly waiting for memory.
 */
function tableOf(nodes: readonly NodeSeen[]): Table {
  let table = SEEN.get(nodes);
  if (!table) {
    table = { columns: new Map(), states: nodes.map(stateOf), zones: zonesOf(nodes) };
    SEEN.set(nodes, table);
  }
  return table;
}

function stateOf({ ready, unschedulable, taints }: NodeSeen): number {
  if (!ready || unschedulable) return CLOSED;
  return taints.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute') ? TAINTED : OPEN;
}

function zonesOf(nodes: readonly NodeSeen[]): number {
  const zones = new Set<string>();
  for (const { ready, labels } of nodes) {
    const zone = labels['topology.kubernetes.io/zone'];
    if (ready && zone) zones.add(zone);
  }
  return zones.size;
}

/** The nodes' amounts of one resource. */
export function columnOf(nodes: readonly NodeSeen[], resource: string): Column {
  const { columns } = tableOf(nodes);
  let column = columns.get(resource);
  if (!column) {
    column = { free: nodes.map(node => Math.max(0, node.free[resource] ?? 0)), allocatable: nodes.map(node => node.allocatable[resource] ?? 0) };
    columns.set(resource, column);
  }
  return column;
}

/** {@link CLOSED}, {@link OPEN} or {@link TAINTED} for each node. */
export function statesOf(nodes: readonly NodeSeen[]): readonly number[] {
  return tableOf(nodes).states;
}

/** In how many failure zones ready nodes stand; 0 when none says where it is. */
export function zoneCount(nodes: readonly NodeSeen[]): number {
  return tableOf(nodes).zones;
}
