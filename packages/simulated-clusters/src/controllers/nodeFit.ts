import type { KubeObject } from '@flotilla/kube-api';
import { numberOf } from '../quantity';

export type Amounts = Map<string, number>;

const asked = ({ resources = {} }: any): [string, number][] => Object.entries({ ...resources.limits, ...resources.requests }).map(([resource, quantity]) => [resource, numberOf(quantity)]);

/** What a pod asks of its node, one `pods` included: all containers together, or one init container if that is more. */
export function requestsOf(pod: KubeObject): Amounts {
  const sum: Amounts = new Map([['pods', 1]]);
  for (const container of pod.spec?.containers ?? []) for (const [resource, amount] of asked(container)) sum.set(resource, (sum.get(resource) ?? 0) + amount);
  for (const container of pod.spec?.initContainers ?? []) for (const [resource, amount] of asked(container)) sum.set(resource, Math.max(sum.get(resource) ?? 0, amount));
  for (const [resource, quantity] of Object.entries(pod.spec?.overhead ?? {})) sum.set(resource, (sum.get(resource) ?? 0) + numberOf(quantity));
  return sum;
}

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** The tolerations that speak of a taint. */
export const tolerationOf = (tolerations: readonly any[] = [], taint: Taint): readonly { tolerationSeconds?: number }[] =>
  tolerations.filter(
    each =>
      (!each.effect || each.effect === taint.effect) &&
      (each.operator === 'Exists' ? !each.key || each.key === taint.key : each.key === taint.key && (each.value ?? '') === (taint.value ?? '')),
  );

const tolerates = (tolerations: readonly any[] | undefined, taint: Taint) => tolerationOf(tolerations, taint).length > 0;

const MATCH: Record<string, (value: string | undefined, values: string[]) => boolean> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: value => value !== undefined,
  DoesNotExist: value => value === undefined,
  Gt: (value, [limit]) => Number(value) > Number(limit),
  Lt: (value, [limit]) => Number(value) < Number(limit),
};

/** Whether node selector and required node affinity of a pod let it be on a node. */
function affinityMatches(pod: KubeObject, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const terms: any[] | undefined = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const meets = (of: (key: string) => string | undefined) => (each: any) => MATCH[each.operator]?.(of(each.key), each.values ?? []) ?? false;
  return (
    Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value) &&
    (!terms ||
      terms.some(({ matchExpressions = [], matchFields = [] }) =>
        // A term that says nothing matches no node.
        matchExpressions.length + matchFields.length > 0 && matchExpressions.every(meets(key => labels[key])) && matchFields.every(meets(() => node.metadata.name))))
  );
}

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Whether a pod of a DaemonSet belongs on a node; of one that is there already only what drives pods out counts. */
export const belongsOn = (pod: KubeObject, node: KubeObject, isThere: boolean): boolean =>
  affinityMatches(pod, node) &&
  (node.spec?.taints ?? []).every((each: Taint) => each.effect === 'PreferNoSchedule' || (isThere && each.effect === 'NoSchedule') || tolerates(pod.spec?.tolerations, each));

/** Why a pod cannot be on a node, in kube-scheduler's words; none when it can. */
export function objections(pod: KubeObject, requests: Amounts, node: KubeObject, free: Amounts): string[] {
  const { spec = {} } = node;
  if (spec.unschedulable && !tolerates(pod.spec?.tolerations, UNSCHEDULABLE)) return ['node(s) were unschedulable'];
  const taint = (spec.taints ?? []).find((each: Taint) => each.effect !== 'PreferNoSchedule' && !tolerates(pod.spec?.tolerations, each));
  if (taint) return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`];
  if (!affinityMatches(pod, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  const short = [...requests].filter(([resource, amount]) => amount > 0 && (free.get(resource) ?? 0) < amount);
  return short.map(([resource]) => (resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`));
}
