/**
 * The storage under the API: objects by key, one counter of versions, and the changes in order.
 * Implementations: {@link MemoryStorage} here (simulated members), `ResourceStore` of fleet-backend (SQLite, PostgreSQL).
 * Both are held to `storageContract`.
 *
 * Rules every implementation keeps:
 * - A version is given at commit, from one counter for all kinds: a later write is never seen before an earlier one.
 * - Objects handed out are never mutated by anyone; objects handed in are owned by the storage from then on.
 * - A change row holds the object before and after, so a watch can tell "entered the selector" from "left it",
 *   and a list's `continue` reads at the version of its first page.
 */
import type { KubeObject } from './types';

/** Names one object. `namespace` is '' for cluster-scoped kinds. The version of the API is not part of the key. */
export interface ObjectKey {
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

/** A range of objects. Absent `namespace` means all namespaces. */
export interface ObjectRange {
  group: string;
  resource: string;
  namespace?: string;
}

/** `key in (values)`, `key notin (values)`, `key`, `!key`; `=` and `!=` are in/notin with one value. */
export interface LabelRequirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values: string[];
}

/** `metadata.name`, `metadata.namespace` and the few fields a kind offers, compared as strings. */
export interface FieldRequirement {
  path: string;
  operator: '=' | '!=';
  value: string;
}

export interface ListOptions {
  labels?: LabelRequirement[];
  fields?: FieldRequirement[];
  /** At most so many; absent means all. */
  limit?: number;
  /** Opaque, from the page before; reads at that page's version, or throws `expired`. */
  continue?: string;
  /** The list as it was at exactly this version, which is not newer than the newest; or throws `expired`. Not with `continue`. */
  at?: string;
}

export interface ListPage {
  items: KubeObject[];
  /** The version the whole list is true at. */
  resourceVersion: string;
  continue?: string;
  remaining?: number;
}

/** One committed change. `before` is absent for a creation, `after` for a deletion. */
export interface Change {
  version: number;
  key: ObjectKey;
  before?: KubeObject;
  after?: KubeObject;
  /** For a deletion: the object as last seen, carrying the deletion's own version. */
  last?: KubeObject;
}

/** What went wrong, as a word; the service turns it into a Status. */
export class StorageError extends Error {
  constructor(
    readonly reason: 'exists' | 'missing' | 'conflict' | 'expired' | 'fenced',
    message: string,
    /** The version now stored, with `conflict`. */
    readonly current?: string,
  ) {
    super(message);
    this.name = 'StorageError';
  }
}

/** Something of the caller's that a write takes along, such as a line of an audit trail; what it holds is between caller and storage. */
export interface WriteRecord {
  /** Set by a storage that stored it, in the commit of the write: in no other, and not without it. */
  stored: boolean;
}

export interface ResourceStorage {
  get(key: ObjectKey): Promise<KubeObject | undefined>;
  /** Objects in the order of the text `namespace/name`, as etcd keeps them. */
  list(range: ObjectRange, options?: ListOptions): Promise<ListPage>;
  /** Stores a new object and gives it a version. Throws `exists`. */
  create(key: ObjectKey, object: KubeObject, record?: WriteRecord): Promise<KubeObject>;
  /** Replaces the object if it still has `expectedVersion`. Throws `missing` or `conflict`. */
  update(key: ObjectKey, object: KubeObject, expectedVersion: string, record?: WriteRecord): Promise<KubeObject>;
  /** Removes the object if it still has `expectedVersion`; returns it with the deletion's version. Throws `missing` or `conflict`. */
  remove(key: ObjectKey, expectedVersion: string, record?: WriteRecord): Promise<KubeObject>;
  /** The newest committed version. */
  version(): Promise<string>;
  /**
   * Every change in the range after `since`, in order, without end, until `signal` aborts.
   * Throws `expired` when history no longer reaches back so far.
   * `undefined` elements are heartbeats (at least every few seconds), so that a watcher can send bookmarks.
   */
  changes(range: ObjectRange | 'all', since: string, signal: AbortSignal): AsyncIterable<Change | { bookmark: string }>;
}
