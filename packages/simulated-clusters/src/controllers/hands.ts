import { KubeError, StorageError, systemContext, type KubeObject, type ResourceRegistry, type ResourceService, type ResourceStorage } from '@flotilla/kube-api';
import type { Traffic } from '../pods/traffic';
import { myTurn } from './turns';

/** What the controllers of one simulated cluster work with. */
export interface Hands {
  storage: ResourceStorage;
  service: ResourceService;
  registry: ResourceRegistry;
  now(): number;
  /** Calls back after so many ms, unless the cluster has been stopped. */
  after(ms: number, call: () => void): void;
  /** 0 ≤ n < 1. */
  random(): number;
  /** Who gets which share of what is asked of Services. */
  traffic: Traffic;
}

export const rfc3339 = (at: number) => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

const context = systemContext('kube-controller-manager');

const targetOf = (hands: Hands, object: KubeObject, subresource?: 'status') => ({
  info: hands.registry.byKind(object.apiVersion, object.kind)!,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
  subresource,
});

/** Somebody else was quicker (404, 409), or the namespace is ending (403): the next look sees what is so. */
const wasOvertaken = (error: unknown) => error instanceof StorageError || (error instanceof KubeError && [403, 404, 409].includes(error.code));

/** Nothing new is made in a namespace that goes, and nobody is told why. */
const isOfGoing = ({ status }: KubeError) => status.details?.causes?.some(cause => cause.reason === 'NamespaceTerminating') ?? false;

async function quietly<T>(call: () => Promise<T>): Promise<T | undefined> {
  await myTurn();
  try {
    return await call();
  } catch (error) {
    if (wasOvertaken(error)) return undefined;
    throw error;
  }
}

export const listAll = async (hands: Hands, group: string, resource: string): Promise<KubeObject[]> => (await hands.storage.list({ group, resource })).items;

/**
 * Makes an object.
 * @returns why it was refused, such as a quota; undefined when it was made, or when somebody else was quicker
 */
export const make = (hands: Hands, object: KubeObject): Promise<string | undefined> =>
  quietly(async () => {
    try {
      await hands.service.create(context, { ...targetOf(hands, object), name: undefined }, object, {});
      return undefined;
    } catch (error) {
      if (error instanceof KubeError && error.code === 403 && !isOfGoing(error)) return error.message;
      throw error;
    }
  });

/** Deletes an object; a pod has the grace it asks for, unless another is given. */
export const remove = (hands: Hands, object: KubeObject, gracePeriodSeconds?: number) =>
  quietly(() => hands.service.delete(context, targetOf(hands, object), { preconditions: { uid: object.metadata.uid }, propagationPolicy: 'Background', gracePeriodSeconds }));

/** Replaces what is given of spec, annotations and the rest. */
export const write = (hands: Hands, object: KubeObject, { spec, annotations, ...rest }: { spec?: Record<string, unknown>; annotations?: Record<string, string>; [field: string]: unknown }) =>
  quietly(() =>
    hands.service.update(
      context,
      targetOf(hands, object),
      {
        ...object,
        ...rest,
        ...(annotations && { metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } } }),
        ...(spec && { spec: { ...object.spec, ...spec } }),
      },
      {},
    ),
  );

/** Sets how many replicas a workload wants, through its scale. */
export const scale = (hands: Hands, object: KubeObject, replicas: number) =>
  quietly(() => hands.service.patch(context, { ...targetOf(hands, object), subresource: 'scale' }, { type: 'merge', body: { spec: { replicas } } }, {}));

/** Writes the status if it differs, so that a quiet cluster writes nothing. What is undefined is taken out. */
export async function writeStatus(hands: Hands, object: KubeObject, status: Record<string, unknown>): Promise<void> {
  const next = JSON.parse(JSON.stringify({ ...object.status, ...status }));
  if (JSON.stringify(next) === JSON.stringify(object.status ?? {})) return;
  await quietly(() => hands.service.update(context, targetOf(hands, object, 'status'), { ...object, status: next }, {}));
}

/**
 * Writes an annotation past the API: Kubernetes' controller writes it along with a status, which leaves the generation as it is.
 * @returns the object with it, as it is now; undefined when somebody else was quicker
 */
export async function note(hands: Hands, object: KubeObject, key: string, value: string): Promise<KubeObject | undefined> {
  const { metadata } = object;
  if (metadata.annotations?.[key] === value) return object;
  const { group, resource } = targetOf(hands, object).info;
  const at = { group, resource, namespace: metadata.namespace ?? '', name: metadata.name! };
  const noted = { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [key]: value } } };
  return quietly(() => hands.storage.update(at, noted, metadata.resourceVersion!));
}

export const ownerReference = (owner: KubeObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name!,
  uid: owner.metadata.uid!,
  controller: true,
  blockOwnerDeletion: true,
});

export const isGoing = (object: KubeObject) => object.metadata.deletionTimestamp !== undefined;
export const conditionOf = (object: KubeObject, type: string): any => object.status?.conditions?.find((each: any) => each.type === type);
export const isReady = (pod: KubeObject) => conditionOf(pod, 'Ready')?.status === 'True';
export const isOver = (pod: KubeObject) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Kubernetes leaves counts out of a status while they are 0. */
export const some = (count: number): number | undefined => count || undefined;

/** A condition set, its time moving only when its status does. */
export function withCondition(before: any[] | undefined, type: string, status: 'True' | 'False', reason: string, message: string, now: number): any[] {
  const list = before ?? [];
  const old = list.find(each => each.type === type);
  if (old && old.status === status && old.reason === reason && old.message === message) return list;
  const time = rfc3339(now);
  const next = { type, status, reason, message, lastUpdateTime: time, lastTransitionTime: old?.status === status ? old.lastTransitionTime : time };
  return [...list.filter(each => each.type !== type), next];
}
