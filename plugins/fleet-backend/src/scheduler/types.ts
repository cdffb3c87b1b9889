import type { Decision, Reason, Rejection, Scorer } from '@flotilla/backstage-plugin-fleet-common';
import type { NodeSeen } from '../model/node';
import type { Amounts } from '../model/quantities';
import type { LabelSelector, RequiredNodeAffinity } from '../model/selectors';
import type { Taint, Toleration } from '../model/taints';

/**
 * What is known, and since when (ms since the epoch). Without `seenAt` it is declared in an object and does not age.
 * `unknown` is never a silent zero: filters and scorers must say what they do with it.
 */
export type Fact<T> = { value: T; seenAt?: number } | 'unknown';

/** Room that was promised to others and not yet seen as pods: taken off the nodes before anything is judged. */
export interface Promised {
  /** Of one replica. */
  requests: Amounts;
  replicas: number;
}

/** Nodes a cluster could add. `size` is how many it has now; unknown counts as `min`. */
export interface NodeGroup {
  name: string;
  shape: Amounts;
  labels?: Record<string, string>;
  taints?: Taint[];
  max: number;
  min: number;
  size?: number;
  /** Of one node an hour, in the currency of the cluster's prices. */
  price?: number;
}

/** Prices an hour of one CPU, one GiB, one accelerator, or one whole node. What is absent is not known. */
export interface Prices {
  /** ISO 4217. */
  currency: string;
  perNodeHour?: number;
  perCpuHour?: number;
  perGiBHour?: number;
  perGpuHour?: number;
  source?: string;
}

/** Measures of speed by name; units stand with the anchors in `profile.ts`. */
export type PerformanceMetric = 'p95-latency' | 'network-bandwidth' | 'disk-iops' | 'api-latency';

/** One cluster as the fleet sees it. Everything observed has its time; everything declared is plain. */
export interface ClusterFacts {
  name: string;
  /** Labels *within the fleet*: the Cluster's, `provider`, `region`, `zone`, then the fleet's attributes where not protected. */
  labels: Record<string, string>;
  /** Keys no fleet may change; a fix never proposes them as a label to add. */
  protectedLabels?: string[];
  taints: Taint[];
  mode: 'Observe' | 'Manage';
  /** The cluster is held (answered with another UID, or a person holds it): why, in words. */
  held?: string;
  reachable: { ok: boolean; since: number; reason?: string } | 'unknown';
  provider?: string;
  region?: string;
  zone?: string;
  jurisdiction: string | 'unknown';
  /** A list is never changed in place: what was worked out about it is remembered with it. */
  nodes: Fact<readonly NodeSeen[]>;
  nodeGroups?: NodeGroup[];
  nodePolicy?: 'Spread' | 'Pack';
  /** `apiVersion/Kind` served. */
  apis: Fact<string[]>;
  prices: Fact<Prices>;
  performance: Partial<Record<PerformanceMetric, Fact<number>>>;
  compliance: {
    /** Standards it is certified for, as declared. */
    standards: string[];
    /** `gitVersion` of the cluster. */
    version: Fact<string>;
    /** Open findings of policies in this cluster. */
    findings: Fact<number>;
  };
  promised: Promised[];
}

/** One rule on which clusters may be used, and whose it is. All parts and all bounds must hold. */
export interface Bound {
  source: 'fleet' | 'policy' | 'component';
  /** `namespace/name`, or the component's name: reasons say whose rule it was. */
  name: string;
  clusterNames?: string[];
  exclude?: string[];
  labelSelector?: LabelSelector;
}

/** A rule of spreading; `by` is `cluster`, `region`, `zone`, `provider`, or any label's key. */
export interface SpreadConstraint {
  by: string;
  /** Hard: with fewer groups nothing is placed. Default 1. */
  minGroups?: number;
  maxGroups?: number;
}

/** How replicas are given to clusters, as in Karmada. Default: Divided, Aggregated. */
export type ReplicaScheduling =
  | { type: 'Duplicated' }
  | { type: 'Divided'; preference: 'Aggregated' }
  | { type: 'Divided'; preference: 'Weighted'; dynamicWeight: 'AvailableReplicas' }
  | { type: 'Divided'; preference: 'Weighted'; staticWeights: { clusters: Omit<Bound, 'source' | 'name'>; weight: number }[] };

/** Something the workload should stand close to: its data, or a sibling component. */
export interface Near {
  what: 'data' | 'sibling';
  name: string;
  cluster?: string;
  zone?: string;
  region?: string;
  provider?: string;
}

