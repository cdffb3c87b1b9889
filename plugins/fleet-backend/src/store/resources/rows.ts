import type { Change, KubeObject, ObjectKey } from '@flotilla/kube-api';
import type { ObjectCodec } from './ObjectCodec';

/** A row of `objects`, as far as it is read. PostgreSQL gives 64-bit integers as text. */
export interface ObjectRow {
  id: number | string;
  path: string;
  namespace: string;
  name: string;
  version: number | string;
  body: string;
}

/** A row of `changes`. */
export interface ChangeRow {
  version: number | string;
  api_group: string;
  resource: string;
  namespace: string;
  name: string;
  before_version: number | string | null;
  body_before: string | null;
  body_after: string | null;
}

/** The columns a {@link ChangeRow} is made of. */
export const CHANGE_COLUMNS = 'version, api_group, resource, namespace, name, before_version, body_before, body_after';

/** Where the object stands in its resource's order: as etcd sorts them. */
export function pathOf({ namespace, name }: { namespace: string; name: string }): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** One text for a whole key; also how a key reads in messages. */
export function describeKey(key: ObjectKey): string {
  return `${key.group ? `${key.resource}.${key.group}` : key.resource} "${pathOf(key)}"`;
}

/** The object with a version put in; shares everything else. */
export function atVersion(object: KubeObject, version: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

/** The change as watchers see it. */
export function makeChange(version: number, key: ObjectKey, before?: KubeObject, after?: KubeObject): Change {
  if (after) return before ? { version, key, before, after } : { version, key, after };
  return { version, key, before, last: atVersion(before!, version) };
}

/** Whose change it is. */
export function keyOf(row: { api_group: string; resource: string; namespace: string; name: string }): ObjectKey {
  return { group: row.api_group, resource: row.resource, namespace: row.namespace, name: row.name };
}

/** Reads one row of history. Throws SealError. */
export function readChange(codec: ObjectCodec, row: ChangeRow): Change {
  const version = Number(row.version);
  const key = keyOf(row);
  const before = row.body_before === null ? undefined : codec.decode(key, Number(row.before_version), row.body_before);
  const after = row.body_after === null ? undefined : codec.decode(key, version, row.body_after);
  return makeChange(version, key, before, after);
}
