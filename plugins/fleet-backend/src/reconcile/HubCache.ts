import type { Change, KubeObject, ObjectKey, ResourceStorage } from '@flotilla/kube-api';

/** A kind kept in memory. */
export interface CachedKind {
  group: string;
  resource: string;
}

const rangeId = (of: CachedKind) => `${of.group}/${of.resource}`;
const objectId = (namespace: string, name: string) => `${namespace}/${name}`;

/**
 * The hub's own objects in memory, kept true by the changes of the store, like an informer. Admission, findings and pages read it
 * without touching the database; it may lag a write by a moment, so whatever must not race is settled again when it is carried out.
 */
export class HubCache {
  readonly #kinds = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #storage: ResourceStorage;
  readonly #controller = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #version = '0';

  private constructor(storage: ResourceStorage, kinds: readonly CachedKind[]) {
    this.#storage = storage;
    for (const kind of kinds) this.#kinds.set(rangeId(kind), new Map());
  }

  /**
   * Lists the kinds, then follows every change of the store.
   * @param onFault - told when following broke; it begins again by itself
   */
  static async start(storage: ResourceStorage, kinds: readonly CachedKind[], onFault: (error: unknown) => void): Promise<HubCache> {
    const cache = new HubCache(storage, kinds);
    await cache.#fill(kinds);
    cache.#following = cache.#follow(kinds, onFault);
    return cache;
  }

  /** Version of the store that the cache is true at. */
  get version(): string {
    return this.#version;
  }

  get(group: string, resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#kinds.get(`${group}/${resource}`)?.get(objectId(namespace, name));
  }

  all(group: string, resource: string): KubeObject[] {
    return [...(this.#kinds.get(`${group}/${resource}`)?.values() ?? [])];
  }

  /** Called after the cache took the change, for every kind of the store, cached or not. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#following;
  }

  async #fill(kinds: readonly CachedKind[]) {
    // The version before the lists: changes that come between are taken twice, which does no harm.
    const since = await this.#storage.version();
    for (const kind of kinds) {
      const page = await this.#storage.list(kind);
      this.#kinds.set(rangeId(kind), new Map(page.items.map(item => [objectId(item.metadata.namespace ?? '', item.metadata.name!), item])));
    }
    this.#version = since;
  }

  async #follow(kinds: readonly CachedKind[], onFault: (error: unknown) => void) {
    const { signal } = this.#controller;
    while (!signal.aborted) {
      try {
        for await (const change of this.#storage.changes('all', this.#version, signal)) {
          if ('bookmark' in change) this.#version = change.bookmark;
          else this.#take(change);
        }
      } catch (error) {
        if (signal.aborted) return;
        onFault(error);
        await new Promise(resolve => setTimeout(resolve, 1000));
        await this.#fill(kinds).catch(onFault);
      }
    }
  }

  #take(change: Change) {
    const kind = this.#kinds.get(rangeId(change.key));
    const id = objectId(change.key.namespace, change.key.name);
    if (change.after) kind?.set(id, change.after);
    else kind?.delete(id);
    this.#version = String(change.version);
    for (const listener of this.#listeners) listener(change);
  }
}

/** `group/resource/namespace/name`, the loop's key of an object. */
export const keyOf = (of: ObjectKey): string => `${of.group}/${of.resource}/${of.namespace}/${of.name}`;
