import type { ObjectKey, ResourceStorage, WriteRecord } from '@flotilla/kube-api';
import type { MemberKey, Work } from '../model/work';

export type { MemberKey, Work };

/**
 * The stores behind the engine. Each is an interface with a Knex implementation beside it (one SQL verb a file).
 * Every write that acts carries the fence of the lease it was decided under: a write with an old epoch throws `fenced`.
 */

/** Proof that this process holds the lease. Epochs only grow. */
export interface Fence {
  epoch: number;
}

/** One decision of one target (component or selected object), as numbers and codes; sentences are made on read. */
export interface StoredDecision {
  /** `<kind>/<namespace>/<name>/<component>`; see {@link targetKey}. */
  target: string;
  targetUid: string;
  /** Of the decision's content without its time; an equal hash is not written again. */
  hash: string;
  /** Content address of the inputs, for replay. */
  inputsHash: string;
  /** Milliseconds since the epoch. */
  decidedAt: number;
  /** The scheduler's `Decision` as JSON. */
  body: unknown;
}

/** What a decision promised on one cluster; room is taken from others until the pods are seen there. */
export interface Reservation {
  cluster: string;
  target: string;
  replicas: number;
  /** Requests of one replica: cpu in millicores, memory in bytes, the rest in units. */
  requests: Record<string, number>;
}

export interface DecisionStore {
  latest(target: string): Promise<StoredDecision | undefined>;
  /** Decision and reservations in one transaction. Keeps the newest ten of a target. `inputs` are stored once by their hash. */
  save(decision: StoredDecision, inputs: unknown, reservations: Reservation[], fence: Fence): Promise<'saved' | 'unchanged'>;
  history(target: string, limit?: number): Promise<StoredDecision[]>;
  inputs(hash: string): Promise<unknown | undefined>;
  /** All reservations now in force, of every target. */
  reservations(): Promise<Reservation[]>;
  /** Targets of an owner (by its UID) that have a decision. */
  targetsOf(ownerUid: string): Promise<string[]>;
  /** Forgets a target: decisions, reservations, and inputs nobody else uses. */
  remove(target: string, fence: Fence): Promise<void>;
}

export interface WorkStore {
  byTarget(target: string): Promise<Work[]>;
  byCluster(cluster: string): Promise<Work[]>;
  byOwner(ownerUid: string): Promise<Work[]>;
  /** Every record; for pages over the whole fleet. */
  all(): Promise<Work[]>;
  find(key: MemberKey): Promise<Work | undefined>;
  /** Inserts or replaces rows by key, all or none. */
  save(works: Work[], fence: Fence): Promise<void>;
  remove(keys: MemberKey[], fence: Fence): Promise<void>;
  /** Counts by cluster and state, for pages. */
  counts(): Promise<{ cluster: string; state: Work['state']; count: number }[]>;
}

/** What a target looked like at a revision, so that a cluster that still waits for the next one is held to its own. Ten are kept. */
export interface RevisionStore {
  /** Stores it once; an equal target and revision is not written again. `body` holds no Secret data. */
  save(target: string, revision: string, body: unknown, fence: Fence): Promise<void>;
  get(target: string, revision: string): Promise<unknown | undefined>;
  remove(target: string, fence: Fence): Promise<void>;
}

/** The last facts of a cluster, so that a restart knows what was seen and when. */
export interface FactStore {
  load(): Promise<{ cluster: string; facts: unknown; seenAt: number }[]>;
  save(cluster: string, facts: unknown, seenAt: number): Promise<void>;
  remove(cluster: string): Promise<void>;
}

/** A time through which a cluster answered, or was asked and silent. Milliseconds since the epoch. */
export interface SeenSpan {
  state: 'Answers' | 'Silent';
  from: number;
  to: number;
}

/** When clusters answered; a week of it, and of each at most so many spans that one which flaps does not fill the database. */
export interface ReachabilityStore {
  /** In order of time. */
  load(): Promise<Map<string, SeenSpan[]>>;
  /** Adds spans, or says to when those that are there go on. */
  save(cluster: string, spans: readonly SeenSpan[]): Promise<void>;
  remove(cluster: string): Promise<void>;
}

/** One line of the audit trail: who did what to which object, and how it ended. Never holds a body. */
export interface Activity {
  at: number;
  actor: string;
  verb: string;
  group: string;
  resource: string;
  namespace: string;
  name: string;
  outcome: 'done' | 'refused' | 'failed';
  why: string;
}

/** What a write puts on record in its own commit: with the first that is stored, if there are several. */
export interface ActivityRecord extends WriteRecord {
  entryOf(key: ObjectKey): Activity;
}

export interface ActivityLog {
  add(entries: Activity[]): Promise<void>;
  list(filter: { group?: string; resource?: string; namespace?: string; name?: string; before?: number; limit?: number }): Promise<Activity[]>;
}

/** One process acts at a time. */
export interface LeaseStore {
  /** Takes or renews the lease; undefined when another holder's is still running. */
  acquire(name: string, holder: string, seconds: number): Promise<Fence | undefined>;
  release(name: string, holder: string): Promise<void>;
  /** Throws `fenced` unless the lease of that epoch stands; for writes that no fenced store makes. */
  verify(fence: Fence): Promise<void>;
}

/** Everything of the store room, made by `openStores`. */
export interface Stores {
  resources: ResourceStorage;
  decisions: DecisionStore;
  works: WorkStore;
  revisions: RevisionStore;
  facts: FactStore;
  reachability: ReachabilityStore;
  activity: ActivityLog;
  leases: LeaseStore;
  /** Whether other processes may write to the same database (PostgreSQL). */
  shared: boolean;
  /** The hub's instance id, made once; labels our objects in members. */
  instanceId(): Promise<string>;
  close(): Promise<void>;
}
