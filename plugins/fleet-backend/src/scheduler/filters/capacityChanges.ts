import type { NodeSeen } from '../../model/node';
import { formatTaint } from '../../model/taints';
import type { Capacity, Change, Context, NodeGroup, RoomOfResource } from '../types';
import { freeRoom } from './freeRoom';
import { bottleneck, needed, withNodes } from './room';

/** Pods a new node takes when its group does not say: the kubelet's default. */
const PODS_OF_A_NODE = 110;

/** What could make room: new nodes, freed room, fewer replicas, smaller replicas. In this order; each is tried before it is told. */
export function capacityChanges(context: Context): Change[] {
  const { capacity, cluster, request } = context;
  if (cluster.nodes === 'unknown' || request.replicas === 0) return [];
  const groups = (cluster.nodeGroups ?? []).map(group => addNodes(context, group));
  const others = capacity.eligible === 0 ? [tolerateNodes(context), labelNodes(context)] : [freeRoom(context), fewerReplicas(context), smallerReplicas(context)];
  return [...groups, ...others].filter(change => change !== undefined);
}

function addNodes({ request, cluster, capacity, placed }: Context, group: NodeGroup): Change | undefined {
  const shape = { pods: PODS_OF_A_NODE, ...group.shape };
  const each = Math.min(...Object.entries(request.requests).map(([name, wanted]) => Math.floor((shape[name as keyof typeof shape] ?? 0) / wanted)));
  const count = Math.ceil((needed({ request, placed }) - capacity.room) / each);
  if (each < 1 || count > group.max - (group.size ?? group.min)) return undefined;
  const nodes = Array.from({ length: count }, (_, i): NodeSeen => ({
    name: `${group.name}-new-${i}`, labels: group.labels ?? {}, taints: group.taints ?? [], ready: true, unschedulable: false, allocatable: shape, free: shape,
  }));
  const values = { cluster: cluster.name, count, group: group.name };
  const currency = cluster.prices === 'unknown' ? undefined : cluster.prices.value.currency;
  const priced = group.price !== undefined && currency !== undefined;
  return {
    because: priced ? { code: 'FixAddNodesAt', values: { ...values, price: group.price! * count, currency } } : { code: 'FixAddNodes', values },
    apply: now => ({ cluster: withNodes(now.cluster, old => [...old, ...nodes]) }),
  };
}

function tolerateNodes({ capacity: { passedOver } }: Context): Change | undefined {
  const { taint } = passedOver;
  return (
    taint && {
      because: { code: 'FixTolerateNodes', values: { taint: formatTaint(taint) } },
      apply: ({ request }) => ({ request: { ...request, tolerations: [...(request.tolerations ?? []), { key: taint.key, operator: 'Equal', value: taint.value, effect: taint.effect }] } }),
    }
  );
}

function labelNodes({ request, cluster, capacity: { passedOver } }: Context): Change | undefined {
  const labels = request.nodeSelector ?? {};
  const text = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
  if (passedOver.unselected === 0 || !text) return undefined;
  return {
    because: { code: 'FixLabelNodes', values: { cluster: cluster.name, label: text } },
    apply: now => ({ cluster: withNodes(now.cluster, nodes => nodes.map(node => ({ ...node, labels: { ...node.labels, ...labels } }))) }),
  };
}

function fewerReplicas({ request, capacity: { room } }: Context): Change | undefined {
  if (room < 1 || room >= request.replicas) return undefined;
  return {
    because: { code: 'FixFewerReplicas', values: { from: request.replicas, to: room } },
    apply: now => ({ request: { ...now.request, replicas: room } }),
  };
}

/** The largest request of the scarce resource with which enough replicas fit: what is free on some node, divided evenly. */
function smallerReplicas(context: Context): Change | undefined {
  const { request, capacity, placed } = context;
  const scarce = bottleneck(capacity.resources);
  if (scarce.name === 'pods') return undefined;
  const wanted = needed(context) - (placed?.replicas ?? 0);
  const to = largestThatFits(capacity, scarce, wanted);
  if (to === 0) return undefined;
  return {
    because: { code: 'FixSmallerReplicas', values: { resource: scarce.name, from: scarce.wanted, to } },
    apply: now => ({ request: { ...now.request, requests: { ...request.requests, [scarce.name]: to } } }),
  };
}

/** Each node's free amount in one to four parts are the sizes looked at; 0 where with none of them enough replicas fit. */
function largestThatFits({ at, free }: Capacity, { row, wanted: below }: RoomOfResource, replicas: number): number {
  const enough = (size: number) => {
    let fitting = 0;
    for (let i = 0; i < at.length && fitting < replicas; i += 1) fitting += Math.floor(free[row + at[i]] / size);
    return fitting >= replicas;
  };
  let largest = 0;
  for (let i = 0; i < at.length; i += 1) {
    for (let parts = 1; parts <= 4; parts += 1) {
      const size = Math.floor(free[row + at[i]] / parts);
      if (size > largest && size < below && enough(size)) largest = size;
    }
  }
  return largest;
}
