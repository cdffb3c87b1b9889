/** `acts`: the engine does what the field says. `stored`: it is kept and shown, and has no effect yet. */
export type Support = 'acts' | 'stored';

/** What holds for a field and everything below it, unless a longer path says another. */
export interface SupportEntry {
  path: string;
  support: Support;
  /** What is missing, for `stored`; what is worth knowing, for `acts`. */
  note?: string;
}

const acts = (path: string, note?: string): SupportEntry => ({ path, support: 'acts', note });
const stored = (path: string, note: string): SupportEntry => ({ path, support: 'stored', note });

const AUTOSCALING = 'the number of replicas does not follow load';
const QUEUES = 'native Jobs are used, no batch queue';
const ROLLOUT = 'nothing is judged: a changed revision goes cluster by cluster, the next when the last is Ready';
const NETWORK = 'nothing is set up between clusters';

/** The parts of a placement that act wherever a placement stands. */
const bounds = (path: string): SupportEntry[] =>
  ['clusterSelector', 'clusterAffinity', 'clusterTolerations', 'spreadConstraints', 'replicaScheduling', 'residency'].map(field => acts(`${path}.${field}`));

const placement = (path: string): SupportEntry[] => [
  acts(path),
  ...bounds(path),
  acts(`${path}.compliance`, 'a preference: it scores and does not filter'),
  stored(`${path}.autoscaling`, AUTOSCALING),
  acts(`${path}.distribution`, 'as the ratio of replicas; requests are not steered'),
  stored(`${path}.volcano`, QUEUES),
];

/**
 * Every field of every kind, by the nearest ancestor named here. A test walks all schemas and demands an entry, so that a new
 * field is thought of; `stored` is the honest word until something acts on it.
 */
export const SUPPORT: Record<string, SupportEntry[]> = {
  Fleet: [
    acts('spec.clusters'),
    acts('spec.placement'),
    ...bounds('spec.placement'),
    stored('spec.policyTemplates', 'no rule is checked in the clusters'),
    stored('spec.addons', 'nothing is installed in the clusters'),
    acts('spec.profiles', 'a SchedulingProfile acts'),
    acts('spec.allowedNamespaces'),
    acts('spec.deletionPolicy', 'for what was placed on the fleet; each entry says its own for its cluster'),
  ],
  Cluster: [
    acts('spec.provider'),
    acts('spec.region'),
    acts('spec.zone'),
    acts('spec.kubeconfigRef'),
    acts('spec.credentials'),
    acts('spec.mode'),
    acts('spec.attributes'),
    acts('spec.protectedLabels'),
    acts('spec.taints', 'NoSchedule and NoExecute keep workloads off; PreferNoSchedule does not count'),
    acts('spec.nodeGroups', 'prices act; nodes that could still be added are not counted as room'),
    acts('spec.nodePolicy'),
    acts('spec.prices'),
    acts('spec.performance'),
    acts('spec.compliance'),
    acts('spec.allowedNamespaces'),
    acts('spec.deletionPolicy'),
  ],
  PerformanceProfile: ['scheduler', 'network', 'storage'].map(field => stored(`spec.${field}`, 'nothing is tuned')),
  Application: [
    acts('spec.components'),
    ...placement('spec.components[].placement'),
    stored('spec.components[].overrideRules', 'every cluster gets the same template'),
    acts('spec.destination'),
    acts('spec.profiles', 'a SchedulingProfile acts'),
  ],
  PropagationPolicy: [
    acts('spec.resourceSelectors'),
    ...placement('spec.placement'),
    acts('spec.priority'),
    acts('spec.adoption'),
    acts('spec.deletionPolicy', 'for objects that resourceSelectors choose'),
    acts('spec.targetRef', 'names the clusters its Application needs in a fleet'),
    stored('spec.rollout', ROLLOUT),
    stored('spec.rollback', ROLLOUT),
  ],
  // Written by the engine alone: what it writes it means.
  Rollout: ['application', 'component', 'policy', 'fromRevision', 'toRevision'].map(field => acts(`spec.${field}`, 'written by the engine')),
  PlacementDecision: ['target', 'replicas', 'revision'].map(field => acts(`spec.${field}`, 'written by the engine')),
  NetworkPartitionPolicy: [
    stored('spec.detection', 'every cluster is probed at the same pace'),
    stored('spec.recovery', 'nothing is moved by itself when a cluster is cut off'),
  ],
  SchedulingProfile: [
    acts('spec.resources'),
    acts('spec.costAware', 'weight and enabled act'),
    stored('spec.costAware.priceAPI', 'no live prices are fetched: the Cluster\'s own count'),
    stored('spec.costAware.updateInterval', 'no live prices are fetched'),
    acts('spec.performanceAware'),
    acts('spec.weights'),
    acts('spec.anchors'),
    acts('spec.headroomPercent'),
  ],
  CrossClusterEndpoint: ['sourceCluster', 'targetCluster', 'protocol', 'port', 'tunnel'].map(field => stored(`spec.${field}`, NETWORK)),
  NetworkOptimizationPolicy: ['connection', 'routing', 'acceleration'].map(field => stored(`spec.${field}`, NETWORK)),
  EdgeSite: ['cluster', 'displayName', 'location', 'link', 'updates'].map(field => stored(`spec.${field}`, 'shown only')),
};
