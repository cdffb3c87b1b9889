import { alreadyExists, conflict, gone, invalid, kubeError, notFound } from '../errors';
import { apiVersionOf } from '../registry/builtinInfos';
import type { Registry } from '../registry/registry';
import type { Admission, RequestContext, Target, WriteOptions } from '../service';
import { causes } from '../schema/causes';
import { withDefaults } from '../schema/defaults';
import { shapeOf } from '../schema/shape';
import { StorageError } from '../storage';
import type { ObjectKey, ResourceStorage } from '../storage';
import type { KubeObject, ResourceInfo } from '../types';

/** What every verb works with. */
export interface ServiceDeps {
  storage: ResourceStorage;
  registry: Registry;
  admission?: Admission;
  now: () => Date;
  uid: () => string;
  /** Whether a namespaced object needs its Namespace to be there. */
  enforceNamespaces: boolean;
  /** Whether built-in objects are templates for clusters, of which nothing runs here. */
  templates: boolean;
}

/** The storage's key of the target. Throws 400 where a namespaced kind is asked for without one. */
export function keyOf(target: Target, name = target.name ?? ''): ObjectKey {
  const { info, namespace } = target;
  return { group: info.group, resource: info.resource, namespace: info.namespaced ? (namespace ?? '') : '', name };
}

const MAX_MANAGER = 128;

/** The field manager of a write: said, or the user agent's first word. Throws 422 for one that cannot be written down. */
export function managerOf(ctx: RequestContext, options: WriteOptions): string {
  const said = options.fieldManager ?? '';
  const of = { group: 'meta.k8s.io', kind: 'PatchOptions' };
  if (said.length > MAX_MANAGER) throw invalid(of, '', [causes.tooLong('fieldManager', MAX_MANAGER)]);
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(said)) throw invalid(of, '', [causes.invalid('fieldManager', said, 'should only contain printable characters')]);
  return options.fieldManager || ctx.userAgent?.split('/')[0].slice(0, MAX_MANAGER) || ctx.principal.name || 'unknown';
}

/** Whole seconds in UTC, as Kubernetes writes times. */
export const timestamp = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

/**
 * The object as the asked version shows it. Versions of one kind differ in name only (conversion None), and in what their
 * schemas fill in: a definition may have changed since the object was written.
 */
export function asVersion(object: KubeObject, info: ResourceInfo): KubeObject {
  const apiVersion = apiVersionOf(info);
  const named = object.apiVersion === apiVersion ? object : { ...object, apiVersion };
  return info.custom && !info.storedAsSent ? withDefaults(shapeOf(info), named) : named;
}

/** The stored object. Throws 404. */
export async function load(deps: ServiceDeps, target: Target): Promise<KubeObject> {
  const object = await deps.storage.get(keyOf(target));
  if (!object) throw notFound(target.info, target.name ?? '');
  return asVersion(object, target.info);
}

/** Runs a storage call; its words become a Status. */
export async function stored<T>(info: ResourceInfo, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw statusOf(error, info, name);
  }
}

function statusOf(error: StorageError, info: ResourceInfo, name: string): Error {
  switch (error.reason) {
    case 'exists':
      return alreadyExists(info, name);
    case 'missing':
      return notFound(info, name);
    case 'conflict':
      return conflict(info, name);
    case 'expired':
      return gone(error.message);
    default:
      return kubeError(503, 'ServiceUnavailable', 'this replica may not write now; try again', { retryAfterSeconds: 1 });
  }
}