/** What is to be placed. */
export interface PlacementRequest {
  /** Target key; also breaks ties, so that equal clusters are not all filled in one order. */
  target: string;
  /** The component's or object's own name, for sentences. */
  name: string;
  kind: string;
  replicas: number;
  /** All replicas in one cluster or none (a Job that may not be divided). */
  whole: boolean;
  /** Of one replica, on one node; includes `pods: 1` (see `podRequests`). */
  requests: Amounts;
  /** Resources nobody asked for, filled with the assumed amounts; said in the notes. */
  assumed?: string[];
  /** Required features of the node. */
  nodeSelector?: Record<string, string>;
  nodeAffinity?: RequiredNodeAffinity;
  tolerations?: Toleration[];
  bounds: Bound[];
  /** What the application tolerates; absent = it names none, then `allowedClusterTolerations` counts. */
  clusterTolerations?: Toleration[];
  /** The fleet's: absent = no bound; present = the only ones an application may tolerate. */
  allowedClusterTolerations?: Toleration[];
  /** Jurisdictions allowed; absent = no rule. */
  residency?: string[];
  /** `apiVersion/Kind` of everything that will be written. */
  apis: string[];
  replicaScheduling: ReplicaScheduling;
  spreadConstraints: SpreadConstraint[];
  /** `multi-cluster`: two clusters where two fit, else one with a note. */
  availability?: 'multi-cluster';
  near: Near[];
  /** Replicas it may grow to (maxReplicas); room for the growth is part of the fit. */
  maxReplicas?: number;
  /** Standards the workload asks for; they score, they do not filter. */
  standards?: string[];
}

/** Why replicas stay where they are whatever the filters say now. */
export type StayReason = 'JobUntilFinished' | 'StatefulSet' | 'Orphaned' | 'NotAnswering';

/** Replicas that the last decision, or what runs, puts on a cluster. */
export interface Placed {
  cluster: string;
  replicas: number;
  /** Of them, those bound to a node: already missing in `free`. Default: all. The rest is taken off like a promise. */
  seen?: number;
  /** They stay even where a filter rejects the cluster (never against residency). */
  keep?: StayReason;
}

/** A value that scores 100 and one that scores 0; a straight line between, clamped outside. */
export interface Anchor {
  best: number;
  worst: number;
}

/** Weights and anchors of one decision. */
export interface Profile {
  /** Name of the SchedulingProfile, '' for the built-in one. */
  name: string;
  weights: Record<Scorer, number>;
  resourceWeights: Record<string, number>;
  performance: { metric: PerformanceMetric; weight: number }[];
  anchors: Record<string, Anchor>;
  /** Share of a cluster kept free of new replicas, 0-1. */
  headroom: number;
  /** Currency of the price anchors; a price in another one cannot be compared. */
  currency: string;
  /** Age in ms from which a fact counts as old. */
  staleAfter: Record<Scorer, number>;
}

/** All a decision depends on. Equal input, equal decision. */
export interface SchedulingInput {
  request: PlacementRequest;
  clusters: ClusterFacts[];
  profile: Profile;
  /** Where it is now; absent or empty = nowhere yet. */
  placed?: Placed[];
  /** `Fresh`: the wish about division itself changed, so shares are computed anew. Default `Steady`: what runs is not moved. */
  assignment?: 'Steady' | 'Fresh';
  /** Milliseconds since the epoch; only ages are computed from it. */
  now: number;
}

/** Amounts of one resource over several nodes; `mostFree` and `largest` are of the one node that has most. */
export interface Sums {
  free: number;
  mostFree: number;
  allocatable: number;
  largest: number;
}

/** One requested resource over the nodes that may run a replica. */
export interface RoomOfResource {
  name: string;
  /** Of one replica. */
  wanted: number;
  /** Where its amounts begin in `Capacity.free`. */
  row: number;
  /** Over those nodes; shared with other requests that may use the same ones. */
  sums: Readonly<Sums>;
  /** Replicas that would fit if only this resource counted. */
  alone: number;
}

export interface PassedOver {
  unready: number;
  unselected: number;
  tainted: number;
  taint?: Taint;
}

/** The room of one cluster for this request. `room` is infinite when the nodes are unknown. */
export interface Capacity {
  known: boolean;
  /** Replicas it can hold, those already there included. */
  room: number;
  /** Nodes that may run a replica at all (ready, selected, tolerated). */
  eligible: number;
  nodes: number;
  /** By requested resource, over eligible nodes. */
  resources: RoomOfResource[];
  /** The eligible nodes, as positions in `NodeTable.open`. */
  at: readonly number[];
  /** Room for new replicas on each of them. */
  fits: readonly number[];
  /** What is free with the promises kept, in the rows of `NodeTable`: of a resource on a node at `resource.row + node`. */
  free: Float64Array;
  /** Why nodes are not eligible: counts, and one taint as an example. */
  passedOver: Readonly<PassedOver>;
}

/** What one filter or scorer may look at: ONE object, so that new facts need no new parameters. */
export interface Context {
  request: PlacementRequest;
  cluster: ClusterFacts;
  profile: Profile;
  now: number;
  /** Where this request's replicas stand on this cluster now. */
  placed?: Placed;
  capacity: Capacity;
}

/** A change that might admit a cluster: says itself and can be tried. */
export interface Change {
  because: Reason;
  apply(context: Context): { request?: PlacementRequest; cluster?: ClusterFacts };
}

/** One cause against a cluster, before the filter's name is put to it. */
export type Rejected = Omit<Rejection, 'by'>;

/** A hard rule. Every rejection is returned, not the first. */
export interface Filter {
  name: string;
  check(context: Context): readonly Rejected[];
  /** Changes worth trying when this filter rejects; the least harmful first. */
  changes?(context: Context): Change[];
}

/** One dimension's score, 0-100 (whole numbers), with the fact it rests on. */
export interface Score {
  score: number;
  because: Reason;
  factAt?: number;
  unsure?: boolean;
}

export interface DimensionScorer {
  name: Scorer;
  score(context: Context): Score;
}

export type { Decision, Scorer };
