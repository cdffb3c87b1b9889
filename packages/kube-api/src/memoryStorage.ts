import { decodeContinue, encodeContinue } from './continueToken';
import { matchesFields, matchesLabels } from './selectors';
import { StorageError } from './storage';
import type { Change, ListOptions, ListPage, ObjectKey, ObjectRange, ResourceStorage } from './storage';
import type { KubeObject } from './types';

/** What one storage holds, for saving to a file and back. */
export interface StorageEntries {
  version: number;
  objects: { key: ObjectKey; object: KubeObject }[];
}

export interface MemoryStorageOptions {
  /** How many changes a watch or a `continue` can go back. Default 20,000. */
  history?: number;
  /** How often a silent watch hears a bookmark, in milliseconds. Default 5,000. */
  heartbeatMs?: number;
}

interface Entry {
  key: ObjectKey;
  object: KubeObject;
}

/** The objects of one resource, by namespace; the order of names is made when a list asks for it. */
class Table {
  readonly namespaces = new Map<string, Map<string, Entry>>();
  private readonly sorted = new Map<string, Entry[]>();

  get(key: ObjectKey): Entry | undefined {
    return this.namespaces.get(key.namespace)?.get(key.name);
  }

  set(entry: Entry): void {
    const { namespace, name } = entry.key;
    let names = this.namespaces.get(namespace);
    if (!names) this.namespaces.set(namespace, (names = new Map()));
    names.set(name, entry);
    this.sorted.delete(namespace);
  }

  delete(key: ObjectKey): void {
    const names = this.namespaces.get(key.namespace);
    names?.delete(key.name);
    if (names?.size === 0) this.namespaces.delete(key.namespace);
    this.sorted.delete(key.namespace);
  }

  /** All entries of a namespace, or of all, in order of the text `namespace/name`. */
  inOrder(namespace?: string): Entry[] {
    if (namespace !== undefined) return this.namespaceInOrder(namespace);
    return [...this.namespaces.keys()].sort((a, b) => byText(`${a}/`, `${b}/`)).flatMap(each => this.namespaceInOrder(each));
  }

