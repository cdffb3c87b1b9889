import { canonicalQuantity } from '../schema/quantity';

/*
 * What a Kubernetes API server writes into built-in kinds that leave it open, as tables where it can be told as one.
 * Kept to what a reader of live objects meets: enough that an object read back differs from the one sent as a real one does.
 */

type Tree = Record<string, any>;

/** Sets what is absent, level by level. */
function absent(target: Tree, defaults: Tree): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (typeof value !== 'object') target[key] ??= value;
    else absent((target[key] ??= {}), value);
  }
}

const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const CONTAINER = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {} };
const POD = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
/** 0644, in the decimal JSON has. */
const FILE_MODE = 420;
const TOKEN_SECONDS = 3600;
const MODED_VOLUMES = ['secret', 'configMap', 'downwardAPI', 'projected'];

/** By kind; a function where the value depends on the object. */
const SPECS: Record<string, Tree> = {
  'apps/Deployment': { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate' } },
  'apps/ReplicaSet': { replicas: 1 },
  'apps/StatefulSet': {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    serviceName: '',
    updateStrategy: { type: 'RollingUpdate' },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  },
  'apps/DaemonSet': { revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate' } },
  'batch/Job': { backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, manualSelector: false },
  'batch/CronJob': { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
  'autoscaling/HorizontalPodAutoscaler': { minReplicas: 1 },
  PersistentVolumeClaim: { volumeMode: 'Filesystem' },
  Service: { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' },
};

/** Whole objects, beside their spec. */
const OBJECTS: Record<string, Tree> = {
  Secret: { type: 'Opaque' },
  Event: { source: {}, reportingComponent: '', reportingInstance: '' },
  'scheduling.k8s.io/PriorityClass': { preemptionPolicy: 'PreemptLowerPriority' },
  'storage.k8s.io/StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
};

const ROLLING: Record<string, [string, Tree]> = {
  'apps/Deployment': ['strategy', { maxUnavailable: '25%', maxSurge: '25%' }],
  'apps/StatefulSet': ['updateStrategy', { partition: 0 }],
  'apps/DaemonSet': ['updateStrategy', { maxUnavailable: 1, maxSurge: 0 }],
};

/**
 * Fills an object of a built-in kind, in place.
 *
 * @param kind - `Deployment.apps` written as `apps/Deployment`; core kinds by name alone
 */
export function fillBuiltin(kind: string, object: Tree): void {
  if (OBJECTS[kind]) absent(object, OBJECTS[kind]);
  const spec: Tree | undefined = object.spec;
  if (!spec || typeof spec !== 'object') return;
  if (kind === 'batch/Job') fillJobCounts(spec);
  if (SPECS[kind]) absent(spec, SPECS[kind]);
  const rolling = ROLLING[kind];
  if (rolling && spec[rolling[0]].type === 'RollingUpdate') absent(spec[rolling[0]], { rollingUpdate: rolling[1] });
  if (kind === 'Pod') fillPod(spec);
  else if (spec.template?.spec) fillPodSpec(spec.template.spec);
  if (kind === 'batch/CronJob' && spec.jobTemplate?.spec?.template?.spec) {
    absent(spec.jobTemplate, { metadata: {}, spec: { template: { metadata: {} } } });
    fillPodSpec(spec.jobTemplate.spec.template.spec);
  }
  if (kind === 'Service') (spec.ports ?? []).forEach(fillServicePort);
}

/** Without either a Job runs one pod once; with parallelism alone it is a work queue. */
function fillJobCounts(spec: Tree): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
}

function fillServicePort(port: Tree): void {
  port.protocol ??= 'TCP';
  port.targetPort ??= port.port;
}

/** A pod of its own also gets what templates leave to the moment a pod is made. */
function fillPod(spec: Tree): void {
  fillPodSpec(spec);
  spec.enableServiceLinks ??= true;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const { limits, requests } = container.resources;
    if (limits) container.resources.requests = { ...limits, ...requests };
  }
}

/** Fills a pod spec, in a template or of a pod, in place. */
export function fillPodSpec(spec: Tree): void {
  absent(spec, POD);
  if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) fillContainer(container);
  for (const volume of spec.volumes ?? []) fillVolume(volume);
}

function fillContainer(container: Tree): void {
  absent(container, CONTAINER);
  if (container.image) container.imagePullPolicy ??= isLatest(container.image) ? 'Always' : 'IfNotPresent';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (!probe) continue;
    absent(probe, PROBE);
    if (probe.httpGet) absent(probe.httpGet, { path: '/', scheme: 'HTTP' });
    if (probe.grpc) absent(probe.grpc, { service: '' });
  }
  for (const hook of Object.values((container.lifecycle ?? {}) as Tree)) if (hook.httpGet) absent(hook.httpGet, { path: '/', scheme: 'HTTP' });
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1';
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
  }
  for (const list of Object.values(container.resources as Tree)) if (!Array.isArray(list)) fillQuantities(list);
}

/** Whether an image's tag is `latest`, said or meant. A digest is never. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

function fillVolume(volume: Tree): void {
  const sources = Object.keys(volume).filter(key => key !== 'name');
  if (sources.length === 0) volume.emptyDir = {};
  for (const source of MODED_VOLUMES) if (volume[source]) volume[source].defaultMode ??= FILE_MODE;
  for (const { fieldRef } of volume.downwardAPI?.items ?? []) if (fieldRef) fieldRef.apiVersion ??= 'v1';
  if (volume.hostPath) volume.hostPath.type ??= '';
  for (const { serviceAccountToken } of volume.projected?.sources ?? []) if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS;
}

/** Quantities in the form the server stores. In place. */
export function fillQuantities(list: Tree | undefined): void {
  for (const [name, value] of Object.entries(list ?? {})) list![name] = canonicalQuantity(value);
}
