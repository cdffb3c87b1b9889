import type { KubeObject } from '@flotilla/kube-api';
import { numberOf } from '../quantity';
import { isGoing, isOver, rfc3339, writeSpec, writeStatus, type Hands } from './hands';

type Amounts = Map<string, number>;

/** What a pod asks of its node, one `pods` included. */
export function requestsOf(pod: KubeObject): Amounts {
  const sum: Amounts = new Map([['pods', 1]]);
  for (const container of pod.spec?.containers ?? []) {
    const requests = { ...container.resources?.limits, ...container.resources?.requests };
    for (const [resource, quantity] of Object.entries(requests)) sum.set(resource, (sum.get(resource) ?? 0) + numberOf(quantity));
  }
  return sum;
}

function tolerates(tolerations: any[] | undefined, taint: { key: string; value?: string; effect: string }): boolean {
  return (tolerations ?? []).some(
    each =>
      (!each.effect || each.effect === taint.effect) &&
      (each.operator === 'Exists' ? !each.key || each.key === taint.key : each.key === taint.key && (each.value ?? '') === (taint.value ?? '')),
  );
}

const MATCH: Record<string, (value: string | undefined, values: string[]) => boolean> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: value => value !== undefined,
  DoesNotExist: value => value === undefined,
  Gt: (value, [limit]) => Number(value) > Number(limit),
  Lt: (value, [limit]) => Number(value) < Number(limit),
};

function mayRunOn(pod: KubeObject, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const taints = (node.spec?.taints ?? []).filter((taint: any) => taint.effect !== 'PreferNoSchedule');
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return (
    !node.spec?.unschedulable &&
    Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value) &&
    taints.every((taint: any) => tolerates(pod.spec?.tolerations, taint)) &&
    (!terms || terms.some((term: any) => (term.matchExpressions ?? []).every((each: any) => MATCH[each.operator]?.(labels[each.key], each.values ?? []))))
  );
}

/** kube-scheduler in small: a pod goes to the fitting node with the most free CPU (LeastAllocated). */
export async function schedulePods(hands: Hands, pods: readonly KubeObject[], nodes: readonly KubeObject[]): Promise<void> {
  const free = new Map(nodes.map(node => [node.metadata.name!, new Map(Object.entries(node.status?.allocatable ?? {}).map(([resource, quantity]) => [resource, numberOf(quantity)]))]));
  const take = (name: string, requests: Amounts) => requests.forEach((amount, resource) => free.get(name)?.set(resource, (free.get(name)!.get(resource) ?? 0) - amount));
  for (const pod of pods) if (pod.spec?.nodeName && !isOver(pod)) take(pod.spec.nodeName, requestsOf(pod));
  for (const pod of pods.filter(each => !each.spec?.nodeName && !isGoing(each) && !isOver(each))) {
    const requests = requestsOf(pod);
    const able = nodes.filter(node => mayRunOn(pod, node));
    const fitting = able.filter(node => [...requests].every(([resource, amount]) => (free.get(node.metadata.name!)!.get(resource) ?? 0) >= amount));
    const [best] = fitting.sort((a, b) => (free.get(b.metadata.name!)!.get('cpu') ?? 0) - (free.get(a.metadata.name!)!.get('cpu') ?? 0));
    if (best) {
      take(best.metadata.name!, requests);
      await writeSpec(hands, pod, { nodeName: best.metadata.name });
    } else {
      const message = `0/${nodes.length} nodes are available: ${nodes.length - able.length} node(s) didn't match selectors or taints, ${able.length} Insufficient ${shortOf(requests, able, free)}.`;
      await writeStatus(hands, pod, { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: pod.status?.conditions?.[0]?.lastTransitionTime ?? rfc3339(hands.now()) }] });
    }
  }
}

const shortOf = (requests: Amounts, nodes: KubeObject[], free: Map<string, Amounts>) =>
  [...requests].find(([resource, amount]) => nodes.every(node => (free.get(node.metadata.name!)!.get(resource) ?? 0) < amount))?.[0] ?? 'cpu';
