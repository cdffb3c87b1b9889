import { alreadyExists, badRequest, forbidden, KubeError, notFound } from '../errors';
import { kindRules } from '../kinds';
import type { RequestContext, Target, WriteOptions } from '../service';
import type { ObjectKey } from '../storage';
import type { KubeObject, ResourceInfo } from '../types';
import { admit } from './admit';
import { fillDefaults, requireValid, warnOf } from './check';
import { afterCrdWrite, isCrd, prepareCrd } from './crds';
import { decodeObject } from './decodeObject';
import { keyOf, managerOf, stored, timestamp } from './deps';
import type { ServiceDeps } from './deps';
import { countsGenerations } from './generation';
import { requireNamespace, settleNamespace } from './namespaces';
import { trackUpdate } from './ownership';

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** The longest prefix of `generateName` that leaves room for its suffix. */
const MAX_PREFIX = 63 - SUFFIX_LENGTH;
const NAME_ATTEMPTS = 8;

/** Creates an object. Throws 400, 403, 404 (namespace), 409, 422. */
export async function create(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  raw: unknown,
  options: WriteOptions,
): Promise<KubeObject> {
  if (target.subresource) throw notFound(target.info, target.name ?? '');
  const object = decodeObject(target.info, raw, options.fieldValidation, ctx);
  if (target.name && object.metadata.name && object.metadata.name !== target.name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${target.name})`);
  }
  object.metadata.name ??= target.name;
  settleNamespace(target, object);
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  const { generateName } = object.metadata;
  if (object.metadata.name || !generateName) return write(deps, ctx, target, object, options);
  for (let attempt = 1; ; attempt++) {
    object.metadata.name = generateName.slice(0, MAX_PREFIX) + suffixFrom(deps.uid());
    try {
      return await write(deps, ctx, target, attempt < NAME_ATTEMPTS ? structuredClone(object) : object, options);
    } catch (error) {
      if ((error as { code?: number }).code !== 409 || attempt === NAME_ATTEMPTS) throw error;
    }
  }
}

/** Five letters from a random UUID, of an alphabet that spells no words. */
function suffixFrom(uid: string): string {
  const hex = uid.replace(/-/g, '');
  return Array.from({ length: SUFFIX_LENGTH }, (_, index) => {
    const value = parseInt(hex.slice(index * 3, index * 3 + 3), 16) || 0;
    return SUFFIX_ALPHABET[value % SUFFIX_ALPHABET.length];
  }).join('');
}

async function write(deps: ServiceDeps, ctx: RequestContext, target: Target, object: KubeObject, options: WriteOptions) {
  await requireNamespace(deps, target, object.metadata.name ?? '');
  requireLivingDefinition(deps, target.info, object.metadata.name ?? '');
  prepareNew(deps, target, object);
  trackUpdate(target.info, undefined, object, { manager: managerOf(ctx, options), time: timestamp(deps.now()) });
  return insert(deps, ctx, target, object, options);
}

/** Nothing new comes of a definition that is going. Throws 403. */
export function requireLivingDefinition({ registry }: ServiceDeps, info: ResourceInfo, name: string): void {
  if (info.custom && registry.crdOf(info)?.metadata.deletionTimestamp) {
    throw forbidden(info, name, 'create not allowed while custom resource definition is terminating');
  }
}

/** Gives a new object what the server decides: identity, time, first generation, no status of the client's. */
export function prepareNew(deps: ServiceDeps, target: Target, object: KubeObject): void {
  const { info } = target;
  const { metadata } = object;
  metadata.uid = deps.uid();
  metadata.creationTimestamp = timestamp(deps.now());
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete (metadata as { selfLink?: string }).selfLink;
  if (countsGenerations(info)) metadata.generation = 1;
  fillDefaults(info, object, deps);
  if (!info.subresources.status) return;
  const status = info.custom ? undefined : (kindRules(info)?.firstStatus ?? (() => ({})))(object);
  if (status === undefined) delete object.status;
  else object.status = status;
}

/** Validates, asks admission and stores a prepared new object. */
export async function insert(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  object: KubeObject,
  options: WriteOptions,
): Promise<KubeObject> {
  const { info } = target;
  if (!info.custom) kindRules(info)?.generate?.(object, deps);
  if (isCrd(info)) prepareCrd(deps, object);
  requireValid(info, object);
  warnOf(ctx, info, object);
  const name = object.metadata.name!;
  const dryRun = options.dryRun === true;
  const namespace = object.metadata.namespace ?? '';
  const admitted = (await admit(deps, ctx, { operation: 'CREATE', info, namespace, name, object, dryRun }))!;
  const key = keyOf(target, name);
  if (dryRun) {
    if (await deps.storage.get(key)) throw alreadyExists(info, name);
    return admitted;
  }
  const result = await stored(info, name, () => deps.storage.create(key, admitted)).catch(error => withEnding(deps, key, error));
  if (isCrd(info)) afterCrdWrite(deps, result);
  return result;
}

/** Says of a name that is taken whether it will be free soon. */
async function withEnding(deps: ServiceDeps, key: ObjectKey, error: unknown): Promise<never> {
  const status = (error as Partial<KubeError>).status;
  if (status?.reason === 'AlreadyExists' && (await deps.storage.get(key))?.metadata.deletionTimestamp) {
    throw new KubeError({ ...status, message: `object is being deleted: ${status.message}` });
  }
  throw error;
}
