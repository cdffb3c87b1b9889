import { conflict, forbidden } from '../errors';
import type { CrdSpec } from '../registry/crdInfos';
import type { DeleteOptions, ListRequest, RequestContext, Target } from '../service';
import type { KubeList, KubeObject, ResourceInfo, StatusObject } from '../types';
import { admit } from './admit';
import { afterCrdWrite, CRD_FINALIZER, isCrd, markTerminating } from './crds';
import { keyOf, load, stored, timestamp } from './deps';
import type { ServiceDeps } from './deps';
import { graceSeconds } from './grace';
import { finishRemoval, isReadyToGo, releaseIfEmpty } from './leave';
import { list } from './read';
import { isConflict, retrying } from './retry';

/** Kinds whose deletion answers with the object instead of a Status. */
const ANSWERS_OBJECT = new Set(['Pod', 'Service', 'PersistentVolume', 'PersistentVolumeClaim', 'ServiceAccount', 'ResourceQuota']);

const isNamespace = (info: ResourceInfo) => info.kind === 'Namespace' && info.group === '';

/** Namespaces that every cluster has. */
const KEPT_NAMESPACES = new Set(['default', 'kube-system', 'kube-public']);

/** Deletes one object, or marks it as ending while finalizers hold it. Throws 404, 409, or what admission says. */
export async function remove(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  options: DeleteOptions,
): Promise<KubeObject | StatusObject> {
  const conditional = options.preconditions?.resourceVersion !== undefined;
  return retrying(async () => removeOnce(deps, ctx, target, options), error => !conditional && isConflict(error));
}

async function removeOnce(deps: ServiceDeps, ctx: RequestContext, target: Target, options: DeleteOptions) {
  const { info, name } = target;
  const live = await load(deps, target);
  checkPreconditions(info, live, options);
  if (isNamespace(info) && KEPT_NAMESPACES.has(name!)) throw forbidden(info, name!, 'this namespace may not be deleted');
  const namespace = live.metadata.namespace ?? '';
  const dryRun = options.dryRun === true;
  await admit(deps, ctx, { operation: 'DELETE', info, namespace, name: name!, old: live, dryRun });
  const ending = asEnding(deps, info, live, options);
  if (isReadyToGo(info, ending)) {
    if (!dryRun) await finishRemoval(deps, info, live);
    return ANSWERS_OBJECT.has(info.kind) && !info.custom ? live : success(info, live);
  }
  const changed =
    live.metadata.deletionTimestamp !== ending.metadata.deletionTimestamp || ending.metadata.finalizers?.join() !== live.metadata.finalizers?.join();
  if (!changed || dryRun) return dryRun ? ending : live;
  const marked = await stored(info, name!, () => deps.storage.update(keyOf(target), ending, live.metadata.resourceVersion!));
  return isCrd(info) ? clearInstances(deps, ctx, marked) : marked;
}

function checkPreconditions(info: ResourceInfo, live: KubeObject, { preconditions }: DeleteOptions): void {
  const { name, uid, resourceVersion } = live.metadata;
  if (isNamespace(info) && preconditions?.uid && preconditions.uid !== uid) {
    throw conflict(info, name!, `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`);
  }
  const of = { ...info, group: '', resource: info.kind };
  if (preconditions?.uid && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(of, name!, why);
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(of, name!, why);
  }
}

/** The object with the deletion's marks. */
function asEnding(deps: ServiceDeps, info: ResourceInfo, live: KubeObject, options: DeleteOptions): KubeObject {
  const { finalizers, ...rest } = live.metadata;
  const wanted = finalizersFor(info, finalizers, options.propagationPolicy ?? defaultPolicy(deps, info));
  const metadata = { ...rest, ...(wanted.length > 0 && { finalizers: wanted }) };
  const grace = graceSeconds(info, live, options);
  // Who deletes a second time can only make it quicker.
  const sooner = metadata.deletionGracePeriodSeconds !== undefined && options.gracePeriodSeconds !== undefined && grace < metadata.deletionGracePeriodSeconds;
  if (!metadata.deletionTimestamp || sooner) {
    metadata.deletionTimestamp = timestamp(new Date(deps.now().getTime() + grace * 1000));
    // Namespaces and definitions end in a way of their own.
    if (!isNamespace(info) && !isCrd(info)) {
      metadata.deletionGracePeriodSeconds = grace;
      if (metadata.generation && !live.metadata.deletionTimestamp) metadata.generation += 1;
    }
  }
  const ending: KubeObject = { ...live, metadata };
  if (isNamespace(info)) ending.status = { ...ending.status, phase: 'Terminating' };
  return isCrd(info) ? markTerminating(deps, ending) : ending;
}

/** Of old, a Job deleted without a word on its pods leaves them behind. */
const defaultPolicy = (deps: ServiceDeps, info: ResourceInfo) =>
  info.group === 'batch' && info.kind === 'Job' && !deps.templates ? ('Orphan' as const) : undefined;

function finalizersFor(info: ResourceInfo, before: string[] = [], policy: DeleteOptions['propagationPolicy']): string[] {
  const own = policy ? before.filter(each => each !== 'orphan' && each !== 'foregroundDeletion') : [...before];
  if (policy === 'Orphan') own.push('orphan');
  if (policy === 'Foreground') own.push('foregroundDeletion');
  if (isCrd(info) && !own.includes(CRD_FINALIZER)) own.push(CRD_FINALIZER);
  return own;
}

function success(info: ResourceInfo, { metadata }: KubeObject): StatusObject {
  const details = { name: metadata.name, ...(info.group && { group: info.group }), kind: info.resource, uid: metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** Deletes all that a list would show; what is gone meanwhile does not count. Answers the list. */
export async function removeCollection(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  request: ListRequest,
  options: DeleteOptions,
): Promise<KubeList> {
  const found = await list(deps, target, request);
  for (const { metadata } of found.items) {
    try {
      await remove(deps, ctx, { info: target.info, namespace: metadata.namespace, name: metadata.name }, options);
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error;
    }
  }
  return found;
}

/** Deletes every object of an ending definition, and the definition once none is left. */
async function clearInstances(deps: ServiceDeps, ctx: RequestContext, crd: KubeObject): Promise<KubeObject> {
  const { group, names } = crd.spec as CrdSpec;
  const info = deps.registry.all().find(each => each.group === group && each.resource === names.plural);
  afterCrdWrite(deps, crd);
  if (info) await removeCollection(deps, ctx, { info }, {}, {});
  await releaseIfEmpty(deps, crd.metadata.name!);
  return crd;
}
