import { KubeError, systemContext, type KubeObject, type ResourceRegistry, type ResourceService, type ResourceStorage } from '@flotilla/kube-api';

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
}

export const rfc3339 = (at: number) => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

const context = systemContext('kube-controller-manager');

const targetOf = (hands: Hands, object: KubeObject, subresource?: 'status') => ({
  info: hands.registry.byKind(object.apiVersion, object.kind)!,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
  subresource,
});

/** 404 and 409: somebody else was quicker; the next look sees what is so. */
const wasOvertaken = (error: unknown) => error instanceof KubeError && (error.code === 404 || error.code === 409);

async function quietly<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (wasOvertaken(error)) return undefined;
    throw error;
  }
}

export const listAll = async (hands: Hands, group: string, resource: string): Promise<KubeObject[]> => (await hands.storage.list({ group, resource })).items;

export const make = (hands: Hands, object: KubeObject) => quietly(() => hands.service.create(context, { ...targetOf(hands, object), name: undefined }, object, {}));

export const remove = (hands: Hands, object: KubeObject) =>
  quietly(() => hands.service.delete(context, targetOf(hands, object), { preconditions: { uid: object.metadata.uid }, propagationPolicy: 'Background' }));

/** Replaces the spec if it changed. */
export const writeSpec = (hands: Hands, object: KubeObject, spec: Record<string, unknown>) =>
  quietly(() => hands.service.update(context, targetOf(hands, object), { ...object, spec: { ...object.spec, ...spec } }, {}));

/** Writes the status if it differs, so that a quiet cluster writes nothing. */
export async function writeStatus(hands: Hands, object: KubeObject, status: Record<string, unknown>): Promise<void> {
  const next = JSON.parse(JSON.stringify({ ...object.status, ...status }));
  if (JSON.stringify(next) === JSON.stringify(object.status ?? {})) return;
  await quietly(() => hands.service.update(context, targetOf(hands, object, 'status'), { ...object, status: next }, {}));
}

export const ownedBy = (owner: KubeObject, objects: readonly KubeObject[]) => objects.filter(each => each.metadata.ownerReferences?.some(ref => ref.uid === owner.metadata.uid && ref.controller));

export const ownerReference = (owner: KubeObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name!,
  uid: owner.metadata.uid!,
  controller: true,
  blockOwnerDeletion: true,
});

export const isGoing = (object: KubeObject) => object.metadata.deletionTimestamp !== undefined;
export const isReady = (pod: KubeObject) => (pod.status?.conditions ?? []).some((each: any) => each.type === 'Ready' && each.status === 'True');
export const isOver = (pod: KubeObject) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** A condition set, its time moving only when its status does. */
export function withCondition(before: any[] | undefined, type: string, status: 'True' | 'False', reason: string, message: string, now: number): any[] {
  const list = before ?? [];
  const old = list.find(each => each.type === type);
  if (old && old.status === status && old.reason === reason && old.message === message) return list;
  const time = rfc3339(now);
  const next = { type, status, reason, message, lastUpdateTime: time, lastTransitionTime: old?.status === status ? old.lastTransitionTime : time };
  return [...list.filter(each => each.type !== type), next];
}
