/** From objects that run in members to components that say the same. */
import { LABEL_MANAGED_BY, type LeftOut, type Reason, type WhoseObject } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { API_VERSION_OF, podTemplateOf } from '../model/componentObject';
import { nameProblem } from '../model/names';

/** Workloads that can be imported; Services and ConfigMaps come along with them. */
export const IMPORTED_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;
/** Whose `spec.replicas` is divided over clusters. */
export const HAS_REPLICAS = new Set(['Deployment', 'StatefulSet']);

type Fields = Record<string, any>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Annotations that the cluster's own controllers or a tool write; `by` names the tool. */
const MARKS: [RegExp, WhoseObject['by'] | 'kubectl' | 'server'][] = [
  [/^(deployment\.kubernetes\.io|deprecated\.daemonset\.template\.generation|batch\.kubernetes\.io\/|control-plane\.alpha\.kubernetes\.io)/, 'server'],
  [/^kubectl\.kubernetes\.io\/(last-applied-configuration|restartedAt)$/, 'kubectl'],
  [/^(meta\.helm\.sh|helm\.toolkit\.fluxcd\.io)\//, 'helm'],
  [/^argocd\.argoproj\.io\//, 'argocd'],
  [/^(kustomize|reconcile)\.(toolkit\.)?fluxcd\.io\//, 'flux'],
];
const markOf = (key: string) => MARKS.find(([pattern]) => pattern.test(key))?.[1];

/** Labels that the Job controller gives to a Job's pods. */
const JOBS_OWN = new Set(['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name']);
/** What a cluster gives to a Service, and another would give otherwise. */
const GIVEN_TO_SERVICES = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'];

/** Why this workload cannot be imported; undefined when it can. Whose it is is judged by `whoseObject`. */
export function hindranceOf(object: KubeObject, whose: WhoseObject, fromTools = false): Reason | undefined {
  const { metadata, kind, status } = object;
  const ended = kind === 'Job' && (status?.conditions ?? []).some((each: any) => ['Complete', 'Failed'].includes(each.type) && each.status === 'True');
  if (whose.by === 'ours') return { code: 'ImportOurs', values: {} };
  if (whose.by === 'otherHub') return { code: 'ImportOtherHub', values: { owner: whose.name ?? '' } };
  if (whose.by === 'controller') return { code: 'ImportController', values: { owner: whose.name ?? '' } };
  if (metadata.deletionTimestamp) return { code: 'ImportGoing', values: {} };
  if (metadata.namespace?.startsWith('kube-')) return { code: 'ImportSystem', values: {} };
  if (nameProblem(metadata.name)) return { code: 'ImportName', values: {} };
  if (ended) return { code: 'ImportEnded', values: {} };
  if (whose.by === 'hand' || fromTools) return undefined;
  return { code: 'ImportTool', values: { by: whose.by, ...(whose.name ? { owner: whose.name } : {}) } };
}

/** Without `null`, which in an apply takes a field away. */
function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null).map(([key, each]) => [key, withoutNulls(each)])) as T;
}

const at = (map: string, key: string) => `metadata.${map}["${key}"]`;
const server: Reason = { code: 'LeftServers', values: {} };

function carriedMetadata({ metadata }: KubeObject): { kept: Fields; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const labels: Fields = {};
  const annotations: Fields = {};
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key === LABEL_MANAGED_BY) leftOut.push({ path: at('labels', key), because: { code: 'LeftMark', values: {} } });
    else if (!key.startsWith('fleet.kurator.dev/')) labels[key] = value;
  }
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    const mark = markOf(key);
    if (mark) leftOut.push({ path: at('annotations', key), because: mark === 'server' ? server : { code: 'LeftTools', values: { by: mark } } });
    else if (!key.startsWith('fleet.kurator.dev/')) annotations[key] = value;
  }
  if (metadata.finalizers?.length) leftOut.push({ path: 'metadata.finalizers', because: { code: 'LeftFinalizers', values: {} } });
  if (metadata.ownerReferences?.length) leftOut.push({ path: 'metadata.ownerReferences', because: { code: 'LeftFinalizers', values: {} } });
  const kept = { ...(Object.keys(labels).length > 0 ? { labels } : {}), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
  return { kept, leftOut };
}

