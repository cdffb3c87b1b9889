import { badRequest, conflict, invalid, notFound } from '../errors';
import { causes } from '../schema/causes';
import type { RequestContext, Target, WriteOptions } from '../service';
import type { KubeObject } from '../types';
import { admit } from './admit';
import { fillDefaults, requireValid, requireValidStatus, warnOf } from './check';
import { afterCrdWrite, isCrd, prepareCrd } from './crds';
import { decodeObject } from './decodeObject';
import { keyOf, load, managerOf, stored, timestamp } from './deps';
import type { ServiceDeps } from './deps';
import { countsGenerations, wishChanged } from './generation';
import { sameBut, trackUpdate } from './ownership';
import { finishRemoval, isReadyToGo } from './leave';
import { isConflict, retrying } from './retry';

/** Replaces an object. Throws 400, 404, 409, 422. */
export async function update(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  raw: unknown,
  options: WriteOptions,
): Promise<{ object: KubeObject; created: boolean }> {
  const { info } = target;
  // A write that names a version must not win over a newer one; one that names none may try again.
  const unconditional = !(raw as KubeObject | undefined)?.metadata?.resourceVersion;
  const object = await retrying(async () => {
    const next = decodeObject(info, raw, options.fieldValidation, ctx);
    checkIdentity(target, next);
    const live = await load(deps, target);
    if (unconditional && info.custom && ctx.principal.kind !== 'system') {
      throw invalid({ group: info.group, kind: info.resource }, target.name!, [causes.invalid('metadata.resourceVersion', 0, 'must be specified for an update')]);
    }
    const { uid } = live.metadata;
    if (next.metadata.uid && next.metadata.uid !== uid) {
      throw conflict(info, target.name!, `Precondition failed: UID in precondition: ${next.metadata.uid}, UID in object meta: ${uid}`);
    }
    return replace(deps, ctx, target, live, next, options);
  }, error => unconditional && isConflict(error));
  return { object, created: false };
}

/** Groups whose status writes may change annotations too. */
const KEEP_ANNOTATIONS = new Set(['apps', 'batch']);

/** What {@link replace} may be told beside the options. */
export interface ReplaceExtras {
  /** managedFields are settled already (apply). */
  tracked?: boolean;
  /** The subresource in managedFields, where it is not the target's. */
  via?: string;
}

/**
 * Writes `next` over `live`, both whole objects; `next` is the caller's own copy.
 * Writes nothing where nothing changes.
 */
export async function replace(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  live: KubeObject,
  next: KubeObject,
  options: WriteOptions,
  extras: ReplaceExtras = {},
): Promise<KubeObject> {
  const { info } = target;
  checkIdentity(target, next);
  requireSameVersion(target, live, next);
  keepServerFields(live, next);
  const wanted = settleSubresource(ctx, target, live, next);
  if (target.subresource !== 'status' || info.custom) fillDefaults(info, wanted, deps);
  if (countsGenerations(info) && wishChanged(info, live, wanted)) wanted.metadata.generation = (live.metadata.generation ?? 0) + 1;
  if (!extras.tracked) {
    const subresource = target.subresource ?? extras.via;
    trackUpdate(info, live, wanted, { manager: managerOf(ctx, options), time: timestamp(deps.now()), subresource });
  }
  if (isCrd(info)) prepareCrd(deps, wanted, live);
  // A status of a built-in kind is its controller's; only what a write may change is looked at.
  if (target.subresource !== 'status' || info.custom) {
    requireValid(info, wanted, live);
    warnOf(ctx, info, wanted, live);
  } else requireValidStatus(info, wanted);
  const admitted = await askAdmission(deps, ctx, target, live, wanted, options);
  if (sameBut(live, admitted)) return live;
  return options.dryRun ? admitted : store(deps, target, live, admitted);
}

async function askAdmission(deps: ServiceDeps, ctx: RequestContext, target: Target, old: KubeObject, object: KubeObject, options: WriteOptions) {
  const { info, subresource } = target;
  const namespace = object.metadata.namespace ?? '';
  const dryRun = options.dryRun === true;
  return (await admit(deps, ctx, { operation: 'UPDATE', info, namespace, name: target.name!, subresource, object, old, dryRun }))!;
}

async function store(deps: ServiceDeps, target: Target, live: KubeObject, next: KubeObject): Promise<KubeObject> {
  const { info, name } = target;
  if (isReadyToGo(info, next)) {
    await finishRemoval(deps, info, live);
    return next;
  }
  const result = await stored(info, name!, () => deps.storage.update(keyOf(target), next, live.metadata.resourceVersion!));
  if (isCrd(info)) afterCrdWrite(deps, result);
  return result;
}

function checkIdentity({ info, name, namespace }: Target, { metadata }: KubeObject): void {
  if (!metadata.name) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (info.namespaced && metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** What names a version means the object at that version. Throws 409. */
export function requireSameVersion({ info, name }: Target, live: KubeObject, { metadata }: KubeObject): void {
  if (metadata.resourceVersion && metadata.resourceVersion !== live.metadata.resourceVersion) throw conflict(info, name!);
}

/** What only the server sets is as it was, whatever the client sent or left out. */
function keepServerFields(live: KubeObject, { metadata }: KubeObject): void {
  const before = live.metadata;
  delete (metadata as { selfLink?: string }).selfLink;
  metadata.namespace = before.namespace;
  metadata.uid ??= before.uid;
  metadata.resourceVersion = before.resourceVersion;
  metadata.creationTimestamp = before.creationTimestamp;
  metadata.deletionTimestamp = before.deletionTimestamp;
  metadata.deletionGracePeriodSeconds = before.deletionGracePeriodSeconds;
  metadata.generation = before.generation;
  metadata.generateName ??= before.generateName;
  for (const field of Object.keys(metadata) as (keyof typeof metadata)[]) if (metadata[field] === undefined) delete metadata[field];
}

/**
 * A status write changes status alone, any other write leaves it alone. The controllers of workloads keep annotations of
 * theirs with the status; those of custom kinds and Namespaces may not.
 */
function settleSubresource(ctx: RequestContext, { info, subresource }: Target, live: KubeObject, next: KubeObject): KubeObject {
  if (subresource === 'status') {
    if (!info.subresources.status) throw notFound(info, live.metadata.name!);
    const { managedFields } = next.metadata;
    const { managedFields: _before, ...metadata } = live.metadata;
    const { annotations } = KEEP_ANNOTATIONS.has(info.group) ? next.metadata : metadata;
    const { annotations: _annotations, ...kept } = metadata;
    const wanted = { ...live, metadata: { ...kept, ...(annotations && { annotations }), ...(managedFields && { managedFields }) } };
    if (next.status === undefined) delete wanted.status;
    else wanted.status = next.status;
    return wanted;
  }
  if (info.subresources.status) {
    if (live.status === undefined) delete next.status;
    else next.status = live.status;
  }
  // Only the namespace controller lets a namespace go.
  if (info.kind === 'Namespace' && info.group === '' && ctx.principal.kind !== 'system') {
    next.spec = { ...next.spec, finalizers: live.spec?.finalizers };
  }
  return next;
}
