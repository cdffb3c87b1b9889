import { KubeError } from '../errors';
import type { RequestContext } from '../service';
import { StorageError } from '../storage';
import type { ObjectKey } from '../storage';
import type { KubeObject, ResourceInfo } from '../types';
import { followAll, storedResources } from './follow';
import type { ControllerOptions } from './follow';
import { WorkQueue } from './workQueue';

const FINALIZER = 'kubernetes';
const keyOf = (name: string): ObjectKey => ({ group: '', resource: 'namespaces', namespace: '', name });
const isEnding = (namespace: KubeObject) => namespace.metadata.deletionTimestamp !== undefined && namespace.spec?.finalizers?.includes(FINALIZER);

/** What is still in a namespace, and why. */
interface Remains {
  /** `pods. has 2 resource instances` */
  resources: string[];
  /** How many objects each finalizer holds. */
  finalizers: Map<string, number>;
  failures: string[];
}

/** Empties namespaces that are being deleted, and lets them go when nothing is left. */
class NamespaceController {
  private readonly queue: WorkQueue;
  private readonly ending = new Set<string>();
  private readonly ctx: RequestContext;

  constructor(private readonly options: ControllerOptions) {
    const { signal, log } = options;
    this.ctx = {
      principal: { kind: 'system', name: 'namespace-controller', groups: ['system:masters'] },
      userAgent: 'namespace-controller',
      signal,
      warn: () => undefined,
    };
    this.queue = new WorkQueue(signal, name => this.look(name), log);
  }

  run(): Promise<void> {
    return followAll(this.options, {
      reset: () => this.queue.hold(),
      see: (key, object) => this.see(key, object),
      ready: () => this.queue.release(),
    });
  }

  private see(key: ObjectKey, object: KubeObject | undefined): void {
    if (key.group === '' && key.resource === 'namespaces') {
      if (object && isEnding(object)) this.ending.add(key.name);
      else this.ending.delete(key.name);
      if (object && isEnding(object)) this.queue.add(key.name);
    } else if (!object && this.ending.has(key.namespace)) {
      this.queue.add(key.namespace);
    }
  }

  private async look(name: string): Promise<void> {
    const namespace = await this.options.storage.get(keyOf(name));
    if (!namespace || !isEnding(namespace)) return;
    const remains: Remains = { resources: [], finalizers: new Map(), failures: [] };
    for (const info of storedResources(this.options.registry)) {
      if (info.namespaced) await this.empty(info, name, remains);
    }
    if (remains.resources.length === 0) await this.letGo(name);
    else await this.say(namespace, remains);
    if (remains.failures.length > 0) throw new Error(remains.failures.join('; '));
  }

  /** Asks for the deletion of everything of one kind, and counts what stays. A failed read throws: nothing is let go then. */
  private async empty(info: ResourceInfo, namespace: string, remains: Remains): Promise<void> {
    const range = { group: info.group, resource: info.resource, namespace };
    for (const { metadata } of (await this.options.storage.list(range)).items) {
      if (metadata.deletionTimestamp) continue;
      try {
        const target = { info, namespace, name: metadata.name };
        await this.options.service.delete(this.ctx, target, { preconditions: { uid: metadata.uid }, propagationPolicy: 'Background' });
      } catch (error) {
        if (!(error instanceof KubeError && error.code === 404)) remains.failures.push(`${info.resource} "${metadata.name}": ${(error as Error).message}`);
      }
    }
    const left = (await this.options.storage.list(range)).items;
    if (left.length === 0) return;
    remains.resources.push(`${info.resource}.${info.group} has ${left.length} resource instances`);
    for (const finalizer of left.flatMap(object => object.metadata.finalizers ?? [])) {
      remains.finalizers.set(finalizer, (remains.finalizers.get(finalizer) ?? 0) + 1);
    }
  }

  private async letGo(name: string): Promise<void> {
    const { storage } = this.options;
    const namespace = await storage.get(keyOf(name));
    if (!namespace || !isEnding(namespace)) return;
    const { resourceVersion } = namespace.metadata;
    const finalizers = namespace.spec.finalizers.filter((each: string) => each !== FINALIZER);
    try {
      if (finalizers.length === 0 && !namespace.metadata.finalizers?.length) await storage.remove(keyOf(name), resourceVersion!);
      else await storage.update(keyOf(name), { ...namespace, spec: { ...namespace.spec, finalizers } }, resourceVersion!);
    } catch (error) {
      if (!(error instanceof StorageError && error.reason === 'missing')) throw error;
    }
  }

  /** Writes why the namespace is still there, when that has changed. */
  private async say(namespace: KubeObject, remains: Remains): Promise<void> {
    const before: any[] = namespace.status?.conditions ?? [];
    const conditions = conditionsOf(remains).map(condition => {
      const same = before.find(each => each.type === condition.type && each.status === condition.status);
      return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? `${new Date().toISOString().slice(0, 19)}Z` };
    });
    if (JSON.stringify(conditions) === JSON.stringify(before)) return;
    const info = this.options.registry.byKind('v1', 'Namespace');
    if (!info) return;
    const body = { status: { conditions } };
    await this.options.service.patch(this.ctx, { info, name: namespace.metadata.name, subresource: 'status' }, { type: 'merge', body }, {});
  }
}

function conditionsOf({ resources, finalizers, failures }: Remains): { type: string; status: string; reason: string; message: string }[] {
  const held = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const condition = (type: string, isTrue: boolean, reason: string, message: string, otherwise: [string, string]) =>
    isTrue ? { type, status: 'True', reason, message } : { type, status: 'False', reason: otherwise[0], message: otherwise[1] };
  return [
    condition('NamespaceDeletionDiscoveryFailure', false, '', '', ['ResourcesDiscovered', 'All resources successfully discovered']),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, '', '', ['ParsedGroupVersions', 'All legacy kube types successfully parsed']),
    condition('NamespaceDeletionContentFailure', failures.length > 0, 'ContentDeletionFailed', `Failed to delete all resource types, ${failures.length} remaining: ${failures.slice(0, 5).join('; ')}`,
      ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization']),
    condition('NamespaceContentRemaining', resources.length > 0, 'SomeResourcesRemain', `Some resources are remaining: ${resources.join(', ')}`,
      ['ContentRemoved', 'All content successfully removed']),
    condition('NamespaceFinalizersRemaining', held.length > 0, 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
      ['ContentHasNoFinalizers', 'All content-preserving finalizers finished']),
  ];
}

/**
 * Starts the deletion of namespaces' content. A namespace whose content cannot be read or deleted stays, and says why in
 * its conditions.
 *
 * @returns a promise that resolves when the signal has ended it
 */
export function startNamespaceController(options: ControllerOptions): Promise<void> {
  return new NamespaceController(options).run();
}
