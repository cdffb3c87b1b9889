/**
 * Every call the product makes to a member, as rights. The published roles (docs/rbac) are made from this table, what a
 * cluster's credentials lack is found by it, and tests hold every request that is sent against it: whoever makes a new
 * kind of call adds a line here.
 */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';

/** As in a ClusterRole; either resources or URLs. */
export interface RightsRule {
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
  nonResourceURLs?: readonly string[];
  verbs: readonly Verb[];
}

/** Which published role holds a use. `token` is bound in the account's own namespace alone. */
export type MemberRole = 'observe' | 'manage' | 'tidy' | 'token';

/** One thing the product does in a member, and the rights it takes. */
export interface MemberUse {
  name: string;
  role: MemberRole;
  rules: readonly RightsRule[];
  /** What does not work without it; a sentence's end. */
  without: string;
}

/** One right, as a SelfSubjectAccessReview asks for it. */
export interface MemberRight {
  verb: Verb;
  group: string;
  /** Plural, with the subresource: `serviceaccounts/token`. */
  resource: string;
  name?: string;
  namespace?: string;
}

/** The account that `npm run join` makes, and its namespace. */
export const MEMBER_ACCOUNT = { namespace: 'flotilla-system', name: 'flotilla' } as const;

const READ: Verb[] = ['list', 'watch'];
/** Reading before every write is what keeps hands off what is not ours. */
const PLACE: Verb[] = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

/** Kinds the role Manage places, by group. Other kinds are added to the role by whoever wants them placed. */
const PLACED: readonly { apiGroup: string; resources: readonly string[] }[] = [
  { apiGroup: '', resources: ['configmaps', 'persistentvolumeclaims', 'secrets', 'serviceaccounts', 'services'] },
  { apiGroup: 'apps', resources: ['daemonsets', 'deployments', 'statefulsets'] },
  { apiGroup: 'autoscaling', resources: ['horizontalpodautoscalers'] },
  { apiGroup: 'batch', resources: ['cronjobs', 'jobs'] },
  { apiGroup: 'networking.k8s.io', resources: ['ingresses', 'networkpolicies'] },
  { apiGroup: 'policy', resources: ['poddisruptionbudgets'] },
];

const reads = (name: string, apiGroup: string, resources: string[], without: string): MemberUse => ({
  name, role: 'observe', without, rules: [{ apiGroups: [apiGroup], resources, verbs: READ }],
});

export const MEMBER_USES: readonly MemberUse[] = [
  {
    name: 'identity', role: 'observe', without: 'it cannot be told whether the cluster answers, nor whether it is still the same one',
    rules: [{ apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] }],
  },
  {
    name: 'discovery', role: 'observe', without: 'its version and the kinds it serves are not known',
    rules: [{ nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/version'], verbs: ['get'] }],
  },
  {
    name: 'own rights', role: 'observe', without: 'missing rights are not found before they are needed',
    rules: [{ apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] }],
  },
  reads('nodes', '', ['nodes'], 'its room and taints are not known'),
  reads('pods', '', ['pods'], 'how much of its room is taken is not known, nor whether replicas are ready'),
  reads('autoscalers', 'autoscaling', ['horizontalpodautoscalers'], 'replicas that an autoscaler there owns would be written over'),
  reads('workloads', 'apps', ['daemonsets', 'deployments', 'statefulsets'], 'workloads are neither shown nor followed'),
  reads('jobs', 'batch', ['jobs'], 'Jobs are neither shown nor followed'),
  reads('events', '', ['events'], 'its events are not shown'),
  {
    name: 'namespaces', role: 'manage', without: 'nothing can be placed in a namespace that is not there yet',
    rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'create', 'patch'] }],
  },
  ...PLACED.map(({ apiGroup, resources }): MemberUse => ({
    name: `placing ${apiGroup || 'core'}`, role: 'manage', without: 'objects of this kind are neither placed nor put back nor removed',
    rules: [{ apiGroups: [apiGroup], resources, verbs: PLACE }],
  })),
  {
    name: 'tidying', role: 'tidy', without: 'a namespace the portal made stays when nothing is left in it',
    // Whether a namespace is empty is known only by looking at every kind in it.
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['list'] }, { apiGroups: [''], resources: ['namespaces'], verbs: ['delete'] }],
  },
  {
    name: 'renewing', role: 'token', without: 'its token is not renewed and ends',
    rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [MEMBER_ACCOUNT.name], verbs: ['create'] }],
  },
];

const has = (list: readonly string[] | undefined, wanted: string) => list !== undefined && (list.includes('*') || list.includes(wanted));

/** Whether a rule gives a right. A rule with names gives nothing to who asks for all, as in Kubernetes. */
export function gives(rule: RightsRule, right: MemberRight): boolean {
  const named = !rule.resourceNames?.length || (right.name !== undefined && rule.resourceNames.includes(right.name));
  return named && has(rule.verbs, right.verb) && has(rule.apiGroups, right.group) && has(rule.resources, right.resource);
}

/** The rules of some roles, one after another. */
export const rulesOf = (...roles: MemberRole[]): RightsRule[] => MEMBER_USES.filter(use => roles.includes(use.role)).flatMap(use => use.rules);

/** A right that is asked for, and the use it is asked for. */
export interface WantedRight {
  right: MemberRight;
  use: MemberUse;
}

/** Names of objects or kinds that stand in the member, so that rights are asked for what is in use. */
export interface InUse {
  group: string;
  resource: string;
  namespace: string;
}

function spread(use: MemberUse): WantedRight[] {
  const of = ({ apiGroups = [], resources = [], resourceNames = [''], verbs }: RightsRule): MemberRight[] =>
    apiGroups.flatMap(group => resources.flatMap(resource => verbs.flatMap(verb => resourceNames.map(name => ({ verb, group, resource, ...(name ? { name } : {}) })))));
  return use.rules.flatMap(of).map(right => ({ right, use }));
}

/** What a kind takes that is placed though the published role does not hold it. */
const placing = ({ group, resource }: InUse): MemberUse => ({
  name: `placing ${resource}${group ? `.${group}` : ''}`, role: 'manage', without: 'objects of this kind, which are placed there, are neither put back nor removed',
  rules: [{ apiGroups: [group], resources: [resource], verbs: PLACE }],
});

/**
 * The rights a cluster's credentials need now: in Observe what is read, in Manage also what places the kinds of the role's list and
 * whatever else stands there already. Tidying and renewing are extras that nobody has to give.
 * @param inUse - what is placed there, once per kind and namespace
 */
export function wantedRights(mode: 'Observe' | 'Manage', inUse: readonly InUse[]): WantedRight[] {
  const uses = MEMBER_USES.filter(use => use.role === 'observe' || (mode === 'Manage' && use.role === 'manage'));
  const wanted = uses.flatMap(spread);
  if (mode === 'Observe') return wanted;
  const known = new Set(wanted.map(({ right }) => `${right.group}/${right.resource}`));
  const others = new Map(inUse.filter(each => !known.has(`${each.group}/${each.resource}`)).map(each => [`${each.group}/${each.resource}`, each]));
  return [...wanted, ...[...others.values()].flatMap(each => spread(placing(each)))];
}
