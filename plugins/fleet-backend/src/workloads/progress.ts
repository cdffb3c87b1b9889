import type { KubeObject } from '@flotilla/kube-api';
import type { Progress } from './types';

interface LiveCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

const condition = (live: KubeObject, type: string): LiveCondition | undefined =>
  (live.status?.conditions ?? []).find((each: LiveCondition) => each.type === type);

/** Of Deployments and StatefulSets: the controller has seen the newest spec, and all pods are updated and ready. */
function replicasProgress(live: KubeObject): Progress {
  const status = live.status ?? {};
  const wanted = live.spec?.replicas ?? 1;
  const ready = status.readyReplicas ?? 0;
  const seen = (status.observedGeneration ?? 0) >= (live.metadata.generation ?? 0);
  const updated = status.updatedReplicas ?? 0;
  const total = status.replicas ?? 0;
  const progressing = condition(live, 'Progressing');
  const failed = condition(live, 'ReplicaFailure');
  return {
    wanted,
    ready,
    settled: seen && ready >= wanted && updated >= wanted && total <= wanted,
    trouble: failed?.status === 'True' ? failed.message : progressing?.status === 'False' ? progressing.message : undefined,
  };
}

/** A Job counts as ready once all its pods run, or once it is complete. */
function jobProgress(live: KubeObject): Progress {
  const status = live.status ?? {};
  const completions = live.spec?.completions ?? live.spec?.parallelism ?? 1;
  const wanted = Math.min(live.spec?.parallelism ?? 1, completions);
  const failed = condition(live, 'Failed');
  if (condition(live, 'Complete')?.status === 'True') {
    return { wanted, ready: wanted, settled: true, finished: 'Complete' };
  }
  if (failed?.status === 'True') {
    return { wanted, ready: 0, settled: false, finished: 'Failed', trouble: failed.message ?? failed.reason };
  }
  const running = status.ready ?? status.active ?? 0;
  // Towards its end a Job runs fewer pods than its parallelism: the ones that succeeded are not missing.
  const ready = Math.min(wanted, running + (status.succeeded ?? 0));
  return { wanted, ready, settled: ready >= wanted };
}

/** How far a live object is. An object without pods is settled by being there. */
export function progressOf(live: KubeObject): Progress {
  switch (live.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return replicasProgress(live);
    case 'Job':
      return jobProgress(live);
    case 'DaemonSet': {
      const wanted = live.status?.desiredNumberScheduled ?? 0;
      const ready = live.status?.numberReady ?? 0;
      const seen = (live.status?.observedGeneration ?? 0) >= (live.metadata.generation ?? 0);
      return { wanted, ready, settled: seen && ready >= wanted && (live.status?.updatedNumberScheduled ?? 0) >= wanted };
    }
    default:
      return { wanted: 0, ready: 0, settled: true };
  }
}