function service(spec: Fields): { spec: Fields; leftOut: LeftOut[] } {
  // Without an address of its own is a wish; every other address is the cluster's gift.
  const given = GIVEN_TO_SERVICES.filter(field => spec[field] !== undefined && spec[field] !== 'None' && !(field === 'clusterIPs' && spec.clusterIP === 'None'));
  const kept = Object.fromEntries(Object.entries(spec).filter(([field]) => !GIVEN_TO_SERVICES.includes(field) || (field === 'clusterIP' && spec.clusterIP === 'None')));
  const ports = (spec.ports ?? []).map(({ nodePort: _given, ...port }: Fields) => port);
  const nodePorts = (spec.ports ?? []).flatMap((port: Fields, i: number) => (port.nodePort ? [`spec.ports[${i}].nodePort`] : []));
  return { spec: { ...kept, ...(spec.ports ? { ports } : {}) }, leftOut: [...given.map(field => `spec.${field}`), ...nodePorts].map(path => ({ path, because: server })) };
}

function job(spec: Fields): { spec: Fields; leftOut: LeftOut[] } {
  const { selector, manualSelector: _manual, ...kept } = structuredClone(spec);
  const labels = kept.template?.metadata?.labels ?? {};
  const own = Object.keys(labels).filter(key => JOBS_OWN.has(key));
  for (const key of own) delete labels[key];
  if (kept.template?.metadata && Object.keys(labels).length === 0) delete kept.template.metadata.labels;
  if (kept.template?.metadata && Object.keys(kept.template.metadata).length === 0) delete kept.template.metadata;
  const left = [...(selector ? ['spec.selector'] : []), ...own.map(key => `spec.template.metadata.labels["${key}"]`)];
  return { spec: kept, leftOut: left.map(path => ({ path, because: server })) };
}

export interface Carried {
  /** As a component has it; without `spec.replicas` where replicas are divided. */
  template: Fields;
  /** What is in the object and not in the template, each with why. */
  leftOut: LeftOut[];
}

/**
 * An object as a component's template: all of it, but for what the server fills in every cluster anew. What is left out stays as it is
 * in the cluster, as an apply leaves alone what it does not name.
 */
export function carried(object: KubeObject): Carried {
  const live = withoutNulls(object);
  const { kept, leftOut } = carriedMetadata(live);
  const metadata = Object.keys(kept).length > 0 ? { metadata: kept } : {};
  const { apiVersion: _a, kind, metadata: _m, status: _s, spec, ...body } = live;
  if (spec === undefined) return { template: { ...metadata, ...body }, leftOut };
  if (kind === 'Service' || kind === 'Job') {
    const cut = kind === 'Service' ? service(spec) : job(spec);
    return { template: { ...metadata, spec: cut.spec }, leftOut: [...leftOut, ...cut.leftOut] };
  }
  const { replicas: _r, ...rest } = spec;
  return { template: { ...metadata, spec: HAS_REPLICAS.has(kind) ? rest : spec }, leftOut };
}

/** How many pods each cluster runs of one workload. */
export type Shares = readonly { cluster: string; replicas: number }[];

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Where a component runs and how its replicas are shared, so that each cluster gets what it has now. Undefined where no division gives that. */
export function placementOf(shares: Shares): { replicas: number; placement: Fields } | undefined {
  const clusterAffinity = { clusterNames: shares.map(each => each.cluster) };
  const replicas = shares.reduce((sum, each) => sum + each.replicas, 0);
  if (shares.length === 1) return { replicas, placement: { clusterAffinity } };
  if (shares.every(each => each.replicas === shares[0].replicas)) {
    return { replicas: shares[0].replicas, placement: { clusterAffinity, replicaScheduling: { replicaSchedulingType: 'Duplicated' } } };
  }
  if (shares.some(each => each.replicas === 0)) return undefined;
  const unit = shares.map(each => each.replicas).reduce(gcd);
  const staticWeightList = shares.map(each => ({ targetCluster: { clusterNames: [each.cluster] }, weight: each.replicas / unit }));
  return { replicas, placement: { clusterAffinity, replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted', weightPreference: { staticWeightList } } } };
}

/** A component of an Application from what is carried, where it runs, and how it is taken over. */
export function componentFrom(kind: string, name: string, { template }: Carried, shares: Shares, adoption: 'IfNoDiff' | 'Always'): Fields | undefined {
  const placed = HAS_REPLICAS.has(kind) ? placementOf(shares) : { replicas: undefined, placement: { clusterAffinity: { clusterNames: shares.map(each => each.cluster) } } };
  if (!placed) return undefined;
  const spec = placed.replicas === undefined ? template.spec : { replicas: placed.replicas, ...template.spec };
  return { name, type: kind, template: { ...template, ...(spec ? { spec } : {}) }, adoption, placement: placed.placement };
}

/** API version of a kind that can be a component. */
export const versionOfKind = (kind: string): string => API_VERSION_OF[kind as keyof typeof API_VERSION_OF];

/** Labels of the pods that a workload makes; undefined for what makes none. */
export const podLabelsOf = (object: KubeObject): Record<string, string> | undefined => {
  const template = podTemplateOf(object);
  return template && (template.metadata?.labels ?? {});
};
