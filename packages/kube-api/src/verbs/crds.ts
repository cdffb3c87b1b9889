import type { Registry } from '../registry/registry';
import type { CrdSpec } from '../registry/crdInfos';
import { equal } from '../schema/equal';
import type { KubeObject, ResourceInfo } from '../types';
import { timestamp } from './deps';
import type { ServiceDeps } from './deps';

export const CRD_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';
const GROUP = 'apiextensions.k8s.io';
const RESOURCE = 'customresourcedefinitions';
export const CRDS = { group: GROUP, resource: RESOURCE };

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
