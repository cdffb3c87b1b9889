/**
 * What the pages read: `GET /api/fleet/views/...`. Built in the backend from stored facts, never by calling a cluster.
 * Times are milliseconds since the epoch; amounts are cpu in millicores, memory in bytes, others in units.
 * Absent means "not known"; zero means zero.
 */
import type { Reason, Rejection, ScorePart, Verdict } from './decision';

/** Mark and word of a cluster's state, in this order of urgency. */
export type ClusterState = 'Unreachable' | 'SignInNeeded' | 'NoPermission' | 'Degraded' | 'Held' | 'Joining' | 'NotSeen' | 'Healthy';

/** `used` is absent where the member serves no metrics. */
export interface Meter {
  used?: number;
  asked: number;
  total: number;
}

export interface ClusterRow {
  name: string;
  state: ClusterState;
  /** The sentence beside the word: "no answer since 11:48: connection refused". */
  because: string;
  stateSince: number;
  provider: string;
  region: string;
  zone: string;
  mode: 'Observe' | 'Manage';
  version: string;
  nodes?: number;
  readyNodes?: number;
  cpu?: Meter;
  memory?: Meter;
  gpu?: Meter;
  pods?: Meter;
  fleets: string[];
  applications: number;
  /** Writes that wait for the cluster. */
  debt: number;
  /** Last answer. */
  seenAt?: number;
}

export interface AttentionItem {
  id: string;
  severity: 'danger' | 'warning' | 'info';
  /** Short sentence, e.g. "data-cluster-onprem does not answer". */
  title: string;
  /** What it touches. */
  detail: string;
  since: number;
  /** Where to go: a path below the plugin's root, e.g. `/clusters/data-cluster-onprem`. */
  href: string;
  /** Clusters or applications grouped under it. */
  count: number;
}

export interface FleetsView {
  /** Changes with every write that could change this view. */
  version: string;
  now: number;
  fleets: { namespace: string; name: string; clusters: number; ready: boolean; because: string; findings: Finding[] }[];
  totals: { clusters: number; fleets: number; providers: number; applications: number };
  /** Every provider there is, to filter by. */
  providers: string[];
  states: Record<ClusterState, number>;
  attention: AttentionItem[];
  attentionCheckedAt: number;
}

/** `?limit=50&cursor=&sort=name|-cpu…&search=&state=&fleet=&provider=&region=` */
export interface ClusterPage {
  version: string;
  now: number;
  items: ClusterRow[];
  total: number;
  nextCursor?: string;
  prevCursor?: string;
}

export interface Finding {
  code: string;
  severity: 'info' | 'warning' | 'danger';
  path: string;
  because: string;
  since: string;
}

export interface EventLine {
  at: number;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  about: string;
  count: number;
}

export interface Action {
  name: string;
  allowed: boolean;
  why: string;
}

export interface RunningHere {
  application?: { namespace: string; name: string };
  /** Component, or kind/name of a selected object. */
  component: string;
  kind: string;
  replicas: number;
  ready: number;
  /** "1st of 2 that fit", "stays, was here". */
  standing: Reason;
  because: Reason;
  revision: string;
  trouble?: string;
}

export interface ClusterView {
  version: string;
  now: number;
  row: ClusterRow;
  sentence: string;
  detail: string;
  uid: string;
  server: string;
  registeredBy: string;
  /** Labels within each fleet, protected ones marked. */
  labels: { key: string; value: string; protected: boolean; from: string }[];
  taints: { key: string; value?: string; effect: string }[];
  running: RunningHere[];
  nodes: { name: string; ready: boolean; zone: string; cpu: Meter; memory: Meter; gpu?: Meter; taints: string[] }[];
  nodeGroups: { shape: string; min: number; max: number; price?: string }[];
  debts: { object: string; what: string; since: number }[];
  findings: Finding[];
  events: EventLine[];
  /** Ages of facts: what, when, where from. */
  facts: { what: string; seenAt?: number; source: string; value: string }[];
  actions: Action[];
}

export interface ApplicationRow {
  namespace: string;
  name: string;
  /** Application, or kind of a selected object. */
  kind: string;
  fleet: string;
  state: 'Ready' | 'Working' | 'NotScheduled' | 'NotReady' | 'Terminating';
  sentence: string;
  since: number;
  components: number;
  clusters: string[];
  wanted: number;
  ready: number;
  unplaced: number;
  findings: number;
}

export interface ApplicationPage {
  version: string;
  now: number;
  items: ApplicationRow[];
  total: number;
  nextCursor?: string;
  prevCursor?: string;
}

/** One stage of the funnel: how many clusters are left after this filter. */
export interface FunnelStep {
  filter: string;
  left: number;
  because: Reason;
}

/** Rejections with the same cause and remedy. */
export interface RejectionGroup {
  rejection: Rejection;
  clusters: string[];
  fix: Reason[];
}

export interface PlacementComponent {
  name: string;
  kind: string;
  target: string;
  wanted: number;
  ready: number;
  unplaced: number;
  /** "4 pods, all or none", "2 GPU each, on one node", … */
  needs: Reason[];
  sentence: Reason;
  detail: Reason;
  decidedAt?: number;
  hash: string;
  inputsHash: string;
  profile: string;
  weights: Record<ScorePart['scorer'], number>;
  notes: Reason[];
  funnel: FunnelStep[];
  /** Chosen and fitting first, by score; at most 200, `total` says how many there are. */
  verdicts: (Verdict & { provider: string; region: string })[];
  total: number;
  groups: RejectionGroup[];
  /** Per cluster: what runs, and what is wrong. */
  runs: { cluster: string; replicas: number; ready: number; state: string; because: string; revision: string }[];
  history: { at: number; sentence: Reason; clusters: string[]; hash: string }[];
}

export interface PlacementView {
  version: string;
  now: number;
  namespace: string;
  name: string;
  kind: string;
  fleet: string;
  policy?: string;
  conditions: { type: string; status: string; reason: string; message: string; since: number }[];
  findings: Finding[];
  components: PlacementComponent[];
  events: EventLine[];
  factsFrom?: number;
  factsTo?: number;
  actions: Action[];
}

/** Every filter and score of one cluster for one component: the drawer. `GET …/verdicts/:cluster` */
export interface VerdictView {
  now: number;
  cluster: string;
  verdict: Verdict;
  rank?: number;
  fits: number;
  filters: { filter: string; passed: boolean; because: Reason; factAt?: number }[];
  /** The best chosen cluster's parts, to compare with. */
  best?: { cluster: string; total: number; parts: ScorePart[] };
}
