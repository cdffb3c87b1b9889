import type { KubeObject } from '../types';
import { ageOf, humanDuration } from './age';
import type { TableColumn, TableShape } from './columns';
import { AGE, CONTAINERS, IMAGES, NAME, SELECTOR, formatLabels, integer, text, wide } from './columns';
import { CONFIGURATION } from './configuration';
import { hpaTargets } from './hpa';
import { PODS } from './pods';

const shape = (...columns: TableColumn[]): TableShape => ({ columns: [NAME, ...columns] });
const isTrue = (object: KubeObject, type: string) =>
  object.status?.conditions?.some((each: any) => each.type === type && each.status === 'True');
const since = (time: unknown, now: number) => ageOf(time, now);
const count = (value: object | undefined) => Object.keys(value ?? {}).length;

/** A column of a workload, of the Jobs a CronJob makes. */
const ofJobs = (column: TableColumn): TableColumn => ({ ...column, cell: (object, now) => column.cell({ ...object, spec: object.spec?.jobTemplate?.spec }, now) });

const subjects = (kind: string) => ({ subjects: all = [] }: KubeObject) =>
  (all as any[]).filter(each => each.kind === kind).map(each => (kind === 'ServiceAccount' ? `${each.namespace}/${each.name}` : each.name)).join(', ');
const SUBJECTS = [wide(text('Users', subjects('User'))), wide(text('Groups', subjects('Group'))), wide(text('ServiceAccounts', subjects('ServiceAccount')))];

function completions({ spec, status }: KubeObject): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined && spec.completions !== null) return `${succeeded}/${spec.completions}`;
  return spec?.parallelism > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
}

