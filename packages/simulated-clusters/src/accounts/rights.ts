/** Who may do what in a cluster: its stored roles and bindings, as Kubernetes' RBAC reads them. Nobody is kept from giving rights away. */
import { forbidden, type Access, type KubeObject, type Principal, type ResourceInfo, type ResourceStorage, type Rules } from '@flotilla/kube-api';

const GROUP = 'rbac.authorization.k8s.io';
const MASTERS = 'system:masters';

interface Rule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** What is asked for: one verb on objects. */
export interface Wish {
  verb: string;
  info: Pick<ResourceInfo, 'group' | 'resource' | 'kind'>;
  subresource?: string;
  namespace?: string;
  name?: string;
}

export interface Rights {
  /** Answers access reviews. */
  access: Access;
  /** Answers rules reviews. */
  rules: Rules;
  /** @throws KubeError 403 in Kubernetes' words */
  require(principal: Principal, wish: Wish): Promise<void>;
}

/** What everybody who is known may do on every cluster. */
const BASIC: Rule[] = [
  { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'] },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  { verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/'] },
];

const EVERYTHING: Rule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] }];

/** The role that gives everything; it is there from the start, as on Kubernetes. */
export const CLUSTER_ADMIN: KubeObject = {
  apiVersion: `${GROUP}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'cluster-admin', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
  rules: EVERYTHING,
};

const holds = (list: string[] | undefined, wanted: string) => list !== undefined && (list.includes('*') || list.includes(wanted));
const urlHolds = (list: string[] = [], url: string) => list.some(each => (each.endsWith('*') ? url.startsWith(each.slice(0, -1)) : each === url));

function allows(rule: Rule, verb: string, group: string, resource: string, subresource: string, name: string): boolean {
  const whole = subresource ? `${resource}/${subresource}` : resource;
  const ofResource = holds(rule.resources, whole) || (subresource !== '' && rule.resources?.includes(`*/${subresource}`));
  return holds(rule.verbs, verb) && holds(rule.apiGroups, group) && Boolean(ofResource) && (!rule.resourceNames?.length || rule.resourceNames.includes(name));
}

function isMeant({ name, groups }: Principal, subject: any): boolean {
  if (subject.kind === 'ServiceAccount') return name === `system:serviceaccount:${subject.namespace}:${subject.name}`;
  return subject.kind === 'Group' ? subject.name === 'system:authenticated' || groups.includes(subject.name) : subject.name === name;
}

/** The rights in one cluster. */
export function clusterRights(storage: ResourceStorage): Rights {
  const list = async (resource: string, namespace?: string) => (await storage.list({ group: GROUP, resource, namespace })).items as any[];
  const rulesIn = async (binding: any, namespace: string): Promise<Rule[]> => {
    const { kind, name } = binding.roleRef;
    const key = kind === 'ClusterRole' ? { resource: 'clusterroles', namespace: '' } : { resource: 'roles', namespace };
    return (await storage.get({ group: GROUP, ...key, name }))?.rules ?? [];
  };
  async function rulesOf(principal: Principal, namespace: string): Promise<Rule[]> {
    if (principal.kind === 'system' || principal.groups.includes(MASTERS)) return EVERYTHING;
    const bindings = [...(await list('clusterrolebindings')), ...(namespace ? await list('rolebindings', namespace) : [])];
    const own = bindings.filter(({ subjects = [] }) => subjects.some((subject: any) => isMeant(principal, subject)));
    return [...BASIC, ...(await Promise.all(own.map(each => rulesIn(each, namespace)))).flat()];
  }

  return {
    async access({ principal }, { verb, group, resource, subresource, namespace, name, path }) {
      const rules = await rulesOf(principal, namespace);
      const allowed = rules.some(rule => (path === undefined ? allows(rule, verb, group, resource, subresource, name) : holds(rule.verbs, verb) && urlHolds(rule.nonResourceURLs, path)));
      return { allowed, reason: '' };
    },
    async rules({ principal }, namespace) {
      const rules = await rulesOf(principal, namespace);
      return { resourceRules: rules.filter(each => each.resources), nonResourceRules: rules.filter(each => each.nonResourceURLs) };
    },
    async require(principal, { verb, info, subresource = '', namespace = '', name = '' }) {
      const rules = await rulesOf(principal, namespace);
      if (rules.some(rule => allows(rule, verb, info.group, info.resource, subresource, name))) return;
      const where = namespace ? ` in the namespace "${namespace}"` : ' at the cluster scope';
      const what = subresource ? `${info.resource}/${subresource}` : info.resource;
      throw forbidden(info, name, `User "${principal.name}" cannot ${verb} resource "${what}" in API group "${info.group}"${where}`);
    },
  };
}
