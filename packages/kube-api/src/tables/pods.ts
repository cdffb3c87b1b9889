import type { KubeObject } from '../types';
import { ageOf } from './age';
import type { TableShape } from './columns';
import { AGE, NAME, text, wide } from './columns';

/** A pod in the few words `kubectl get pods` has for it. */
export interface PodSummary {
  ready: number;
  total: number;
  /** What stands under STATUS. */
  reason: string;
  restarts: number;
  /** Milliseconds since the epoch; 0 when nothing has restarted. */
  restartedAt: number;
}

const condition = (pod: KubeObject, type: string) => pod.status?.conditions?.find((each: any) => each.type === type);
const isTrue = (pod: KubeObject, type: string) => condition(pod, type)?.status === 'True';
const isSidecar = (container: any) => container?.restartPolicy === 'Always';

function terminatedReason(terminated: any): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;
}

function countRestarts(summary: PodSummary, status: any): void {
  summary.restarts += status.restartCount ?? 0;
  const finished = Date.parse(status.lastState?.terminated?.finishedAt ?? '');
  if (finished > summary.restartedAt) summary.restartedAt = finished;
}

/** Why one init container holds the pod back; undefined when it does not. */
function initReason(status: any, sidecar: boolean): string | undefined {
  const { terminated, waiting } = status.state ?? {};
  if (terminated && (terminated.exitCode ?? 0) === 0) return undefined;
  if (sidecar && status.started) return undefined;
  if (terminated) return `Init:${terminatedReason(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return 'Init:waiting';
}

/** Walks the init containers. Returns whether one of them still runs or failed. */
function readInitContainers(pod: KubeObject, summary: PodSummary): boolean {
  const specs: any[] = pod.spec?.initContainers ?? [];
  const statuses: any[] = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const sidecar = isSidecar(specs.find(each => each.name === status.name));
    countRestarts(summary, status);
    const reason = initReason(status, sidecar);
    if (reason) {
      summary.reason = reason === 'Init:waiting' ? `Init:${index}/${specs.length}` : reason;
      return true;
    }
    if (sidecar && status.ready) summary.ready++;
  }
  return false;
}

function readContainers(pod: KubeObject, summary: PodSummary): void {
  let running = false;
  let failure = '';
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    countRestarts(summary, status);
    const { waiting, terminated, running: runs } = status.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) {
      summary.reason = terminatedReason(terminated);
      if (terminated.exitCode) failure = summary.reason;
    } else if (status.ready && runs) {
      running = true;
      summary.ready++;
    }
  }
  if (summary.reason !== 'Completed') return;
  if (running && isTrue(pod, 'Ready')) summary.reason = 'Running';
  else if (failure) summary.reason = failure;
  else if (running) summary.reason = 'NotReady';
}

/** The pod in the words of `kubectl get pods`, by kube-apiserver's own order of precedence. */
export function summarizePod(pod: KubeObject): PodSummary {
  const { phase = '', reason } = pod.status ?? {};
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).length;
  const gated = condition(pod, 'PodScheduled')?.reason === 'SchedulingGated';
  const summary: PodSummary = {
    ready: 0,
    total: (pod.spec?.containers ?? []).length + sidecars,
    reason: gated ? 'SchedulingGated' : reason || phase,
    restarts: 0,
    restartedAt: 0,
  };
  const initializing = readInitContainers(pod, summary);
  if (!initializing || isTrue(pod, 'Initialized')) {
    if (sidecars === 0) Object.assign(summary, { restarts: 0, restartedAt: 0 });
    readContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp) {
    if (reason === 'NodeLost') summary.reason = 'Unknown';
    else if (phase !== 'Succeeded' && phase !== 'Failed') summary.reason = 'Terminating';
  }
  return summary;
}

function restartsCell(pod: KubeObject, now: number): string {
  const { restarts, restartedAt } = summarizePod(pod);
  return restarts > 0 && restartedAt > 0 ? `${restarts} (${ageOf(new Date(restartedAt).toISOString(), now)} ago)` : String(restarts);
}

function readinessGates(pod: KubeObject): string {
  const gates: any[] = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter(gate => isTrue(pod, gate.conditionType)).length}/${gates.length}`;
}

export const PODS: TableShape = {
  columns: [
    NAME,
    text('Ready', pod => {
      const { ready, total } = summarizePod(pod);
      return `${ready}/${total}`;
    }),
    text('Status', pod => summarizePod(pod).reason),
    text('Restarts', restartsCell),
    AGE,
    wide(text('IP', pod => pod.status?.podIPs?.[0]?.ip || '<none>')),
    wide(text('Node', pod => pod.spec?.nodeName || '<none>')),
    wide(text('Nominated Node', pod => pod.status?.nominatedNodeName || '<none>')),
    wide(text('Readiness Gates', readinessGates)),
  ],
};