function jobStatus(job: KubeObject): string {
  if (isTrue(job, 'Complete')) return 'Complete';
  if (isTrue(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(type => isTrue(job, type)) ?? 'Running';
}

function jobDuration({ status }: KubeObject, now: number): string {
  if (!status?.startTime) return '';
  return humanDuration((status.completionTime ? Date.parse(status.completionTime) : now) - Date.parse(status.startTime));
}

function nodeStatus(node: KubeObject): string {
  const ready = node.status?.conditions?.find((each: any) => each.type === 'Ready');
  const word = ready ? `${ready.status === 'True' ? '' : 'Not'}Ready` : 'Unknown';
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

function nodeRoles({ metadata }: KubeObject): string {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return key.slice('node-role.kubernetes.io/'.length) || [];
    return key === 'kubernetes.io/role' && value ? value : [];
  });
  return [...new Set(roles)].sort().join(',') || '<none>';
}

const address = (type: string) => (node: KubeObject) =>
  node.status?.addresses?.find((each: any) => each.type === type)?.address ?? '<none>';

function kernel({ status }: KubeObject): string {
  const { kernelVersion = '<unknown>', architecture } = status?.nodeInfo ?? {};
  return architecture ? `${kernelVersion} (${architecture})` : kernelVersion;
}

function externalIp({ spec, status }: KubeObject): string {
  if (spec?.type === 'ExternalName') return spec.externalName ?? '';
  const given: string[] = spec?.externalIPs ?? [];
  if (spec?.type !== 'LoadBalancer') return given.join(',') || '<none>';
  const ingress = (status?.loadBalancer?.ingress ?? []).map((each: any) => each.ip || each.hostname);
  return [...ingress, ...given].join(',') || '<pending>';
}

function ports({ spec }: KubeObject): string {
  const texts = (spec?.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }: any) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`));
  return texts.join(',') || '<none>';
}

const eventFirst = (event: KubeObject) => event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime;
const eventLast = (event: KubeObject) =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? eventFirst(event);

function eventObject(event: KubeObject): string {
  const { kind = '', name } = event.involvedObject ?? event.regarding ?? {};
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function eventSource(event: KubeObject): string {
  const { component, host } = event.source ?? event.deprecatedSource ?? {};
  const parts = [component || event.reportingComponent || event.reportingController, host || event.reportingInstance];
  return parts.filter(Boolean).join(', ');
}

const EVENTS: TableShape = {
  columns: [
    text('Last Seen', (event, now) => since(eventLast(event), now)),
    text('Type', event => event.type),
    text('Reason', event => event.reason),
    text('Object', eventObject),
    wide(text('Subobject', event => (event.involvedObject ?? event.regarding)?.fieldPath)),
    wide(text('Source', eventSource)),
    text('Message', event => (event.message ?? event.note ?? '').trim()),
    wide(text('First Seen', (event, now) => since(eventFirst(event), now))),
    wide(text('Count', event => event.series?.count ?? event.count ?? event.deprecatedCount ?? 1)),
    wide(NAME),
  ],
};

function ingressHosts({ spec }: KubeObject): string {
  const hosts: string[] = (spec?.rules ?? []).map((rule: any) => rule.host).filter(Boolean);
  return hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',') || '*';
}

const ingressAddress = ({ status }: KubeObject) =>
  (status?.loadBalancer?.ingress ?? []).map((each: any) => each.ip || each.hostname).join(',');
const roleOf = ({ roleRef }: KubeObject) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`;
const ready = ({ spec, status }: KubeObject) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`;

/** The columns of built-in kinds as `kubectl get` shows them, by `<resource>` or `<resource>.<group>`. */
export const BUILTIN_TABLES: Record<string, TableShape> = {
  ...CONFIGURATION,
  pods: PODS,
  events: EVENTS,
  'events.events.k8s.io': EVENTS,
  namespaces: shape(text('Status', object => object.status?.phase), AGE),
  secrets: shape(text('Type', object => object.type), text('Data', object => count(object.data)), AGE),
  configmaps: shape(text('Data', object => count(object.data) + count(object.binaryData)), AGE),
  serviceaccounts: shape(AGE),
  services: shape(
    text('Type', object => object.spec?.type),
    text('Cluster-IP', object => object.spec?.clusterIPs?.[0] ?? object.spec?.clusterIP ?? '<none>'),
    text('External-IP', externalIp),
    text('Port(s)', ports),
    AGE,
    wide(text('Selector', object => formatLabels(object.spec?.selector))),
  ),
  nodes: shape(
    text('Status', nodeStatus),
    text('Roles', nodeRoles),
    AGE,
    text('Version', object => object.status?.nodeInfo?.kubeletVersion),
    wide(text('Internal-IP', address('InternalIP'))),
    wide(text('External-IP', address('ExternalIP'))),
    wide(text('OS-Image', object => object.status?.nodeInfo?.osImage || '<unknown>')),
    wide(text('Kernel-Version', kernel)),
    wide(text('Container-Runtime', object => object.status?.nodeInfo?.containerRuntimeVersion || '<unknown>')),
  ),
  'deployments.apps': shape(
    text('Ready', ready),
    text('Up-to-date', object => object.status?.updatedReplicas ?? 0),
    text('Available', object => object.status?.availableReplicas ?? 0),
    AGE, CONTAINERS, IMAGES, SELECTOR,
  ),
  'replicasets.apps': shape(
    integer('Desired', object => object.spec?.replicas),
    integer('Current', object => object.status?.replicas),
    integer('Ready', object => object.status?.readyReplicas),
    AGE, CONTAINERS, IMAGES, SELECTOR,
  ),
  'statefulsets.apps': shape(text('Ready', ready), AGE, CONTAINERS, IMAGES),
  'daemonsets.apps': shape(
    integer('Desired', object => object.status?.desiredNumberScheduled),
    integer('Current', object => object.status?.currentNumberScheduled),
    integer('Ready', object => object.status?.numberReady),
    integer('Up-to-date', object => object.status?.updatedNumberScheduled),
    integer('Available', object => object.status?.numberAvailable),
    text('Node Selector', object => formatLabels(object.spec?.template?.spec?.nodeSelector)),
    AGE, CONTAINERS, IMAGES, SELECTOR,
  ),
  'jobs.batch': shape(
    text('Status', jobStatus),
    text('Completions', completions),
    text('Duration', jobDuration),
    AGE, CONTAINERS, IMAGES, SELECTOR,
  ),
  'cronjobs.batch': shape(
    text('Schedule', object => object.spec?.schedule),
    text('Timezone', object => object.spec?.timeZone ?? '<none>'),
    { ...text('Suspend', ({ spec }) => (spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False')), type: 'boolean' },
    integer('Active', object => object.status?.active?.length),
    text('Last Schedule', (object, now) => (object.status?.lastScheduleTime ? since(object.status.lastScheduleTime, now) : '<none>')),
    AGE,
    ...[CONTAINERS, IMAGES, SELECTOR].map(ofJobs),
  ),
  'horizontalpodautoscalers.autoscaling': shape(
    text('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`),
    text('Targets', hpaTargets),
    text('MinPods', object => String(object.spec?.minReplicas ?? '<unset>')),
    text('MaxPods', object => object.spec?.maxReplicas),
    text('Replicas', object => object.status?.currentReplicas ?? 0),
    AGE,
  ),
  'ingresses.networking.k8s.io': shape(
    text('Class', object => object.spec?.ingressClassName ?? '<none>'),
    text('Hosts', ingressHosts),
    text('Address', ingressAddress),
    text('Ports', object => (object.spec?.tls?.length ? '80, 443' : '80')),
    AGE,
  ),
  'rolebindings.rbac.authorization.k8s.io': shape(text('Role', roleOf), AGE, ...SUBJECTS),
  'clusterrolebindings.rbac.authorization.k8s.io': shape(text('Role', roleOf), AGE, ...SUBJECTS),
  'poddisruptionbudgets.policy': shape(
    text('Min Available', object => String(object.spec?.minAvailable ?? 'N/A')),
    text('Max Unavailable', object => String(object.spec?.maxUnavailable ?? 'N/A')),
    integer('Allowed Disruptions', object => object.status?.disruptionsAllowed),
    AGE,
  ),
  'leases.coordination.k8s.io': shape(text('Holder', object => object.spec?.holderIdentity), AGE),
};
