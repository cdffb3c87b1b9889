import type { ClusterRow, ClusterState, Meter } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { clusterMode } from '../../model/defaults';
import type { ClusterSeen } from '../../observe/types';
import type { Work } from '../../store/types';

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

const owed = (work: Work) => work.state === 'removing' || (work.state === 'wanted' && work.appliedHash !== work.wantedHash);

/** One line of the cluster table. A number that is not known is absent. */
export function clusterRow({ cluster, seen, works, fleets }: ClusterSources): ClusterRow {
  const ready = readyCondition(cluster);
  const spec = cluster.spec ?? {};
  return {
    name: cluster.metadata.name!,
    state: STATES[ready?.reason] ?? 'NotSeen',
    because: ready?.message ?? 'not looked at yet',
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
    applications: new Set(works.map(work => work.ownerUid)).size,
    debt: works.filter(owed).length,
    seenAt: seen && seen.reachable.lastAnswerAt > 0 ? seen.reachable.lastAnswerAt : undefined,
  };
}
