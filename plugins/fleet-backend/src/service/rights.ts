import { MEMBERS_GROUP } from '@flotilla/backstage-plugin-fleet-common';
import type { DeleteOptions, KubeObject, Principal, ResourceInfo, Target } from '@flotilla/kube-api';
import { clusterOfName } from './members/names';

/** The rights of the product; `BackstageAuthority` maps each to a permission of fleet-common. */
export type Right = 'read' | 'create' | 'update' | 'delete' | 'cluster.use' | 'clusterobjects.place' | 'secret.read' | 'cluster.proxy.read' | 'cluster.proxy.write';

/** What a right is asked for: one object, or a range where `name` or `namespace` is absent. */
export interface RightAbout {
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
  /** The member it stands in, where that is not the hub itself. Reading that Cluster is then asked for too. */
  cluster?: string;
}

export interface Answer {
  allowed: boolean;
  /** A sentence: which right is missing and where to get it. Empty when allowed. */
  why: string;
}

/** Says who may do what. One place, asked by every way in. */
export interface Authority {
  check(principal: Principal, right: Right, about: RightAbout): Promise<Answer>;
  /** For lists and watches: which objects of a range the principal may see. With another right: for which objects they have it. */
  reader(principal: Principal, about: RightAbout, right?: Right): Promise<Reader>;
}

/** All of a range, or a part: `why` says what is missing where it is none at all, and is empty otherwise. */
export type Reader = { all: true } | { all: false; why: string; sees(about: RightAbout): boolean };

/** Verbs of the API and the right each needs, in Kubernetes' words and ours. */
export const RIGHT_OF_VERB: Record<string, Right> = {
  get: 'read',
  list: 'read',
  watch: 'read',
  create: 'create',
  update: 'update',
  patch: 'update',
  delete: 'delete',
  deletecollection: 'delete',
};

/** What the names of an object say of where it stands. */
export const aboutNamed = (named: Omit<RightAbout, 'cluster'>): RightAbout =>
  named.group === MEMBERS_GROUP && named.name !== undefined ? { ...named, cluster: clusterOfName(named.name) } : named;

export const aboutTarget = ({ info: { group, resource }, namespace, name }: Target): RightAbout => aboutNamed({ group, resource, namespace, name });

/** The same for an object of a kind. */
export const aboutObject = ({ group, resource }: Pick<RightAbout, 'group' | 'resource'>, { metadata }: KubeObject): RightAbout => aboutNamed({ group, resource, namespace: metadata.namespace, name: metadata.name });

const ENGINE_WRITTEN = new Set(['placementdecisions.scheduling.kurator.dev', 'rollouts.policy.kurator.dev']);

/** Kinds that only the engine writes, what is only seen in members, and the status of our own kinds: nobody else may, whatever their rights. */
export function engineOnly(info: ResourceInfo, subresource?: string): boolean {
  const ours = info.group.endsWith('.kurator.dev');
  return info.group === MEMBERS_GROUP || ENGINE_WRITTEN.has(`${info.resource}.${info.group}`) || (ours && subresource === 'status');
}

const RBAC_AND_HOOKS = new Set(['rbac.authorization.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io']);
const SYSTEM_NAMESPACE = /^(kube-.*|default-system|istio-system|cert-manager)$/;

/** Whether placing such an object into members touches more than its namespace. */
export const placesClusterObject = (of: { group: string; namespaced: boolean; namespace?: string }): boolean =>
  !of.namespaced || RBAC_AND_HOOKS.has(of.group) || SYSTEM_NAMESPACE.test(of.namespace ?? '');

/** Deleting by collection asks for the same right as deleting one. */
export type { DeleteOptions };
