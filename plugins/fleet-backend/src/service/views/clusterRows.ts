import type { ClusterRow, ClusterState, Meter, Reason } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { ownerNamespace } from '../../model/allowed';
import { clusterMode } from '../../model/defaults';
import type { ClusterSeen } from '../../observe/types';
import type { Work } from '../../store/types';
import { conditionReason } from './told';

const STATES: Record<string, ClusterState> = {
  Healthy: 'Healthy',
  Degraded: 'Degraded',
  Unreachable: 'Unreachable',
  SignInNeeded: 'SignInNeeded',
  NoPermission: 'NoPermission',
  Joining: 'Joining',
  Held: 'Held',
  NotSeen: 'NotSeen',
};

/** In order of urgency. */
export const STATE_ORDER: ClusterState[] = ['Unreachable', 'SignInNeeded', 'NoPermission', 'Degraded', 'Held', 'Joining', 'NotSeen', 'Healthy'];

export const readyCondition = (object: KubeObject): any => (object.status?.conditions ?? []).find((each: any) => each.type === 'Ready');

/** Accelerators: any extended resource that names a GPU or NPU. */
export const isGpu = (resource: string) => /(^|[/.-])(gpu|npu|ascend)/i.test(resource);

function meter(seen: ClusterSeen | undefined, pick: (resource: string) => boolean): Meter | undefined {
  const room = seen?.room;
  if (!room) return undefined;
  const sum = (amounts: Record<string, number>) => Object.entries(amounts).reduce((total, [resource, amount]) => (pick(resource) ? total + amount : total), 0);
  const total = sum(room.allocatable);
  return total > 0 ? { asked: sum(room.asked), total } : undefined;
}

export interface ClusterSources {
  cluster: KubeObject;
  seen: ClusterSeen | undefined;
  works: readonly Work[];
  fleets: string[];
}

/** Why it is in its state, from what was seen where that can be said in any language. */
function becauseOf(cluster: KubeObject, ready: any, seen: ClusterSeen | undefined): Reason {
  const room = seen?.room;
  if (ready?.reason === 'Degraded' && room) return { code: 'ClusterNodesNotReady', values: { behind: room.nodes - room.readyNodes, nodes: room.nodes } };
  if (ready?.reason === 'Healthy') return { code: 'ClusterAnswers', values: room ? { ready: room.readyNodes, nodes: room.nodes } : {} };
  if (seen && !seen.reachable.ok && seen.reachable.reason && seen.reachable.lastAnswerAt > 0) {
    const { since, reason, because } = seen.reachable;
    return { code: 'ClusterSilent', values: { since, why: reason, said: because ?? reason } };
  }
  return conditionReason(cluster, ready ?? { reason: 'NotSeen', message: 'not looked at yet' });
}

export const owed = (work: Work) => work.state === 'removing' || (work.state === 'wanted' && work.appliedHash !== work.wantedHash);

/** One line of the cluster table. A number that is not known is absent. */
export function clusterRow({ cluster, seen, works, fleets }: ClusterSources): ClusterRow {
  const ready = readyCondition(cluster);
  const spec = cluster.spec ?? {};
  return {
    name: cluster.metadata.name!,
    state: STATES[ready?.reason] ?? 'NotSeen',
    because: becauseOf(cluster, ready, seen),
    stateSince: Date.parse(ready?.lastTransitionTime ?? cluster.metadata.creationTimestamp ?? '') || 0,
    provider: spec.provider ?? '',
    region: spec.region ?? '',
    zone: spec.zone ?? '',
    mode: clusterMode(spec),
    version: (seen?.version ?? cluster.status?.version ?? '').replace(/^v/, ''),
    nodes: seen?.room?.nodes,
    readyNodes: seen?.room?.readyNodes,
    cpu: meter(seen, resource => resource === 'cpu'),
    memory: meter(seen, resource => resource === 'memory'),
    gpu: meter(seen, isGpu),
    pods: meter(seen, resource => resource === 'pods'),
    fleets,
    owner: ownerNamespace(cluster) ?? '',
    applications: new Set(works.map(work => work.ownerUid)).size,
    debt: works.filter(owed).length,
    seenAt: seen && seen.reachable.lastAnswerAt > 0 ? seen.reachable.lastAnswerAt : undefined,
  };
}
