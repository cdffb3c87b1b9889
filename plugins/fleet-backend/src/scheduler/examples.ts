import type { NodeSeen } from '../model/node';
import type { Amounts } from '../model/quantities';
import { DEFAULT_PROFILE } from './profile';
import type { ClusterFacts, PlacementRequest, SchedulingInput } from './types';

export const GPU = 'nvidia.com/gpu';
export const GIB = 1024 ** 3;

/** The moment at which every example decides; facts were seen two seconds before. */
export const NOW = Date.UTC(2026, 7, 1, 12, 2);
export const SEEN = NOW - 2_000;

/** A ready node of 32 CPU, 128 GiB and 110 pods with everything free; `over` sets what differs. */
export function aNode(name: string, free: Amounts = {}, over: Partial<NodeSeen> = {}): NodeSeen {
  const allocatable = { cpu: 32_000, memory: 128 * GIB, pods: 110, ...over.allocatable };
  return { name, labels: { 'topology.kubernetes.io/zone': 'zone-a' }, taints: [], ready: true, unschedulable: false, ...over, allocatable, free: { ...allocatable, ...free } };
}

/** A managed, reachable cluster of two free nodes about which everything is known. */
export function aCluster(name: string, over: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    name,
    labels: {},
    taints: [],
    mode: 'Manage',
    reachable: { ok: true, since: NOW - 3_600_000 },
    provider: 'huawei',
    region: 'cn-north-1',
    jurisdiction: 'CN',
    nodes: { value: [aNode(`${name}-1`), aNode(`${name}-2`)], seenAt: SEEN },
    apis: { value: ['apps/v1/Deployment', 'batch/v1/Job', 'v1/Service'], seenAt: SEEN },
    prices: { value: { currency: 'CNY', perCpuHour: 0.3, perGiBHour: 0.04, perGpuHour: 20 }, seenAt: SEEN },
    performance: { 'p95-latency': { value: 40 }, 'network-bandwidth': { value: 10_000 }, 'disk-iops': { value: 20_000 }, 'api-latency': { value: 20, seenAt: SEEN } },
    compliance: { standards: ['iso27001'], version: { value: 'v1.36.3', seenAt: SEEN }, findings: { value: 1, seenAt: SEEN } },
    promised: [],
    ...over,
  };
}

/** Two replicas of 1 CPU and 2 GiB, anywhere in the fleet. */
export function aRequest(over: Partial<PlacementRequest> = {}): PlacementRequest {
  return {
    target: 'Deployment/default/web',
    name: 'web',
    kind: 'Deployment',
    replicas: 2,
    whole: false,
    requests: { cpu: 1_000, memory: 2 * GIB, pods: 1 },
    bounds: [],
    apis: ['apps/v1/Deployment'],
    replicaScheduling: { type: 'Divided', preference: 'Aggregated' },
    spreadConstraints: [],
    near: [],
    ...over,
  };
}

export function anInput(request: Partial<PlacementRequest>, clusters: ClusterFacts[], over: Partial<SchedulingInput> = {}): SchedulingInput {
  return { request: aRequest(request), clusters, profile: DEFAULT_PROFILE, now: NOW, ...over };
}
