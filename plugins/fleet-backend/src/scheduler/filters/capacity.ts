import { formatTaint } from '../../model/taints';
import type { Context, Filter, Rejected } from '../types';
import { capacityChanges } from './capacityChanges';
import { PASSED } from './passed';
import { bottleneck, needed } from './room';

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

function short(context: Context): Rejected {
  const { request, cluster, placed } = context;
  const { room, resources } = context.capacity;
  const least = bottleneck(resources);
  const fresh = request.replicas - (placed?.replicas ?? 0);
  const { free, allocatable, mostFree, largest } = least.sums;
  const wanted = least.wanted * fresh;
  const values = { cluster: cluster.name, resource: least.name, wanted, free, each: least.wanted, most: mostFree };
  // Waiting helps where the nodes are large enough and only full.
  const remedy = largest >= least.wanted && allocatable >= least.wanted * Math.min(fresh, needed(context)) ? 'wait' : 'changeRequest';
  if (wanted > free) return { because: { code: 'CapacityShort', values: { ...values, short: wanted - free } }, remedy };
  if (mostFree < least.wanted) return { because: { code: 'NodeTooSmall', values }, remedy };
  return { because: { code: 'RoomScattered', values: { ...values, room, replicas: request.replicas } }, remedy };
}
