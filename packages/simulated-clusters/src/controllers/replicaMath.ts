/** How many replicas a HorizontalPodAutoscaler wants of one metric, as Kubernetes' replica calculator has it. */
import { canonicalQuantity, type KubeObject } from '@flotilla/kube-api';
import { numberOf } from '../quantity';
import { requested, usageOf } from '../pods/usage';
import type { Traffic } from '../pods/traffic';
import { isReady } from './hands';

/** Nothing is done about so small a difference. */
const TOLERANCE = 0.1;

export interface Proposal {
  replicas: number;
  /** What `status.currentMetrics` says of it. */
  current: object;
  /** How the metric is called in conditions. */
  name: string;
}

/** Why a metric gives no number. */
export interface Failure {
  reason: string;
  message: string;
}

const quantity = (resource: string, amount: number) => (resource === 'cpu' ? String(canonicalQuantity(`${Math.ceil(amount * 1000)}m`)) : String(Math.ceil(amount)));

/**
 * @param pods - those that are not going and have not failed
 * @param replicas - as many as there are wanted now
 */
export function propose(metric: any, pods: readonly KubeObject[], replicas: number, traffic: Traffic): Proposal | Failure {
  const { name: resource, target } = metric.resource ?? {};
  if (metric.type !== 'Resource' || !['cpu', 'memory'].includes(resource)) {
    return { reason: `FailedGet${metric.type}Metric`, message: `the HPA was unable to compute the replica count: unable to get ${metric.type} metrics: no custom metrics API (custom.metrics.k8s.io) registered` };
  }
  const failed = (why: string) => ({ reason: 'FailedGetResourceMetric', message: `the HPA was unable to compute the replica count: failed to get ${resource} utilization: ${why}` });
  const ready = pods.filter(isReady);
  if (ready.length === 0) return failed('did not receive metrics for targeted pods (pods might be unready)');
  const usages = ready.map(pod => usageOf(traffic, pod)[resource as 'cpu' | 'memory']);
  const average = usages.reduce((sum, each) => sum + each, 0) / ready.length;
  const averageValue = quantity(resource, average);
  if (target.type !== 'Utilization') {
    return { replicas: byRatio(average / numberOf(target.averageValue), pods.length, ready.length, replicas), current: { averageValue }, name: `${resource} resource` };
  }
  const requests = ready.map(pod => requested(pod, resource));
  const silent = requests.indexOf(undefined);
  if (silent >= 0) return failed(`missing request for ${resource} in container ${ready[silent].spec.containers[0].name} of Pod ${ready[silent].metadata.name}`);
  const averageUtilization = Math.floor((100 * average * ready.length) / requests.reduce<number>((sum, each) => sum + each!, 0));
  return {
    replicas: byRatio(averageUtilization / target.averageUtilization, pods.length, ready.length, replicas),
    current: { averageUtilization, averageValue },
    name: `${resource} resource utilization (percentage of request)`,
  };
}

/** Pods that are not ready count as if they did nothing, where that keeps from growing too far. */
function byRatio(ratio: number, pods: number, ready: number, replicas: number): number {
  const within = (of: number) => Math.abs(1 - of) <= TOLERANCE;
  if (within(ratio)) return replicas;
  if (ratio < 1 || pods === ready) return Math.ceil(ratio * ready);
  const careful = (ratio * ready) / pods;
  return within(careful) || careful < 1 ? replicas : Math.max(replicas, Math.ceil(careful * pods));
}
