import { createHash } from 'node:crypto';
import type { ResourceRegistry } from '../service';
import type { ResourceInfo } from '../types';

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const SUBRESOURCE_VERBS = ['get', 'patch', 'update'];
/** As Kubernetes lists them for what takes any method. */
const PROXY_VERBS = ['create', 'delete', 'get', 'patch', 'update'];
const V2 = 'apidiscovery.k8s.io/v2';

/** In which order Kubernetes lists the verbs of custom kinds. */
const CUSTOM_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** Verbs of a resource as discovery lists them. */
export const verbsOf = (info: ResourceInfo): string[] => info.verbs ?? (info.custom ? CUSTOM_VERBS : ALL_VERBS);

/** `apps/v1`, or `v1` for the core group. */
const groupVersionOf = ({ group, version }: { group: string; version: string }) => (group ? `${group}/${version}` : version);

interface Group {
  name: string;
  versions: Map<string, ResourceInfo[]>;
}

function groupsOf(registry: ResourceRegistry): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const info of registry.all()) {
    let group = groups.get(info.group);
    if (!group) groups.set(info.group, (group = { name: info.group, versions: new Map() }));
    const infos = group.versions.get(info.version);
    if (infos) infos.push(info);
    else group.versions.set(info.version, [info]);
  }
  return groups;
}

function subresourcesOf(info: ResourceInfo): { name: string; group: string; version: string; kind: string; verbs: string[] }[] {
  const { group, version, kind, subresources } = info;
  return [
    ...(subresources.status ? [{ name: 'status', group, version, kind, verbs: SUBRESOURCE_VERBS }] : []),
    ...(subresources.scale ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: SUBRESOURCE_VERBS }] : []),
    ...(subresources.log ? [{ name: 'log', group, version, kind, verbs: ['get'] }] : []),
    ...(subresources.token ? [{ name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }] : []),
    ...(subresources.proxy ? [{ name: 'proxy', group, version, kind, verbs: PROXY_VERBS }] : []),
  ];
}

function apiResources(info: ResourceInfo): object[] {
  const { namespaced, kind, resource } = info;
  const main = {
    name: resource,
    singularName: info.singular,
    namespaced,
    kind,
    verbs: verbsOf(info),
    ...(info.shortNames.length ? { shortNames: info.shortNames } : {}),
    ...(info.categories.length ? { categories: info.categories } : {}),
  };
  const others = subresourcesOf(info).map(sub => ({
    name: `${resource}/${sub.name}`,
    singularName: '',
    namespaced,
    ...(sub.kind === kind ? {} : { group: sub.group, version: sub.version }),
    kind: sub.kind,
    verbs: sub.verbs,
  }));
  return [main, ...others];
}

function aggregatedResource(info: ResourceInfo): object {
  const { group, version, kind } = info;
  // Kubernetes leaves out what the document says already, but of custom kinds.
  const own = info.custom ? { group, version, kind } : { group: '', version: '', kind };
  const subresources = subresourcesOf(info)
    .map(sub => ({
      subresource: sub.name,
      responseKind: sub.kind === kind ? own : { group: sub.group, version: sub.version, kind: sub.kind },
      verbs: sub.verbs,
    }))
    .sort((a, b) => (info.custom || a.subresource > b.subresource ? 1 : -1));
  return {
    resource: info.resource,
    responseKind: own,
    scope: info.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: info.singular,
    verbs: verbsOf(info),
    ...(info.shortNames.length ? { shortNames: info.shortNames } : {}),
    ...(info.categories.length ? { categories: info.categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  };
}

function apiGroup({ name, versions }: Group): object {
  const listed = [...versions.keys()].map(version => ({ groupVersion: groupVersionOf({ group: name, version }), version }));
  return { name, versions: listed, preferredVersion: listed[0] };
}

/** The discovery documents, made from the registry and kept until it changes. */
export class Discovery {
  private kept = new Map<string, { text: string; etag: string }>();
  private groups: Map<string, Group>;

  constructor(registry: ResourceRegistry) {
    this.groups = groupsOf(registry);
    registry.onChange(() => {
      this.kept.clear();
      this.groups = groupsOf(registry);
    });
  }

  /** `/api`, the old form. */
  core(): object {
    return { kind: 'APIVersions', versions: [...(this.groups.get('')?.versions.keys() ?? [])], serverAddressByClientCIDRs: [] };
  }

  /** `/apis`, the old form. */
  groupList(): object {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: this.named().map(apiGroup) };
  }

  /** `/apis/<group>`; undefined when there is none. */
  group(name: string): object | undefined {
    const group = name ? this.groups.get(name) : undefined;
    return group && { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) };
  }

  /** `/api/v1`, `/apis/<group>/<version>`; undefined when nothing is served there. */
  resources(group: string, version: string): object | undefined {
    const infos = this.groups.get(group)?.versions.get(version);
    return infos && { kind: 'APIResourceList', ...(group && { apiVersion: 'v1' }), groupVersion: groupVersionOf({ group, version }), resources: infos.flatMap(apiResources) };
  }

  /** Everything below `/api` or `/apis` in one document, with the ETag clients come back with. */
  aggregated(at: 'api' | 'apis', version: 'v2' | 'v2beta1'): { text: string; etag: string } {
    const id = `${at}/${version}`;
    let document = this.kept.get(id);
    if (!document) {
      const groups = at === 'api' ? [...this.groups.values()].filter(each => each.name === '') : this.named();
      const items = groups.map(({ name, versions }) => ({
        metadata: name ? { name } : {},
        versions: [...versions].map(([each, infos]) => ({ version: each, freshness: 'Current', resources: infos.map(aggregatedResource) })),
      }));
      const text = JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion: V2.replace('v2', version), metadata: {}, items });
      document = { text, etag: `"${createHash('sha512').update(text).digest('hex').toUpperCase()}"` };
      this.kept.set(id, document);
    }
    return document;
  }

  private named(): Group[] {
    return [...this.groups.values()].filter(each => each.name !== '');
  }
}
