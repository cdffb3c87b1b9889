import type { NodeSeen } from '../model/node';

/** One resource over the nodes of a cluster: position in `free` and `allocatable` = position of the node. */
export interface Column {
  free: number[];
  allocatable: number[];
}

const SEEN = new WeakMap<readonly NodeSeen[], Map<string, Column>>();

/**
 * The nodes' amounts of one resource, side by side: most of a decision's work is to run along them. Remembered as long as the
 * facts live, which every decision in between shares; so a list of nodes is never changed in place (a new look is a new list).
 */
export function columnOf(nodes: readonly NodeSeen[], resource: string): Column {
  let columns = SEEN.get(nodes);
  if (!columns) {
    columns = new Map();
    SEEN.set(nodes, columns);
  }
  let column = columns.get(resource);
  if (!column) {
    column = { free: nodes.map(node => Math.max(0, node.free[resource] ?? 0)), allocatable: nodes.map(node => node.allocatable[resource] ?? 0) };
    columns.set(resource, column);
  }
  return column;
}
