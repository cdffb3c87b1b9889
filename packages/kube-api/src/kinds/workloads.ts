import { causes, shown } from '../schema/causes';
import { equal } from '../schema/equal';
import type { KubeObject, StatusCause } from '../types';
import type { FillContext, KindRules } from './rules';
import { fillBuiltin } from './fill';
import { podWarnings } from './podWarnings';
import { notNegative, validatePodSpec, validatePodTemplate } from './podTemplate';
import { isEmptySelector, selects, validateLabelSelector } from './selectors';
import type { ObjectSelector } from './selectors';

type Tree = Record<string, any>;

const COUNTS = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds', 'parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished', 'startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'];
const JOB_POLICIES = ['OnFailure', 'Never'];

const immutable = (path: string, value: unknown) => causes.invalid(path, value, 'field is immutable');

function validateCounts(spec: Tree, path: string): StatusCause[] {
  return COUNTS.filter(name => spec[name] < 0).map(name => notNegative(`${path}.${name}`, spec[name]));
}

/** Selector and template of a workload whose pods live on: they must fit, and the pods restart for ever. */
function validateReplicated(noun: string) {
  return ({ spec = {} }: KubeObject): StatusCause[] => {
    const found = validateCounts(spec, 'spec');
    const selector = spec.selector as ObjectSelector | undefined;
    if (!selector) found.push(causes.required('spec.selector'));
    else {
      found.push(...validateLabelSelector(selector, 'spec.selector'));
      if (isEmptySelector(selector)) found.push(causes.invalid('spec.selector', selector, `empty selector is invalid for ${noun}`));
    }
    const labels = spec.template?.metadata?.labels ?? null;
    if (!selector || (!isEmptySelector(selector) && !selects(selector, labels ?? {}))) {
      found.push(causes.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
    }
    return [...found, ...validatePodTemplate(spec.template, 'spec.template', { restartPolicies: ['Always'] })];
  };
}

function validateStrategy(path: string, strategy: Tree | undefined, types: string[]): StatusCause[] {
  if (!strategy?.type) return [];
  if (!types.includes(strategy.type)) return [causes.unsupported(`${path}.type`, strategy.type, types)];
  const found: StatusCause[] = [];
  const { rollingUpdate } = strategy;
  if (rollingUpdate && strategy.type !== 'RollingUpdate') {
    found.push(causes.forbidden(`${path}.rollingUpdate`, `may not be specified when strategy \`type\` is '${strategy.type}'`));
  }
  for (const field of ['maxUnavailable', 'maxSurge']) {
    const value = rollingUpdate?.[field];
    if (typeof value === 'string' && !/^\d+%$/.test(value)) {
      found.push(causes.invalid(`${path}.rollingUpdate.${field}`, value, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"));
    } else if (value < 0) found.push(notNegative(`${path}.rollingUpdate.${field}`, value));
    else if (field === 'maxUnavailable' && typeof value === 'string' && parseInt(value, 10) > 100) found.push(causes.invalid(`${path}.rollingUpdate.${field}`, value, 'must not be greater than 100%'));
  }
  const none = (value: unknown) => value === 0 || value === '0%';
  if (rollingUpdate && none(rollingUpdate.maxUnavailable) && none(rollingUpdate.maxSurge)) {
    found.push(causes.invalid(`${path}.rollingUpdate.maxUnavailable`, rollingUpdate.maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return found;
}

const templateWarnings = ({ spec }: KubeObject) => podWarnings(spec?.template?.spec, 'spec.template.spec');
const filled = (kind: string) => (object: KubeObject) => fillBuiltin(kind, object);
const selectorStays = (object: KubeObject, old: KubeObject) =>
  equal(object.spec?.selector, old.spec?.selector) ? [] : [immutable('spec.selector', object.spec?.selector ?? null)];

/** What a Deployment's controller cannot have counted. */
function validateDeploymentStatus({ status = {} }: KubeObject): StatusCause[] {
  const fields = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'];
  const found = fields.filter(field => status[field] < 0).map(field => notNegative(`status.${field}`, status[field]));
  for (const field of ['updatedReplicas', 'readyReplicas', 'availableReplicas']) {
    const count = status[field] ?? 0;
    if (count > (status.replicas ?? 0)) found.push(causes.invalid(`status.${field}`, count, 'cannot be greater than status.replicas'));
  }
  if ((status.availableReplicas ?? 0) > (status.readyReplicas ?? 0)) found.push(causes.invalid('status.availableReplicas', status.availableReplicas, 'cannot be greater than readyReplicas'));
  return found;
}

export const deployment: KindRules = {
  warnings: templateWarnings,
  validateStatus: validateDeploymentStatus,
  fill: filled('apps/Deployment'),
  validate: object => [...validateReplicated('deployment')(object), ...validateStrategy('spec.strategy', object.spec?.strategy, ['Recreate', 'RollingUpdate'])],
  validateUpdate: selectorStays,
};

export const replicaSet: KindRules = {
  warnings: templateWarnings,
  fill: filled('apps/ReplicaSet'),
  firstStatus: () => ({ replicas: 0 }),
  validate: validateReplicated('replicaset'),
  validateUpdate: selectorStays,
};

export const daemonSet: KindRules = {
  warnings: templateWarnings,
  fill: filled('apps/DaemonSet'),
  firstStatus: () => ({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }),
  validate: object => [...validateReplicated('daemonset')(object), ...validateStrategy('spec.updateStrategy', object.spec?.updateStrategy, ['RollingUpdate', 'OnDelete'])],
  validateUpdate: selectorStays,
};

/** What of a StatefulSet may change; the rest is how its pods and volumes came to be. */
const STATEFUL_MUTABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

export const statefulSet: KindRules = {
  warnings: templateWarnings,
  fill: filled('apps/StatefulSet'),
  firstStatus: () => ({ replicas: 0, availableReplicas: 0 }),
  validate: object => [...validateReplicated('statefulset')(object), ...validateStrategy('spec.updateStrategy', object.spec?.updateStrategy, ['RollingUpdate', 'OnDelete'])],
  validateUpdate: (object, old) => {
    const fixed = (spec: Tree = {}) => Object.fromEntries(Object.entries(spec).filter(([key]) => !STATEFUL_MUTABLE.includes(key)));
    if (equal(fixed(object.spec), fixed(old.spec))) return [];
    return [causes.forbidden('spec', `updates to statefulset spec for fields other than ${STATEFUL_MUTABLE.map(each => `'${each}'`).join(', ').replace(/, ([^,]*)$/, ' and $1')} are forbidden`)];
  },
};

/** A Job's selector and the labels it needs are made from its uid, where pods are made at all. */
function generateJobSelector(object: KubeObject, { templates }: FillContext): void {
  const { spec, metadata } = object;
  if (templates || !spec?.template || spec.manualSelector || spec.selector) return;
  const { uid, name } = metadata;
  const labels = { 'batch.kubernetes.io/controller-uid': uid!, 'batch.kubernetes.io/job-name': name!, 'controller-uid': uid!, 'job-name': name! };
  // A Job that says no labels goes by those of its pods.
  if (!metadata.labels) metadata.labels = { ...spec.template.metadata?.labels, ...labels };
  spec.template.metadata = { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } };
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid! } };
}


function validateJobSpec(spec: Tree, path: string): StatusCause[] {
  const found = validateCounts(spec, path);
  const { template } = spec;
  found.push(...validatePodTemplate(template, `${path}.template`, { restartPolicies: JOB_POLICIES }));
  if (spec.completionMode && !['NonIndexed', 'Indexed'].includes(spec.completionMode)) {
    found.push(causes.unsupported(`${path}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']));
  }
  if (spec.completionMode === 'Indexed' && spec.completions === undefined) {
    found.push(causes.required(`${path}.completions`, 'when completion mode is Indexed'));
  }
  return found;
}

export const job: KindRules = {
  warnings: templateWarnings,
  fill: filled('batch/Job'),
  generate: generateJobSelector,
  validate: ({ spec = {} }) => validateJobSpec(spec, 'spec'),
  validateUpdate: (object, old) => {
    const found: StatusCause[] = [];
    for (const field of ['selector', 'completionMode', 'completions', 'manualSelector'] as const) {
      // An indexed Job may grow and shrink as long as it runs all its indexes at once.
      const elastic = field === 'completions' && object.spec?.completionMode === 'Indexed' && object.spec.completions === object.spec.parallelism;
      if (!elastic && !equal(object.spec?.[field], old.spec?.[field])) found.push(immutable(`spec.${field}`, object.spec?.[field]));
    }
    // Until it has started, a suspended Job may still be told where to run.
    const template = old.spec?.suspend && !old.status?.startTime ? withPlacement : (each: Tree) => each;
    if (!equal(template(object.spec?.template ?? {}), template(old.spec?.template ?? {}))) found.push(immutable('spec.template', object.spec?.template));
    return found;
  },
};

const JOB_PLACEMENT = ['affinity', 'nodeSelector', 'tolerations', 'schedulingGates'];

function withPlacement(template: Tree): Tree {
  const spec = Object.fromEntries(Object.entries(template.spec ?? {}).filter(([key]) => !JOB_PLACEMENT.includes(key)));
  return { ...template, metadata: undefined, spec };
}

const SCHEDULE = /^(?:TZ=\S+ +)?(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)|(?:[-\d*,/?LW#A-Za-z]+ +){4}[-\d*,/?LW#A-Za-z]+)$/;

export const cronJob: KindRules = {
  fill: filled('batch/CronJob'),
  validate: ({ spec = {} }) => {
    const found = validateCounts(spec, 'spec');
    if (!spec.schedule) found.push(causes.required('spec.schedule'));
    else if (!SCHEDULE.test(spec.schedule)) found.push(causes.invalid('spec.schedule', spec.schedule, 'expected exactly 5 fields or a descriptor such as @daily'));
    const policies = ['Allow', 'Forbid', 'Replace'];
    if (spec.concurrencyPolicy && !policies.includes(spec.concurrencyPolicy)) found.push(causes.unsupported('spec.concurrencyPolicy', spec.concurrencyPolicy, policies));
    return [...found, ...validateJobSpec(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec')];
  },
};

const POD_MUTABLE = ['activeDeadlineSeconds', 'tolerations', 'schedulingGates', 'terminationGracePeriodSeconds', 'priority'];

/** A pod's spec without what may change: images, and where it runs until that is decided. */
function fixedPodSpec(spec: Tree = {}, bound: boolean): Tree {
  const out: Tree = {};
  for (const [key, value] of Object.entries(spec)) {
    if (POD_MUTABLE.includes(key) || (key === 'nodeName' && !bound)) continue;
    out[key] = key.endsWith('ontainers') && Array.isArray(value) ? value.map(({ image: _image, resources: _resources, ...rest }) => rest) : value;
  }
  return out;
}

export const pod: KindRules = {
  fill: filled('Pod'),
  firstStatus: object => ({ phase: 'Pending', qosClass: qosClass(object.spec) }),
  validate: ({ spec }) => validatePodSpec(spec, 'spec'),
  validateUpdate: (object, old) => {
    const bound = Boolean(old.spec?.nodeName);
    if (equal(fixedPodSpec(object.spec, bound), fixedPodSpec(old.spec, bound))) return [];
    return [
      causes.forbidden(
        'spec',
        `pod updates may not change fields other than \`spec.containers[*].image\`,\`spec.initContainers[*].image\`,\`spec.activeDeadlineSeconds\`,\`spec.tolerations\` (only additions to existing tolerations),\`spec.terminationGracePeriodSeconds\` (allow it to be set to 1 if it was previously negative)`,
      ),
    ];
  },
};

/** How safe a pod is from eviction: all limits set and equal to requests, some, or none. */
function qosClass(spec: Tree = {}): string {
  const resources: Tree[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(container => container.resources ?? {});
  const said = (list: Tree | undefined) => ['cpu', 'memory'].filter(name => list?.[name] !== undefined);
  if (resources.every(({ requests, limits }) => said(requests).length + said(limits).length === 0)) return 'BestEffort';
  const guaranteed = resources.every(
    ({ requests, limits }) => said(limits).length === 2 && said(limits).every(name => shown(requests?.[name] ?? limits[name]) === shown(limits[name])),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
