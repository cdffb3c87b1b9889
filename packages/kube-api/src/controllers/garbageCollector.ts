import { KubeError } from '../errors';
import type { RequestContext } from '../service';
import type { ObjectKey } from '../storage';
import type { KubeObject, OwnerReference, ResourceInfo } from '../types';
import { followAll } from './follow';
import type { ControllerOptions } from './follow';
import { OwnerGraph, keyOfId } from './ownerGraph';
import { WorkQueue } from './workQueue';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

const isGone = (error: unknown) => error instanceof KubeError && error.code === 404;
const hasFinalizer = (object: KubeObject, finalizer: string) => object.metadata.finalizers?.includes(finalizer) ?? false;
const isWaiting = (owner: KubeObject) => owner.metadata.deletionTimestamp !== undefined && hasFinalizer(owner, FOREGROUND);

interface Owners {
  /** There, or not to be judged: they keep the dependent. */
  solid: OwnerReference[];
  /** Gone for certain: read just now, and not there with that uid. */
  absent: OwnerReference[];
  /** In foreground deletion and held up by this dependent. */
  waiting: OwnerReference[];
}

/** Deletes what lost all its owners, and carries out foreground and orphan deletion. */
class GarbageCollector {
  private readonly graph = new OwnerGraph();
  private readonly queue: WorkQueue;
  private readonly ctx: RequestContext;

  constructor(private readonly options: ControllerOptions) {
    const { signal, log } = options;
    this.ctx = {
      principal: { kind: 'system', name: 'garbage-collector', groups: ['system:masters'] },
      userAgent: 'garbage-collector',
      signal,
      warn: () => undefined,
    };
    this.queue = new WorkQueue(signal, id => this.look(id), log);
  }

  run(): Promise<void> {
    return followAll(this.options, {
      reset: () => {
        this.queue.hold();
        this.graph.clear();
      },
      see: (key, object) => this.graph.see(key, object).forEach(id => this.queue.add(id)),
      ready: () => this.queue.release(),
    });
  }

  private async look(id: string): Promise<void> {
    const key = keyOfId(id);
    const info = this.infoOf(key);
    if (!info) return;
    const object = await this.options.storage.get(key);
    if (!object) return;
    try {
      if (object.metadata.deletionTimestamp) await this.finish(info, key, object);
      else if (object.metadata.ownerReferences?.length) await this.judge(info, key, object);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  private infoOf({ group, resource }: ObjectKey): ResourceInfo | undefined {
    return this.options.registry.all().find(info => info.group === group && info.resource === resource);
  }

  /** An object that is ending: its dependents first, in the way its deletion asked for. */
  private async finish(info: ResourceInfo, key: ObjectKey, object: KubeObject): Promise<void> {
    if (hasFinalizer(object, ORPHAN)) {
      await this.orphanDependents(object.metadata.uid!);
      await this.dropFinalizer(info, key, object, ORPHAN);
    } else if (hasFinalizer(object, FOREGROUND)) {
      const blocking = await this.blockingDependents(object.metadata.uid!);
      if (blocking.length === 0) await this.dropFinalizer(info, key, object, FOREGROUND);
      else blocking.forEach(id => this.queue.add(id));
    }
  }

  private async blockingDependents(uid: string): Promise<string[]> {
    const found: string[] = [];
    for (const id of this.graph.dependentsOf(uid)) {
      const dependent = await this.options.storage.get(keyOfId(id));
      if (dependent?.metadata.ownerReferences?.some(owner => owner.uid === uid && owner.blockOwnerDeletion)) found.push(id);
    }
    return found;
  }

  private async orphanDependents(uid: string): Promise<void> {
    for (const id of this.graph.dependentsOf(uid)) {
      const key = keyOfId(id);
      const info = this.infoOf(key);
      const dependent = await this.options.storage.get(key);
      if (info && dependent) await this.keepOwners(info, key, dependent, owner => owner.uid !== uid);
    }
  }

  /** An object with owners: deleted when none of them is left. */
  private async judge(info: ResourceInfo, key: ObjectKey, object: KubeObject): Promise<void> {
    const { solid, absent, waiting } = await this.owners(key, object);
    if (absent.length === 0 && waiting.length === 0) return;
    if (solid.length > 0) {
      const gone = new Set([...absent, ...waiting].map(owner => owner.uid));
      await this.keepOwners(info, key, object, owner => !gone.has(owner.uid));
      return;
    }
    const { uid, resourceVersion, namespace, name } = object.metadata;
    const hasDependents = this.graph.dependentsOf(uid!).length > 0;
    await this.options.service.delete(this.ctx, { info, namespace, name }, {
      // The version too: whoever has just given it a living owner must win.
      preconditions: { uid, resourceVersion },
      propagationPolicy: this.policyFor(object, waiting.length > 0 && hasDependents),
    });
  }

  private policyFor(object: KubeObject, foreground: boolean) {
    if (foreground || hasFinalizer(object, FOREGROUND)) return 'Foreground';
    return hasFinalizer(object, ORPHAN) ? 'Orphan' : 'Background';
  }

  private async owners(key: ObjectKey, object: KubeObject): Promise<Owners> {
    const found: Owners = { solid: [], absent: [], waiting: [] };
    for (const reference of object.metadata.ownerReferences ?? []) {
      const ownerKey = this.ownerKey(key, reference);
      const owner = ownerKey && (await this.options.storage.get(ownerKey));
      if (ownerKey && owner?.metadata.uid !== reference.uid) found.absent.push(reference);
      else if (owner && reference.blockOwnerDeletion && isWaiting(owner)) found.waiting.push(reference);
      else found.solid.push(reference);
    }
    return found;
  }

  /**
   * Where the owner must be. Undefined when that cannot be told: a kind not served, or a namespaced owner of a
   * cluster-scoped object. Such an owner is never taken for gone.
   */
  private ownerKey(dependent: ObjectKey, { apiVersion, kind, name }: OwnerReference): ObjectKey | undefined {
    const info = this.options.registry.byKind(apiVersion, kind);
    if (!info || (info.namespaced && dependent.namespace === '')) return undefined;
    return { group: info.group, resource: info.resource, namespace: info.namespaced ? dependent.namespace : '', name };
  }

  private async keepOwners(info: ResourceInfo, key: ObjectKey, object: KubeObject, keep: (owner: OwnerReference) => boolean): Promise<void> {
    const kept = object.metadata.ownerReferences?.filter(keep) ?? [];
    await this.patchMetadata(info, key, object, { ownerReferences: kept.length > 0 ? kept : null });
  }

  private async dropFinalizer(info: ResourceInfo, key: ObjectKey, object: KubeObject, finalizer: string): Promise<void> {
    const left = object.metadata.finalizers!.filter(each => each !== finalizer);
    await this.patchMetadata(info, key, object, { finalizers: left.length > 0 ? left : null });
  }

  private async patchMetadata(info: ResourceInfo, { namespace, name }: ObjectKey, object: KubeObject, change: object): Promise<void> {
    const { uid, resourceVersion } = object.metadata;
    const body = { metadata: { uid, resourceVersion, ...change } };
    await this.options.service.patch(this.ctx, { info, namespace: namespace || undefined, name }, { type: 'merge', body }, {});
  }
}

/**
 * Starts garbage collection by ownerReferences, as Kubernetes does it: background, foreground and orphan. It scans
 * everything at the start, so a restart loses nothing, and deletes only after it has read that an owner is not there.
 *
 * @returns a promise that resolves when the signal has ended it
 */
export function startGarbageCollector(options: ControllerOptions): Promise<void> {
  return new GarbageCollector(options).run();
}

