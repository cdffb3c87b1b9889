/** Cuts a member's object down to what is shown of it. A member may send anything: what is no object of its kind is not shown. */
import { summarizePod, type KubeObject } from '@flotilla/kube-api';
import { troubleOf } from '../podTable';
import type { FieldsShown, MemberKind, MemberObject, PodShown } from './types';

export type Cut = Omit<MemberObject, 'version'>;

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_NAME = 253;
const LONGEST_MESSAGE = 1_024;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const MOST_LABELS = 64;
const MOST_CONTAINERS = 32;

/** Most texts of a cluster are few: nodes, owners, phases. Each is kept once. */
class Texts {
  private readonly known = new Map<string, string>();

  of(value: unknown, longest = LONGEST_NAME): string {
    const text = typeof value === 'string' ? value.slice(0, longest) : '';
    const found = this.known.get(text);
    if (found !== undefined) return found;
    if (this.known.size > 20_000) this.known.clear();
    this.known.set(text, text);
    return text;
  }
}
const texts = new Texts();

const text = (value: unknown, longest = LONGEST_NAME): string | undefined => (typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined);
const count = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const list = (value: unknown): any[] => (Array.isArray(value) ? value.filter(each => typeof each === 'object' && each !== null) : []);
const seconds = (value: unknown): number => Math.max(0, Math.floor(Date.parse(String(value)) / 1_000)) || 0;
/** Leaves out what is not there. */
const given = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The very labels where all of them are sound, so that they are in memory once. */
function soundLabels(labels: unknown): Record<string, string> | undefined {
  if (typeof labels !== 'object' || labels === null) return undefined;
  const entries = Object.entries(labels);
  const sound = entries.filter(([key, value]) => LABEL_KEY.test(key) && typeof value === 'string' && LABEL_VALUE.test(value)).slice(0, MOST_LABELS);
  if (sound.length === 0) return undefined;
  return sound.length === entries.length ? (labels as Record<string, string>) : Object.fromEntries(sound);
}

function ownerOf({ metadata }: KubeObject): string | undefined {
  const owner = list(metadata.ownerReferences).find(each => each.controller === true);
  return owner && texts.of(`${owner.kind}/${owner.name}`);
}

function pod(object: KubeObject): PodShown {
  const { reason, ready, total, restarts, restartedAt } = summarizePod(object);
  const { spec = {}, status = {} } = object;
  const shown: PodShown = {
    node: spec.nodeName ? texts.of(spec.nodeName) : undefined,
    phase: texts.of(status.phase),
    state: texts.of(reason),
    ready,
    containers: total,
    restarts,
    restartedAt: Math.floor(restartedAt / 1_000),
    ip: text(status.podIP, 64),
    owner: ownerOf(object),
    message: object.metadata.deletionTimestamp ? undefined : text(troubleOf(object), 240),
  };
  return shown;
}

const conditions = (value: unknown, ...types: string[]) =>
  list(value)
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .slice(0, 16)
    .map(each => given({ type: text(each.type), status: text(each.status), reason: text(each.reason), message: text(each.message, 240) }));

function node({ spec = {}, status = {} }: KubeObject): FieldsShown {
  const { nodeInfo = {} } = status;
  const taints = list(spec.taints).slice(0, 32).map(each => given({ key: text(each.key), value: text(each.value), effect: text(each.effect) }));
  const allocatable = Object.entries(status.allocatable ?? {}).filter(([, amount]) => typeof amount === 'string').slice(0, 32);
  return {
    spec: given({ taints: taints.length > 0 ? taints : undefined, unschedulable: spec.unschedulable === true ? true : undefined }),
    status: {
      conditions: conditions(status.conditions, 'Ready'),
      allocatable: Object.fromEntries(allocatable),
      addresses: list(status.addresses).slice(0, 8).map(each => ({ type: texts.of(each.type), address: text(each.address) ?? '' })),
      nodeInfo: given(Object.fromEntries(['kubeletVersion', 'osImage', 'kernelVersion', 'containerRuntimeVersion', 'architecture'].map(field => [field, nodeInfo[field] && texts.of(nodeInfo[field])]))),
    },
  };
}

