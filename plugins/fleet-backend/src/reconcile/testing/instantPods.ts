import type { KubeObject } from '@flotilla/kube-api';

/** A node with room for every test. */
export const aNode = (name: string): KubeObject => {
  const room = { cpu: '64', memory: '256Gi', pods: '110', 'nvidia.com/gpu': '16' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { capacity: room, allocatable: room, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
  };
};

/** The status that a workload would have once its pods are ready; undefined when it has it, or has no pods. */
export function instantStatus(live: KubeObject): object | undefined {
  const { spec, status = {}, metadata, kind } = live;
  if (kind === 'Job') {
    if (status.ready !== undefined || status.conditions) return undefined;
    const active = spec.parallelism ?? 1;
    return { active, ready: active, startTime: '2026-01-01T00:00:00Z' };
  }
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return undefined;
  const replicas = spec.replicas ?? 1;
  if (status.observedGeneration === metadata.generation && status.readyReplicas === replicas) return undefined;
  return { observedGeneration: metadata.generation, replicas, readyReplicas: replicas, updatedReplicas: replicas, availableReplicas: replicas };
}

/** The status of a Job that ended. */
export const endedJob = (type: 'Complete' | 'Failed') => ({
  active: 0,
  ready: 0,
  ...(type === 'Complete' ? { succeeded: 1, completionTime: '2026-01-01T00:10:00Z' } : { failed: 1 }),
  conditions: [{ type: type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', status: 'True', reason: 'x', message: '' }, { type, status: 'True', reason: 'x', message: '' }],
});
