import { KubeError, systemContext, type KubeObject } from '@flotilla/kube-api';
import { canonicalJson, contentHash } from '../model/hash';
import { kindInfo, type Engine } from './engine';

/** Tries of a status write whose object changed meanwhile. */
const TRIES = 5;
const context = systemContext('flotilla-engine');

/** Milliseconds as Kubernetes writes a time: UTC, whole seconds. */
export const rfc3339 = (at: number) => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
const isConflict = (error: unknown) => error instanceof KubeError && error.code === 409;
export const isMissing = (error: unknown) => error instanceof KubeError && error.code === 404;

const targetOf = (engine: Engine, object: KubeObject, subresource?: 'status') => ({
  info: kindInfo(engine.registry, object.apiVersion, object.kind),
  namespace: object.metadata.namespace,
  name: object.metadata.name,
  subresource,
});

/** The object as stored now; undefined when it is gone or another one has its name. */
export async function readAgain(engine: Engine, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    const found = await engine.hub.get(context, targetOf(engine, object));
    return found.metadata.uid === object.metadata.uid ? found : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Writes `status` if it differs, so that an idle hub writes nothing. The object may have changed or gone meanwhile: then it is read again.
 * @param status - computed from the status now stored (condition times are kept from it)
 */
export async function writeStatus(engine: Engine, object: KubeObject, status: (now: any) => any): Promise<void> {
  let current: KubeObject | undefined = object;
  for (let attempt = 0; current && attempt < TRIES; attempt += 1) {
    const next = status(current.status ?? {});
    if (canonicalJson(next) === canonicalJson(current.status ?? {})) return;
    try {
      await engine.hub.update(context, targetOf(engine, object, 'status'), { ...current, status: next }, {});
      return;
    } catch (error) {
      if (isMissing(error)) return;
      if (!isConflict(error)) throw error;
      current = await readAgain(engine, object);
    }
  }
}

/** Adds or takes off a finalizer. Returns false when the object is gone. */
export async function setFinalizer(engine: Engine, object: KubeObject, finalizer: string, present: boolean): Promise<boolean> {
  let current: KubeObject | undefined = object;
  for (let attempt = 0; current && attempt < TRIES; attempt += 1) {
    const have = current.metadata.finalizers ?? [];
    if (have.includes(finalizer) === present) return true;
    const finalizers = present ? [...have, finalizer] : have.filter(each => each !== finalizer);
    try {
      await engine.hub.update(context, targetOf(engine, object), { ...current, metadata: { ...current.metadata, finalizers } }, {});
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      if (!isConflict(error)) throw error;
      current = await readAgain(engine, object);
    }
  }
  return current !== undefined;
}

/** Makes or brings to `object` what the engine owns whole (PlacementDecision, a fleet's Cluster). */
export async function applyOwn(engine: Engine, object: KubeObject): Promise<KubeObject> {
  const result = await engine.hub.patch(context, targetOf(engine, object), { type: 'apply', body: object, force: true }, { fieldManager: 'flotilla-engine' });
  return result.object;
}

export async function removeOwn(engine: Engine, object: KubeObject): Promise<void> {
  try {
    await engine.hub.delete(context, targetOf(engine, object), { preconditions: { uid: object.metadata.uid } });
  } catch (error) {
    if (!isMissing(error) && !isConflict(error)) throw error;
  }
}

/** Longest message kubectl shows whole. */
const MESSAGE_LIMIT = 1024;

/**
 * Writes a core/v1 Event about an object, or counts the one that says the same. Events of cluster-scoped objects go to `default`, as in Kubernetes.
 * A failed event is no failure of what it tells.
 */
export async function tell(engine: Engine, about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
  const namespace = about.metadata.namespace || 'default';
  const name = `${about.metadata.name}.${contentHash([about.metadata.uid, reason, message]).slice(0, 16)}`;
  const target = { info: kindInfo(engine.registry, 'v1', 'Event'), namespace, name };
  const now = rfc3339(engine.clock.now());
  try {
    const before = await engine.hub.get(context, target).catch(error => (isMissing(error) ? undefined : Promise.reject(error)));
    if (before) {
      await engine.hub.patch(context, target, { type: 'merge', body: { count: (before.count ?? 1) + 1, lastTimestamp: now } }, {});
      return;
    }
    await engine.hub.create(context, { ...target, name: undefined }, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace: about.metadata.namespace, name: about.metadata.name, uid: about.metadata.uid },
      type,
      reason,
      message: message.slice(0, MESSAGE_LIMIT),
      source: { component: 'flotilla' },
      reportingComponent: 'flotilla',
      reportingInstance: '',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    }, {});
  } catch (error) {
    engine.logger.warn(`event ${reason} of ${about.kind} ${namespace}/${about.metadata.name} was not written: ${(error as Error).message}`);
  }
}