function event(object: KubeObject): FieldsShown {
  const { involvedObject = {}, source = {}, series = {} } = object;
  return given({
    involvedObject: given({ kind: texts.of(involvedObject.kind), namespace: text(involvedObject.namespace), name: text(involvedObject.name), fieldPath: text(involvedObject.fieldPath) }),
    type: texts.of(object.type),
    reason: texts.of(object.reason),
    message: text(object.message, LONGEST_MESSAGE),
    source: given({ component: text(source?.component) ?? text(object.reportingComponent), host: text(source?.host) }),
    count: count(series?.count) ?? count(object.count),
    firstTimestamp: text(object.firstTimestamp, 40) ?? text(object.eventTime, 40),
    lastTimestamp: text(series?.lastObservedTime, 40) ?? text(object.lastTimestamp, 40) ?? text(object.eventTime, 40),
  });
}

/** When an event last happened, as milliseconds since the epoch; 0 when it does not say. */
export const happenedAt = ({ shown }: Pick<MemberObject, 'shown'>): number => Date.parse(String((shown as FieldsShown).lastTimestamp)) || 0;

/** Of containers the names and images alone: what they are given is nobody's business here. */
const template = (value: any) => ({ spec: { containers: list(value?.spec?.containers).slice(0, MOST_CONTAINERS).map(each => given({ name: text(each.name), image: text(each.image, 512) })) } });
const counts = (status: any, ...fields: string[]) => given(Object.fromEntries(fields.map(field => [field, count(status?.[field])])));
const selector = ({ selector: said }: any) => {
  const matchLabels = soundLabels(said?.matchLabels);
  return matchLabels && { matchLabels };
};

const REPLICAS = ['replicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'];
const replicated = ({ spec = {}, status = {} }: KubeObject): FieldsShown => ({
  spec: given({ replicas: count(spec.replicas), selector: selector(spec), template: template(spec.template) }),
  status: { ...counts(status, ...REPLICAS), conditions: conditions(status.conditions) },
});

const daemonSet = ({ spec = {}, status = {} }: KubeObject): FieldsShown => ({
  spec: given({ selector: selector(spec), template: template(spec.template) }),
  status: counts(status, 'desiredNumberScheduled', 'currentNumberScheduled', 'numberReady', 'updatedNumberScheduled', 'numberAvailable'),
});

const job = ({ spec = {}, status = {} }: KubeObject): FieldsShown => ({
  spec: given({ ...counts(spec, 'completions', 'parallelism'), selector: selector(spec), template: template(spec.template) }),
  status: given({ ...counts(status, 'active', 'succeeded', 'failed'), startTime: text(status.startTime, 40), completionTime: text(status.completionTime, 40), conditions: conditions(status.conditions) }),
});

const SHOWN: Record<MemberKind, (object: KubeObject) => PodShown | FieldsShown> = {
  Pod: pod, Node: node, Event: event, Deployment: replicated, StatefulSet: replicated, DaemonSet: daemonSet, Job: job,
};

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_NAME && SUBDOMAIN.test(value);

/** What is shown of an object; undefined for what has no name that could be given here, or is none of its kind. */
export function cut(kind: MemberKind, object: KubeObject): Cut | undefined {
  const { uid, name, namespace = '', labels, creationTimestamp } = object.metadata;
  if (typeof uid !== 'string' || uid.length > 128 || !isName(name) || (namespace !== '' && !isName(namespace)) || (kind === 'Node') !== (namespace === '')) return undefined;
  try {
    return { uid, namespace: texts.of(namespace), name, createdAt: seconds(creationTimestamp), labels: soundLabels(labels), shown: SHOWN[kind](object) };
  } catch {
    return undefined;
  }
}
