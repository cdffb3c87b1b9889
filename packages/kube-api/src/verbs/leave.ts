import type { KubeObject, ResourceInfo } from '../types';
import type { CrdSpec } from '../registry/crdInfos';
import { CRD_FINALIZER, CRDS, isCrd } from './crds';
import { keyOf, stored } from './deps';
import type { ServiceDeps } from './deps';

/** Whether nothing holds an ending object any more. Namespaces are also held by `spec.finalizers`, pods by their kubelet while they have grace. */
export function isReadyToGo(info: ResourceInfo, object: KubeObject): boolean {
  if (!object.metadata.deletionTimestamp || object.metadata.finalizers?.length || object.metadata.deletionGracePeriodSeconds) return false;
  return !(info.kind === 'Namespace' && info.group === '' && object.spec?.finalizers?.length);
}

/** Takes the object out of the storage, and what hangs on that with it. */
export async function finishRemoval(deps: ServiceDeps, info: ResourceInfo, live: KubeObject): Promise<void> {
  const { name, namespace, resourceVersion } = live.metadata;
  await stored(info, name!, () => deps.storage.remove(keyOf({ info, namespace, name }), resourceVersion!));
  if (isCrd(info)) deps.registry.removeCrd(name!);
  else if (info.custom) await afterInstanceRemoval(deps, info);
}

/** The last object of an ending definition takes the definition with it. */
export async function afterInstanceRemoval(deps: ServiceDeps, info: ResourceInfo): Promise<void> {
  const crd = deps.registry.crdOf(info);
  if (crd?.metadata.deletionTimestamp) await releaseIfEmpty(deps, crd.metadata.name!);
}

/** Lets an ending definition go once none of its objects is left. */
export async function releaseIfEmpty(deps: ServiceDeps, name: string): Promise<void> {
  const crd = await deps.storage.get({ ...CRDS, namespace: '', name });
  if (!crd?.metadata.deletionTimestamp) return;
  const { group, names } = crd.spec as CrdSpec;
  const left = await deps.storage.list({ group, resource: names.plural }, { limit: 1 });
  if (left.items.length > 0) return;
  const info = deps.registry.find(CRDS.group, 'v1', CRDS.resource);
  const others = crd.metadata.finalizers?.filter(each => each !== CRD_FINALIZER) ?? [];
  if (info && others.length === 0) await finishRemoval(deps, info, crd);
  if (!info || others.length === 0) return;
  // Finalizers of others still hold the definition; ours has done its work.
  const released = { ...crd, metadata: { ...crd.metadata, finalizers: others } };
  await stored(info, name, () => deps.storage.update({ ...CRDS, namespace: '', name }, released, crd.metadata.resourceVersion!));
}
