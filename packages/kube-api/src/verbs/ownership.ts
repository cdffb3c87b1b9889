import { compare, decodeManagedFields, emptyObject, encodeManagedFields, identityOf, ownableVia, updateManagers } from '../patch/apply';
import type { Actor, Managers } from '../patch/apply';
import { equal } from '../schema/equal';
import { shapeOf } from '../schema/shape';
import { apiVersionOf } from '../registry/builtinInfos';
import type { KubeObject, ManagedFieldsEntry, ResourceInfo } from '../types';
import { readScale } from './scale';

/** Who writes, when, and through which subresource. */
export interface Writer {
  manager: string;
  time: string;
  subresource?: string;
}

/** The writer as one of the managers. */
export function actorOf(info: ResourceInfo, operation: 'Apply' | 'Update', { manager, subresource }: Writer): Actor {
  const apiVersion = apiVersionOf(info);
  return {
    manager: identityOf({ manager, operation, apiVersion, subresource }),
    apiVersion,
    ownable: ownableVia(subresource, info.subresources.status),
  };
}

/** A client asks to forget all managers by sending an empty list, or one with one empty entry. */
const asksForReset = (entries: ManagedFieldsEntry[] | undefined) =>
  entries !== undefined && (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0]).length === 0));

const readable = (entries: ManagedFieldsEntry[] | undefined) => {
  try {
    return decodeManagedFields(entries);
  } catch {
    return undefined;
  }
};

/** What the managers were before this write: those the client sent, else those of the live object. */
function before(live: KubeObject | undefined, sent: ManagedFieldsEntry[] | undefined, subresource: string | undefined) {
  const own = live?.metadata.managedFields;
  if (sent && sent !== own && !subresource && !equal(sent, own)) {
    const decoded = readable(sent);
    if (decoded && decoded.managers.size > 0) return decoded;
  }
  return readable(own) ?? decodeManagedFields();
}

/** Settles `metadata.managedFields` of `next`, in place, after an Update by this writer. */
export function trackUpdate(info: ResourceInfo, live: KubeObject | undefined, next: KubeObject, by: Writer): void {
  const sent = next.metadata.managedFields;
  delete next.metadata.managedFields;
  if (!by.subresource && live && asksForReset(sent)) return;
  const { managers, times } = before(live, sent, by.subresource);
  // Managers once forgotten are kept track of again from the next apply on.
  if (live && managers.size === 0) return;
  const actor = actorOf(info, 'Update', by);
  const after = managersAfter(info, live ? withoutManagers(live) : emptyObject(shapeOf(info)), next, managers, actor, by);
  // Of a scale Kubernetes does not note when.
  const time = by.subresource === 'scale' ? undefined : by.time;
  const entries = encodeManagedFields({ managers: after, times: timesAfter(managers, after, times, actor.manager, time) });
  if (entries.length === 0) return;
  next.metadata.managedFields = live && equal(entries, live.metadata.managedFields) ? live.metadata.managedFields : entries;
}

/** The writer's time moves only when it came to own something it did not. */
function timesAfter(
  managers: Managers,
  after: Managers,
  times: ReadonlyMap<string, string | undefined>,
  writer: string,
  time: string | undefined,
): ReadonlyMap<string, string | undefined> {
  return after === managers || !after.has(writer) ? times : new Map(times).set(writer, time);
}

/**
 * A scale is kept track of only where somebody manages the replicas, and nobody owns replicas scaled to zero: Kubernetes
 * works on the Scale there, in which a zero is not written.
 */
function managersAfter(info: ResourceInfo, base: unknown, next: KubeObject, managers: Managers, actor: Actor, by: Writer): Managers {
  const shape = shapeOf(info);
  if (by.subresource !== 'scale') return updateManagers(shape, base, next, managers, actor);
  const { modified, added } = compare(shape, base, next);
  const changed = modified.union(added);
  if (![...managers.values()].some(({ set }) => !set.intersection(changed).isEmpty)) return managers;
  const after = new Map(updateManagers(shape, base, next, managers, actor));
  if (readScale(info, next).spec.replicas === undefined) after.delete(actor.manager);
  return after;
}

/** The object as managers see it. */
export function withoutManagers(object: KubeObject): KubeObject {
  if (!object.metadata.managedFields) return object;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const withoutTimes = (entries: ManagedFieldsEntry[] = []) => entries.map(({ time: _time, ...entry }) => entry);

/** Whether nothing changed but times in managedFields; then there is nothing to write. */
export function sameBut(live: KubeObject, next: KubeObject): boolean {
  const entries = live.metadata.managedFields;
  const after = next.metadata.managedFields;
  return (
    equal(withoutManagers(live), withoutManagers(next)) && (entries === after || equal(withoutTimes(entries), withoutTimes(after)))
  );
}
