import type { Registry } from '../registry/registry';
import type { CrdSpec } from '../registry/crdInfos';
import { equal } from '../schema/equal';
import type { RequestContext } from '../service';
import type { ResourceStorage } from '../storage';
import type { KubeObject, ResourceInfo } from '../types';
import { timestamp } from './deps';
import type { ServiceDeps } from './deps';
import { finishRemoval, removeCollection } from './remove';

export const CRD_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';
const GROUP = 'apiextensions.k8s.io';
const RESOURCE = 'customresourcedefinitions';
const CRDS = { group: GROUP, resource: RESOURCE };
const RETRY_MS = 1_000;

export const isCrd = (info: ResourceInfo) => info.group === GROUP && info.resource === RESOURCE;

interface Condition {
  type: string;
  status: 'True' | 'False';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

function setCondition(object: KubeObject, condition: Condition): void {
  const before: Condition[] = object.status?.conditions ?? [];
  const same = before.find(each => each.type === condition.type);
  const next = same?.status === condition.status ? { ...condition, lastTransitionTime: same.lastTransitionTime } : condition;
  object.status = { ...object.status, conditions: [...before.filter(each => each.type !== condition.type), next] };
}

/** The names of a definition that another one of its group already has. */
function takenNames(registry: Registry, { group, names }: CrdSpec): string | undefined {
  const others = registry.all().filter(info => info.group === group && info.resource !== names.plural);
  if (others.some(info => info.kind === names.kind)) return `"${names.kind}" is already in use`;
  const used = new Set(others.flatMap(info => [info.resource, info.singular, ...info.shortNames]));
  const clash = [names.plural, names.singular!, ...(names.shortNames ?? [])].find(name => used.has(name));
  return clash === undefined ? undefined : `"${clash}" is already in use`;
}

/**
 * Settles a definition's status before it is written: names, conditions and stored versions, which a real server's
 * controllers write a moment later.
 */
export function prepareCrd(deps: ServiceDeps, crd: KubeObject, live?: KubeObject): void {
  const spec = crd.spec as CrdSpec | undefined;
  if (!spec?.names?.plural || !Array.isArray(spec.versions)) return;
  if (live?.metadata.deletionTimestamp) return;
  const lastTransitionTime = timestamp(deps.now());
  const clash = takenNames(deps.registry, spec);
  const before: string[] = live?.status?.storedVersions ?? [];
  const storage = spec.versions.find(version => version?.storage)?.name;
  const storedVersions = storage && !before.includes(storage) ? [...before, storage] : before;
  crd.status = { ...live?.status, acceptedNames: spec.names, storedVersions };
  setCondition(crd, {
    type: 'NamesAccepted',
    status: clash ? 'False' : 'True',
    reason: clash ? 'NamesConflict' : 'NoConflicts',
    message: clash ?? 'no conflicts found',
    lastTransitionTime,
  });
  setCondition(crd, {
    type: 'Established',
    status: clash ? 'False' : 'True',
    reason: clash ? 'NotAccepted' : 'InitialNamesAccepted',
    message: clash ? 'not all names are accepted' : 'the initial names have been accepted',
    lastTransitionTime,
  });
  if (live && equal(live.status, crd.status)) crd.status = live.status;
}

const isEstablished = (crd: KubeObject) =>
  crd.status?.conditions?.some((each: Condition) => each.type === 'Established' && each.status === 'True');

/** Serves a definition as now stored. */
export function afterCrdWrite(deps: Pick<ServiceDeps, 'registry'>, crd: KubeObject): void {
  if (isEstablished(crd)) deps.registry.addCrd(crd);
  else deps.registry.removeCrd(crd.metadata.name!);
}

/** Marks a definition whose objects are being removed. */
export function markTerminating(deps: ServiceDeps, crd: KubeObject): KubeObject {
  const ending = { ...crd };
  setCondition(ending, {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
    lastTransitionTime: timestamp(deps.now()),
  });
  return ending;
}

/** Deletes every object of an ending definition, and the definition once none is left. */
export async function clearInstances(deps: ServiceDeps, ctx: RequestContext, crd: KubeObject): Promise<KubeObject> {
  const { group, names } = crd.spec as CrdSpec;
  const info = deps.registry.all().find(each => each.group === group && each.resource === names.plural);
  afterCrdWrite(deps, crd);
  if (info) await removeCollection(deps, ctx, { info }, {}, {});
  await releaseIfEmpty(deps, crd.metadata.name!);
  return crd;
}

/** The last object of an ending definition takes the definition with it. */
export async function afterInstanceRemoval(deps: ServiceDeps, info: ResourceInfo): Promise<void> {
  const crd = deps.registry.crdOf(info);
  if (crd?.metadata.deletionTimestamp) await releaseIfEmpty(deps, crd.metadata.name!);
}

async function releaseIfEmpty(deps: ServiceDeps, name: string): Promise<void> {
  const crd = await deps.storage.get({ group: GROUP, resource: RESOURCE, namespace: '', name });
  if (!crd?.metadata.deletionTimestamp) return;
  const { group, names } = crd.spec as CrdSpec;
  const left = await deps.storage.list({ group, resource: names.plural }, { limit: 1 });
  if (left.items.length > 0) return;
  const info = deps.registry.find(GROUP, 'v1', RESOURCE);
  // Finalizers of others still hold the definition; ours has done its work.
  const others = crd.metadata.finalizers?.filter(each => each !== CRD_FINALIZER) ?? [];
  if (info && others.length === 0) await finishRemoval(deps, info, crd);
}

/**
 * Serves the definitions in the storage, and keeps following them until the signal aborts: several processes may share
 * one storage. Resolves when those now stored are served.
 */
export async function followCrds(storage: ResourceStorage, registry: Registry, signal: AbortSignal): Promise<void> {
  const since = await serveStored(storage, registry);
  void follow(storage, registry, since, signal);
}

async function serveStored(storage: ResourceStorage, registry: Registry): Promise<string> {
  const page = await storage.list(CRDS);
  page.items.forEach(crd => afterCrdWrite({ registry }, crd));
  return page.resourceVersion;
}

async function follow(storage: ResourceStorage, registry: Registry, from: string, signal: AbortSignal): Promise<void> {
  let since = from;
  while (!signal.aborted) {
    try {
      for await (const change of storage.changes(CRDS, since, signal)) {
        if ('bookmark' in change) since = change.bookmark;
        else if (change.after) afterCrdWrite({ registry }, change.after);
        else registry.removeCrd(change.key.name);
      }
    } catch {
      // History was cut or the storage failed for a moment: read what is there and go on from that.
      await pause(RETRY_MS, signal);
      since = await serveStored(storage, registry).catch(() => since);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
