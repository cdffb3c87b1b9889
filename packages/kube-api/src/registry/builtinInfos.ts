import { builtinDefinitions, builtinGroupVersions } from '../builtins';
import type { BuiltinResource } from '../builtins';
import type { ResourceInfo, ScalePaths } from '../types';

/** What a hub keeps as templates; pods and what only a cluster's own controllers write stay in the clusters. */
const NOT_ON_A_HUB = new Set(['Pod', 'Node', 'ReplicaSet', 'ControllerRevision', 'Endpoints', 'EndpointSlice']);

/** `hub`: templates only. `member`: all. A list names kinds (`Deployment`) or one kind of a group (`Event.events.k8s.io`). */
export type KindFilter = 'hub' | 'member' | readonly string[];

const SCALE: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

function isServed(filter: KindFilter, group: string, kind: string): boolean {
  if (filter === 'member') return true;
  if (filter === 'hub') return !NOT_ON_A_HUB.has(kind);
  return filter.includes(kind) || filter.includes(`${kind}.${group}`);
}

function infoOf(group: string, version: string, resource: BuiltinResource): ResourceInfo {
  return {
    group,
    version,
    resource: resource.name,
    kind: resource.kind,
    singular: resource.singularName || resource.kind.toLowerCase(),
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    namespaced: resource.namespaced,
    subresources: {
      status: resource.subresources.includes('status'),
      ...(resource.subresources.includes('scale') && { scale: SCALE }),
    },
    schema: builtinDefinitions[resource.definition],
    definitions: builtinDefinitions,
    definition: resource.definition,
    columns: [],
    custom: false,
    strategicMerge: true,
    verbs: resource.verbs,
  };
}

/** Splits `apps/v1` and `v1` into group and version. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The opposite of {@link splitApiVersion}. */
export const apiVersionOf = (of: { group: string; version: string }) => (of.group ? `${of.group}/${of.version}` : of.version);

/** The built-in resources a registry starts with, in discovery order. */
export function builtinInfos(filter: KindFilter): ResourceInfo[] {
  return builtinGroupVersions.flatMap(({ groupVersion, resources }) => {
    const { group, version } = splitApiVersion(groupVersion);
    return (resources ?? []).filter(each => isServed(filter, group, each.kind)).map(each => infoOf(group, version, each));
  });
}
