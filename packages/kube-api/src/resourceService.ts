import type { Registry } from './registry/registry';
import type { Admission, Principal, RequestContext, ResourceService } from './service';
import type { ResourceStorage, WriteRecord } from './storage';
import { create } from './verbs/create';
import { load } from './verbs/deps';
import type { ServiceDeps } from './verbs/deps';
import { patch, replaceScale } from './verbs/patch';
import { get, list } from './verbs/read';
import { remove, removeCollection } from './verbs/remove';
import { readScale } from './verbs/scale';
import { update } from './verbs/update';
import { watch } from './verbs/watch';

export interface ResourceServiceOptions {
  storage: ResourceStorage;
  registry: Registry;
  /** The host's own rules; asked after validation, before the write. */
  admission?: Admission;
  now: () => Date;
  /** Makes a random UUID. */
  uid: () => string;
  /** Whether a namespaced object needs its Namespace to be there (default true). */
  enforceNamespaces?: boolean;
  /**
   * Whether built-in objects are templates for clusters, of which nothing runs here: Jobs get no selector of their own.
   * Default: where no Pods are served.
   */
  templates?: boolean;
}

/**
 * The verbs of a Kubernetes-shaped API over a storage. Asks nobody for permission: that is a service that wraps this one.
 * Every failure a client is told about is a KubeError.
 */
export function createResourceService(options: ResourceServiceOptions): ResourceService {
  const deps: ServiceDeps = { enforceNamespaces: true, templates: options.registry.byKind('v1', 'Pod') === undefined, ...definedOnly(options) };
  return {
    get: (_ctx, target) => get(deps, target),
    list: (_ctx, target, request) => list(deps, target, request),
    watch: (ctx, target, request) => watch(deps, ctx, target, request),
    create: (ctx, target, object, write) => create(recording(deps, ctx), ctx, target, object, write),
    update: async (ctx, target, object, write) => {
      if (target.subresource !== 'scale') return update(recording(deps, ctx), ctx, target, object, write);
      const written = await replaceScale(recording(deps, ctx), ctx, target, await load(deps, target), object, write);
      return { object: readScale(target.info, written), created: false };
    },
    patch: (ctx, target, request, write) => patch(recording(deps, ctx), ctx, target, request, write),
    delete: (ctx, target, write) => remove(recording(deps, ctx), ctx, target, write),
    deleteCollection: (ctx, target, request, write) => removeCollection(recording(deps, ctx), ctx, target, request, write),
  };
}

/** Whatever a request writes takes the request's record along. */
function recording(deps: ServiceDeps, { record }: RequestContext): ServiceDeps {
  return record ? { ...deps, storage: withRecord(deps.storage, record) } : deps;
}

const withRecord = (storage: ResourceStorage, record: WriteRecord): ResourceStorage => ({
  get: key => storage.get(key),
  list: (range, options) => storage.list(range, options),
  create: (key, object) => storage.create(key, object, record),
  update: (key, object, expected) => storage.update(key, object, expected, record),
  remove: (key, expected) => storage.remove(key, expected, record),
  version: () => storage.version(),
  changes: (range, since, signal) => storage.changes(range, since, signal),
});

/** Leaves out options that are there and undefined, so that they do not undo a default. */
const definedOnly = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

/**
 * The context in which the engine and the API's own controllers ask.
 *
 * @param name - goes into audit and managedFields
 */
export function systemContext(name: string, warn: (message: string) => void = () => {}): RequestContext {
  const principal: Principal = { kind: 'system', name, groups: ['system:masters'] };
  return { principal, userAgent: name, warn };
}
