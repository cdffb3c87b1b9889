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
  because: Reason;
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
  /** Namespace that owns it: of the fleet that registered it, else of its kubeconfig Secret; '' when neither is there. */
  owner: string;
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
  title: Reason;
  /** What it touches. */
  detail: Reason;
  since: number;
  /** Where to go: a path below the plugin's root, e.g. `/clusters/data-cluster-onprem`. */
  href: string;
  /** Clusters or applications grouped under it. */
  count: number;
}

/** A value that rows can be filtered by, and how many have it. */
export interface FacetValue {
  value: string;
  count: number;
}

/** What rows can be filtered by: each at most 200 values, the most frequent first. A label is `key=value`. */
export type ClusterFacets = Record<'fleet' | 'provider' | 'region' | 'owner' | 'label', FacetValue[]>;

export interface FleetsView {
  /** Changes with every write that could change this view. */
  version: string;
  now: number;
  fleets: { namespace: string; name: string; clusters: number; ready: boolean; findings: FindingLine[] }[];
  /** `applications` is absent for readers who may not list them. */
  totals: { clusters: number; fleets: number; providers: number; applications?: number };
  facets: ClusterFacets;
  states: Record<ClusterState, number>;
  attention: AttentionItem[];
  attentionCheckedAt: number;
}

/** Head of a group of rows. Counts are of the whole group, whatever part of it is on this page. */
export interface ClusterGroup {
  /** What its rows share; '' where that is not known. */
  key: string;
  total: number;
  states: Partial<Record<ClusterState, number>>;
  /** Sums over those whose room is known. */
  cpu?: Meter;
  gpu?: Meter;
  /** A closed group is one line: its rows are neither listed nor paged. */
  open: boolean;
  /** How many of this page's items stand under it: items come in the order of the groups. */
  rows: number;
  /** It began on an earlier page. */
  continued: boolean;
}

/**
 * `?limit=50&cursor=&sort=name|-cpu…&search=&state=&fleet=&provider=&region=&owner=&label=key=value&group=region|provider|owner&closed=a,b&hold=x,y`.
 * `label` may name a key alone, or several with commas; in `closed`, `-` is the group of what is not known.
 * `hold` names rows, in order, that are to stay where they are: the answer has their newest facts in that order, and `moved` says how
 * many lines would show another row if nothing were held.
 */
export interface ClusterPage {
  version: string;
  now: number;
  items: ClusterRow[];
  /** Rows that fit the filters. */
  total: number;
  /** Lines before this page. */
  from: number;
  moved: number;
  /** Present when grouped. */
  groups?: ClusterGroup[];
  nextCursor?: string;
  prevCursor?: string;
}

/**
 * What was known of a cluster over a stretch of time. `Answers`: it answered. `Silent`: it was asked, and nothing came: it is down, or the way
 * there is. `Unseen`: nothing is known of it: it was not asked, as the portal did not run or had no way in, or it did not let us look (credentials
 * that ended, a certificate, another cluster in its place). Only the first two say anything of the cluster.
 */
export type ReachabilityState = 'Answers' | 'Silent' | 'Unseen';

/** One stretch of {@link ReachabilityHistory}. */
export interface ReachabilitySpan {
  state: ReachabilityState;
  from: number;
  /** Of the last one: now. */
  to: number;
}

/** How a cluster was reached in the last 24 hours. */
export interface ReachabilityHistory {
  /** What holds now, and since when; also from before these 24 hours. */
  state: ReachabilityState;
  since: number;
  /** `Answers` of `Answers` and `Silent` together, 0 to 1; absent while neither was seen. */
  uptime24h?: number;
  /** How often it fell silent. */
  flaps24h: number;
  /** How much of the 24 hours was seen at all, 0 to 1. */
  seen24h: number;
  /** Without gaps and in order, from 24 hours ago until now; at most 500, of more the newest. */
  spans: ReachabilitySpan[];
}

/** A finding as objects and kubectl have it. */
export interface Finding {
  code: string;
  severity: 'info' | 'warning' | 'danger';
  path: string;
  because: string;
  /** A line for a shell that mends it, where there is one. */
  remedy?: string;
  since: string;
}

/** A finding as pages show it. */
export type FindingLine = Omit<Finding, 'because'> & { because: Reason };

export interface EventLine {
  at: number;
  type: 'Normal' | 'Warning';
  reason: string;
  message: Reason;
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
  trouble?: Reason;
}

/** How the portal signs in to a cluster. Times are absent where nothing is known of them. */
export interface SignInView {
  kind: 'ServiceAccountToken' | 'Token' | 'ClientCertificate';
  standing: 'Good' | 'NotRenewed' | 'Ends' | 'Ended';
  expiresAt?: number;
  /** When the portal asks for the next one; absent where it does not. */
  renewsAt?: number;
}

export interface ClusterView {
  version: string;
  now: number;
  row: ClusterRow;
  sentence: Reason;
  detail: Reason;
  uid: string;
  /** Absent for a cluster that was never asked. */
  reachability?: ReachabilityHistory;
  /** The fleet that registered it, as namespace/name; '' for a Cluster object of its own. */
  registeredBy: string;
  /** Absent where no credentials could be read yet. */
  signIn?: SignInView;
  /** Labels within each fleet, protected ones marked. */
  labels: { key: string; value: string; protected: boolean; from: string }[];
  taints: { key: string; value?: string; effect: string }[];
  running: RunningHere[];
  nodes: { name: string; ready: boolean; zone: string; cpu: Meter; memory: Meter; gpu?: Meter; taints: string[] }[];
  nodeGroups: { shape: string; min: number; max: number; price?: string }[];
  debts: { object: string; what: Reason; since: number }[];
  findings: FindingLine[];
  events: EventLine[];
  /** Ages of facts: what, when, where from. */
  facts: { what: Reason; seenAt?: number; source: Reason; value?: Reason }[];
  actions: Action[];
}

export interface ApplicationRow {
  namespace: string;
  name: string;
  /** Application, or kind of a selected object. */
  kind: string;
  fleet: string;
  state: 'Ready' | 'Working' | 'NotScheduled' | 'NotReady' | 'Terminating';
  sentence: Reason;
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
  /** Rows that fit the filters. */
  total: number;
  /** Rows there are without filters, and how many of them are in each state. */
  all: number;
  states: Record<ApplicationRow['state'], number>;
  /** Rows before this page. */
  from: number;
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
  runs: { cluster: string; replicas: number; ready: number; state: string; because?: Reason; revision: string }[];
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
  conditions: { type: string; status: string; reason: string; message: Reason; since: number }[];
  findings: FindingLine[];
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
  /** With the fact that each looked at; `because` has every reason of a failed one. */
  filters: { filter: string; passed: boolean; because: Reason[]; factAt?: number }[];
  /** The best chosen cluster's parts, to compare with. */
  best?: { cluster: string; total: number; parts: ScorePart[] };
}
