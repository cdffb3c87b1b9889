import type { ClusterSpec, FleetSpec, SchedulingProfileSpec } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import type { World } from '../world';
import type { Found, Rule } from './rule';

const ADDONS = new Set(['prometheus', 'volcano']);
/** Resources with a plain name; all others are `vendor/name`. */
const RESOURCES = /^(cpu|memory|gpu|storage|ephemeral-storage|pods|hugepages-.+|[^/]+\/[^/]+)$/;

const unknown = (code: string, path: string, because: string): Found => ({ code, severity: 'warning', path, because });

function addons({ addons: said }: FleetSpec): Found[] {
  return Object.keys(said ?? {})
    .filter(name => !ADDONS.has(name))
    .map(name => unknown('UnknownAddon', `spec.addons.${name}`, `no add-on is called ${name}; known are ${[...ADDONS].join(', ')}`));
}

const resource = (name: string, path: string): Found[] =>
  RESOURCES.test(name) ? [] : [unknown('UnknownResource', path, `no cluster has a resource ${name}: use cpu, memory, gpu, storage, or a full name such as nvidia.com/gpu`)];

/** Namespaces that a Fleet or Cluster is opened to and that are not there yet. */
function namespaces(allowed: readonly string[] | undefined, world: World): Found[] {
  const there = new Set(world.namespaces.map(namespace => namespace.metadata.name));
  return (allowed ?? []).flatMap((name, index) => (name === '*' || there.has(name) ? [] : [unknown('UnknownNamespace', `spec.allowedNamespaces[${index}]`, `there is no namespace ${name} yet`)]));
}

function ofCluster(spec: ClusterSpec): Found[] {
  const groups = spec.nodeGroups ?? [];
  const shapes = groups.flatMap((group, index) => Object.keys(group.shape).flatMap(name => resource(name, `spec.nodeGroups[${index}].shape.${name}`)));
  const priced = groups.findIndex(group => group.price !== undefined);
  const worthless = priced >= 0 && !spec.prices ? [unknown('PriceWithoutCurrency', `spec.nodeGroups[${priced}].price`, 'spec.prices.currency says what it is in; without it it cannot be compared')] : [];
  return [...shapes, ...worthless];
}

const WORDS: Record<string, (object: KubeObject, world: World) => Found[]> = {
  Fleet: ({ spec }, world) => [...addons(spec ?? {}), ...namespaces(spec?.allowedNamespaces, world)],
  Cluster: ({ spec }, world) => [...ofCluster(spec ?? {}), ...namespaces(spec?.allowedNamespaces, world)],
  SchedulingProfile: ({ spec }) => ((spec as SchedulingProfileSpec)?.resources ?? []).flatMap(({ name }, index) => resource(name, `spec.resources[${index}].name`)),
};

/** Words that nobody answers to yet. */
export const unknownWords: Rule = (object, world) => WORDS[object.kind]?.(object, world) ?? [];
