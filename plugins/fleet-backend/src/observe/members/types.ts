/** What the portal shows of the members' own objects, and the order in which it changed. */

/** Kinds of members that are shown. */
export const MEMBER_KINDS = ['Pod', 'Node', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** A pod in what `kubectl get pods` says of it. Kept flat and short: of pods there are many. Times are seconds since the epoch. */
export interface PodShown {
  node?: string;
  phase: string;
  /** What stands under STATUS: `CrashLoopBackOff`. */
  state: string;
  ready: number;
  containers: number;
  restarts: number;
  /** When one was last restarted; 0: never. */
  restartedAt: number;
  ip?: string;
  /** `ReplicaSet/web-5d4f8`. */
  owner?: string;
  /** Why it is not well, in the member's words. */
  message?: string;
}

/** Fields of any other kind as they are shown: `spec`, `status`, and an event's own. */
export type FieldsShown = Readonly<Record<string, unknown>>;

/**
 * One object of a member, cut down to what is shown of it: no environment, no annotation, no volume. Never changed in place.
 */
export interface MemberObject {
  readonly uid: string;
  /** '' for what lies in none. */
  readonly namespace: string;
  readonly name: string;
  /** Seconds since the epoch; 0 when it does not say. */
  readonly createdAt: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly shown: PodShown | FieldsShown;
  /** The change that made it so. */
  readonly version: number;
}

/** One change, in the order in which this process saw it. `before` is absent for what is new, `after` for what is gone. */
export interface MemberChange {
  readonly version: number;
  readonly cluster: string;
  readonly before?: MemberObject;
  readonly after?: MemberObject;
}

/** All objects of a kind as they were at one version. Lists are sorted; nothing in it is to be changed. */
export interface MemberSnapshot {
  namespaces(): readonly string[];
  clusters(namespace: string): readonly string[];
  names(namespace: string, cluster: string): readonly string[];
  get(namespace: string, cluster: string, name: string): MemberObject | undefined;
}

/** Read by the API; written by the watches. */
export interface MemberObjects {
  /** The newest change. Versions of an earlier process are all smaller. */
  version(): number;
  get(kind: MemberKind, cluster: string, namespace: string, name: string): MemberObject | undefined;
  /** As it was at a version; undefined when it is not remembered that far back, or not reached. */
  at(kind: MemberKind, version: number): MemberSnapshot | undefined;
  /** Changes after a version, oldest first, at most so many; undefined when it is not remembered that far back, or not reached. */
  after(kind: MemberKind, version: number, limit: number): readonly MemberChange[] | undefined;
  /** Resolves at the next change of the kind, after `ms`, or when nobody listens any more. */
  next(kind: MemberKind, ms: number, signal: AbortSignal): Promise<void>;
  /** When this is known to have been true, milliseconds since the epoch; undefined while the kind was not listed whole there. */
  seenAt(kind: MemberKind, cluster: string): number | undefined;
}