  private namespaceInOrder(namespace: string): Entry[] {
    let entries = this.sorted.get(namespace);
    if (!entries) {
      entries = [...(this.namespaces.get(namespace)?.values() ?? [])].sort((a, b) => byText(a.key.name, b.key.name));
      if (entries.length > 0) this.sorted.set(namespace, entries);
    }
    return entries;
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const pathOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
const byKey = (a: Entry, b: Entry) => byText(pathOf(a.key), pathOf(b.key));
const describe = (key: ObjectKey) => `${key.resource} "${key.namespace ? `${key.namespace}/` : ''}${key.name}"`;

/** Whether a key lies in a range. */
export function inRange(key: ObjectKey, range: ObjectRange | 'all'): boolean {
  if (range === 'all') return true;
  return key.resource === range.resource && key.group === range.group && (range.namespace === undefined || key.namespace === range.namespace);
}

/**
 * Objects in this process's memory: the simulated members' store, and the one for tests.
 * Nothing is copied on read; a write copies the object's top level and metadata only, to put the version in.
 */
export class MemoryStorage implements ResourceStorage {
  private readonly tables = new Map<string, Table>();
  private readonly waiting = new Set<() => void>();
  private readonly historySize: number;
  private readonly heartbeatMs: number;
  private current = 0;
  /** The version before the oldest change still remembered. */
  private floor = 0;
  private history: Change[] = [];

  constructor(options: MemoryStorageOptions = {}) {
    this.historySize = options.history ?? 20_000;
    this.heartbeatMs = options.heartbeatMs ?? 5_000;
  }

  async get(key: ObjectKey): Promise<KubeObject | undefined> {
    return this.table(key).get(key)?.object;
  }

  async version(): Promise<string> {
    return String(this.current);
  }

  async create(key: ObjectKey, object: KubeObject): Promise<KubeObject> {
    const table = this.table(key);
    if (table.get(key)) throw new StorageError('exists', `${describe(key)} already exists`);
    const after = this.versioned(object);
    table.set({ key, object: after });
    this.record({ version: this.current, key, after });
    return after;
  }

  async update(key: ObjectKey, object: KubeObject, expectedVersion: string): Promise<KubeObject> {
    const before = this.expect(key, expectedVersion);
    const after = this.versioned(object);
    const table = this.table(key);
    table.get(key)!.object = after;
    this.record({ version: this.current, key, before, after });
    return after;
  }

  async remove(key: ObjectKey, expectedVersion: string): Promise<KubeObject> {
    const before = this.expect(key, expectedVersion);
    const last = this.versioned(before);
    this.table(key).delete(key);
    this.record({ version: this.current, key, before, last });
    return last;
  }

  async list(range: ObjectRange, options: ListOptions = {}): Promise<ListPage> {
    const token = options.continue ? decodeContinue(options.continue) : undefined;
    const version = token?.version ?? (options.at === undefined ? this.current : Number(options.at));
    let entries = version === this.current ? this.table(range).inOrder(range.namespace) : this.entriesAt(range, version);
    if (token) entries = entries.slice(firstAfter(entries, token.namespace, token.name));
    const selective = Boolean(options.labels?.length || options.fields?.length);
    const limit = options.limit || Infinity;
    const items: KubeObject[] = [];
    let at = 0;
    for (; at < entries.length && items.length < limit; at++) {
      const { object } = entries[at];
      if (!selective || (matchesLabels(object, options.labels) && matchesFields(object, options.fields))) items.push(object);
    }
    const resourceVersion = String(version);
    if (at === entries.length) return { items, resourceVersion };
    const { namespace, name } = entries[at - 1].key;
    const next = encodeContinue({ version, namespace, name });
    // With a selector nobody knows how many of the rest match, and Kubernetes then says nothing.
    return { items, resourceVersion, continue: next, ...(selective ? {} : { remaining: entries.length - at }) };
  }

  async *changes(range: ObjectRange | 'all', since: string, signal: AbortSignal): AsyncIterable<Change | { bookmark: string }> {
    let cursor = Number(since);
    let spokeAt = Date.now();
    while (!signal.aborted) {
      this.assertReachable(cursor);
      const upTo = this.current;
      for (let at = this.indexAfter(cursor); at < this.history.length && !signal.aborted; at = this.indexAfter(cursor)) {
        const change = this.history[at];
        if (change.version > upTo) break;
        cursor = change.version;
        if (inRange(change.key, range)) {
          yield change;
          spokeAt = Date.now();
          this.assertReachable(cursor);
        }
      }
      cursor = Math.max(cursor, upTo);
      // Writes elsewhere are silence too: a watcher must hear now and then how far it has come.
      const silence = Date.now() - spokeAt >= this.heartbeatMs;
      if (silence) {
        yield { bookmark: String(cursor) };
        spokeAt = Date.now();
      }
      if (cursor === this.current && !signal.aborted) await this.nextChange(signal);
    }
  }

  /** The oldest version that a watch can go on from. */
  oldest(): string {
    return String(this.floor);
  }

  /** Everything held now, to be written to a file. History is not part of it. */
  entries(): StorageEntries {
    const objects = [...this.tables.values()].flatMap(table => table.inOrder().map(({ key, object }) => ({ key, object })));
    return { version: this.current, objects };
  }

  /** Puts back what {@link entries} gave. Only on an empty storage. Watches from before then get `expired`. */
  restore({ version, objects }: StorageEntries): void {
    if (this.current > 0) throw new Error('restore() needs an empty storage');
    objects.forEach(({ key, object }) => this.table(key).set({ key, object }));
    this.current = version;
    this.floor = version;
  }

  private table({ group, resource }: { group: string; resource: string }): Table {
    const id = `${resource}.${group}`;
    let table = this.tables.get(id);
    if (!table) this.tables.set(id, (table = new Table()));
    return table;
  }

  private expect(key: ObjectKey, expectedVersion: string): KubeObject {
    const entry = this.table(key).get(key);
    if (!entry) throw new StorageError('missing', `${describe(key)} does not exist`);
    const found = entry.object.metadata.resourceVersion;
    if (found !== expectedVersion) throw new StorageError('conflict', `${describe(key)} is at ${found}, not ${expectedVersion}`, found);
    return entry.object;
  }

  private versioned(object: KubeObject): KubeObject {
    this.current++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.current) } };
  }

  private record(change: Change): void {
    this.history.push(change);
    // Cut in blocks: shifting the array at every write would cost as much as the write itself.
    const surplus = this.history.length - this.historySize;
    if (surplus > this.historySize / 4) {
      this.floor = this.history[surplus - 1].version;
      this.history = this.history.slice(surplus);
    }
    const woken = [...this.waiting];
    this.waiting.clear();
    woken.forEach(wake => wake());
  }

  /** Resolves at the next write, after the heartbeat's silence, or when nobody listens any more. */
  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, this.heartbeatMs);
      timer.unref();
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  private assertReachable(version: number): void {
    if (Number.isSafeInteger(version) && version >= this.floor && version <= this.current) return;
    throw new StorageError('expired', `too old resource version: ${version} (${this.floor})`);
  }

  /** Index of the first change after a version. Every version has one change, so it is plain arithmetic. */
  private indexAfter(version: number): number {
    return Math.max(0, version - this.floor);
  }

  /** The range as it was: today's objects with every later change taken back. */
  private entriesAt(range: ObjectRange, version: number): Entry[] {
    this.assertReachable(version);
    const later = new Map<string, Change>();
    for (let at = this.indexAfter(version); at < this.history.length; at++) {
      const change = this.history[at];
      const id = `${change.key.namespace}/${change.key.name}`;
      if (inRange(change.key, range) && !later.has(id)) later.set(id, change);
    }
    const kept = this.table(range).inOrder(range.namespace).filter(({ key }) => !later.has(`${key.namespace}/${key.name}`));
    for (const { key, before } of later.values()) if (before) kept.push({ key, object: before });
    return kept.sort(byKey);
  }
}

/** Index of the first entry after a key, in a sorted list. */
function firstAfter(entries: Entry[], namespace: string, name: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { key } = entries[middle];
    if (byText(pathOf(key), pathOf({ namespace, name })) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
