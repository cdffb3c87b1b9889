import { formatTaint } from '../../model/taints';
import type { Context, Filter, Rejected, RoomOfResource } from '../types';
import { capacityChanges } from './capacityChanges';
import { PASSED } from './passed';

/** How many replicas a cluster must be able to hold to be of use: all for whole and duplicated, one where they are divided. */
export function needed({ request, placed }: Pick<Context, 'request' | 'placed'>): number {
  if (request.whole) return request.replicas;
  // A duplicate that runs is not lost because the wish grew.
  if (request.replicaScheduling.type === 'Duplicated') return placed ? Math.min(placed.replicas, request.replicas) : request.replicas;
  return Math.min(1, request.replicas);
}

/** Room, per node. Unknown nodes pass; the resource score says that it is not known. */
export const capacity: Filter = {
  name: 'capacity',
  check(context) {
    const { known, room, eligible } = context.capacity;
    if (!known || room >= needed(context)) return PASSED;
    return [eligible === 0 ? noNode(context) : short(context)];
  },
  changes: capacityChanges,
};

function noNode({ cluster, capacity: { nodes, passedOver } }: Context): Rejected {
  const { unready, unselected, tainted, taint } = passedOver;
  const values = { cluster: cluster.name, nodes, unready, unselected, tainted };
  if (taint && tainted >= unselected) return { because: { code: 'NodesTainted', values: { ...values, taint: formatTaint(taint) } }, remedy: 'changeRequest' };
  if (unselected > 0) return { because: { code: 'NodesNotSelected', values }, remedy: 'changeCluster' };
  return { because: { code: nodes === 0 ? 'NoNodes' : 'NodesNotReady', values }, remedy: nodes === 0 ? 'changeCluster' : 'wait' };
}

/** The resource that keeps the most replicas out. */
export function bottleneck(resources: RoomOfResource[]): RoomOfResource {
  return resources.reduce((worst, resource) => (resource.alone < worst.alone ? resource : worst));
}

function short(context: Context): Rejected {
  const { request, cluster, placed } = context;
  const { room, resources } = context.capacity;
  const least = bottleneck(resources);
  const fresh = request.replicas - (placed?.replicas ?? 0);
  const wanted = least.wanted * fresh;
  const values = { cluster: cluster.name, resource: least.name, wanted, free: least.free, each: least.wanted, most: least.mostFree };
  // Waiting helps where the nodes are large enough and only full.
  const remedy = least.largest >= least.wanted && least.allocatable >= least.wanted * Math.min(fresh, needed(context)) ? 'wait' : 'changeRequest';
  if (wanted > least.free) return { because: { code: 'CapacityShort', values: { ...values, short: wanted - least.free } }, remedy };
  if (least.mostFree < least.wanted) return { because: { code: 'NodeTooSmall', values }, remedy };
  return { because: { code: 'RoomScattered', values: { ...values, room, replicas: request.replicas } }, remedy };
}
