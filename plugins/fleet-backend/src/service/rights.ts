import type { DeleteOptions, KubeObject, Principal, ResourceInfo, Target } from '@flotilla/kube-api';

/** The rights of the product; `BackstageAuthority` maps each to a permission of fleet-common. */
export type Right = 'read' | 'create' | 'update' | 'delete' | 'cluster.use' | 'clusterobjects.place' | 'secret.read';

/** What a right is asked for: one object, or a range where `name` or `namespace` is absent. */
export interface RightAbout {
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}

export interface Answer {
  allowed: boolean;
  /** A sentence: which right is missing and where to get it. Empty when allowed. */
  why: string;
}

/** Says who may do what. One place, asked by every way in. */
export interface Authority {
  check(principal: Principal, right: Right, about: RightAbout): Promise<Answer>;
  /** For lists and watches: which objects of a range the principal may see. */
  reader(principal: Principal, about: RightAbout): Promise<{ all: true } | { all: false; why: string; sees(about: RightAbout): boolean }>;
}

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

export const aboutTarget = (target: Target): RightAbout => ({
  group: target.info.group,
  resource: target.info.resource,
  namespace: target.namespace,
  name: target.name,
});

/** The same for an object of a kind. */
export const aboutObject = ({ group, resource }: Pick<RightAbout, 'group' | 'resource'>, { metadata }: KubeObject): RightAbout => ({ group, resource, namespace: metadata.namespace, name: metadata.name });

const ENGINE_WRITTEN = new Set(['placementdecisions.scheduling.kurator.dev', 'rollouts.policy.kurator.dev']);

/** Kinds that only the engine writes, and the status of our own kinds: nobody else may, whatever their rights. */
export function engineOnly(info: ResourceInfo, subresource?: string): boolean {
  const ours = info.group.endsWith('.kurator.dev');
  return ENGINE_WRITTEN.has(`${info.resource}.${info.group}`) || (ours && subresource === 'status');
}

const RBAC_AND_HOOKS = new Set(['rbac.authorization.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io']);
const SYSTEM_NAMESPACE = /^(kube-.*|default-system|istio-system|cert-manager)$/;

/** Whether placing such an object into members touches more than its namespace. */
export const placesClusterObject = (of: { group: string; namespaced: boolean; namespace?: string }): boolean =>
  !of.namespaced || RBAC_AND_HOOKS.has(of.group) || SYSTEM_NAMESPACE.test(of.namespace ?? '');

/** Deleting by collection asks for the same right as deleting one. */
export type { DeleteOptions };
