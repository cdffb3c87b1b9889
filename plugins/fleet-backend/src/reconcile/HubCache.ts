import { setTimeout as pause } from 'node:timers/promises';
import type { Change, KubeObject, ObjectKey, ResourceStorage } from '@flotilla/kube-api';

/** A kind kept in memory. */
export interface CachedKind {
  group: string;
  resource: string;
  /** What is kept of an object; for Secrets, not their data. */
  keep?(object: KubeObject): KubeObject;
}

type Objects = Map<string, Map<string, KubeObject>>;

/** How long after a fault it begins again. */
const AGAIN_MS = 1_000;

const rangeId = (of: { group: string; resource: string }) => `${of.group}/${of.resource}`;

/**
 * The hub's own objects in memory, kept true by the changes of the store, like an informer. Admission, findings and pages read it
 * without touching the database; it may lag a write by a moment, so whatever must not race is settled again when it is carried out.
 */
export class HubCache {
  readonly #kinds = new Map<string, { kind: CachedKind; objects: Objects }>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #storage: ResourceStorage;
  readonly #controller = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #version = '0';

  private constructor(storage: ResourceStorage, kinds: readonly CachedKind[]) {
    this.#storage = storage;
    for (const kind of kinds) this.#kinds.set(rangeId(kind), { kind, objects: new Map() });
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
    return this.#kinds.get(`${group}/${resource}`)?.objects.get(namespace)?.get(name);
  }

  all(group: string, resource: string): KubeObject[] {
    const objects = this.#kinds.get(`${group}/${resource}`)?.objects;
    return objects ? [...objects.values()].flatMap(inNamespace => [...inNamespace.values()]) : [];
  }

  /** Objects of every cached kind in one namespace. */
  inNamespace(namespace: string): KubeObject[] {
    return [...this.#kinds.values()].flatMap(({ objects }) => [...(objects.get(namespace)?.values() ?? [])]);
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
      const cached = { kind, objects: new Map() as Objects };
      for (const item of page.items) put(cached, item.metadata.namespace ?? '', item.metadata.name!, item);
      const before = this.#kinds.get(rangeId(kind));
      this.#kinds.set(rangeId(kind), cached);
      if (before) this.#tellDifference(before, cached);
    }
    this.#version = since;
  }

  /** What changed while nobody followed is told as well: a key that is not woken would sleep until something else happens. */
  #tellDifference(before: { kind: CachedKind; objects: Objects }, after: { objects: Objects }) {
    const { group, resource } = before.kind;
    for (const namespace of new Set([...before.objects.keys(), ...after.objects.keys()])) {
      const [was, is] = [before.objects.get(namespace), after.objects.get(namespace)];
      for (const name of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
        const [old, now] = [was?.get(name), is?.get(name)];
        if (old?.metadata.resourceVersion === now?.metadata.resourceVersion) continue;
        const change: Change = { version: Number(now?.metadata.resourceVersion ?? this.#version), key: { group, resource, namespace, name }, before: old, after: now };
        for (const listener of this.#listeners) listener(change);
      }
    }
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
        await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        await this.#fill(kinds).catch(onFault);
      }
    }
  }

  #take(change: Change) {
    const cached = this.#kinds.get(rangeId(change.key));
    if (cached) put(cached, change.key.namespace, change.key.name, change.after);
    this.#version = String(change.version);
    for (const listener of this.#listeners) listener(change);
  }
}

function put({ kind, objects }: { kind: CachedKind; objects: Objects }, namespace: string, name: string, object: KubeObject | undefined) {
  const inNamespace = objects.get(namespace) ?? new Map<string, KubeObject>();
  if (object) inNamespace.set(name, kind.keep ? kind.keep(object) : object);
  else inNamespace.delete(name);
  objects.set(namespace, inNamespace);
}

/** `group/resource/namespace/name`, the loop's key of an object. */
export const keyOf = (of: ObjectKey): string => `${of.group}/${of.resource}/${of.namespace}/${of.name}`;
