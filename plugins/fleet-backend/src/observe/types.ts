import type { ReachabilityHistory } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { FailureReason, MemberResource } from '../clusters/types';
import type { NodeSeen } from '../model/node';
import type { Amounts } from '../model/quantities';
import type { MemberObjects } from './members/types';

export type { Amounts, NodeSeen };
export * from './members/types';

/** A pod that carries our labels, counted by target. */
export interface PodsOfTarget {
  /** Bound to a node: already taken off `free`. */
  bound: number;
  /** Not bound: their requests are taken off nowhere yet. */
  pending: number;
  ready: number;
  /** Reason of the first pod that is not well, in the member's words. */
  trouble?: string;
}

/**
 * What a cluster looked like, and when. Kept while the cluster does not answer: `reachable.since` and the ages say so.
 * Times are milliseconds since the epoch.
 */
export interface ClusterSeen {
  cluster: string;
  uid: string;
  version: string;
  /**
   * `ok: false` without a reason: not asked yet since this process began. `ok: true` with `NoPermission`: it answers, but
   * something may not be read. `Held`: another cluster answers at this address; nothing of it is taken over.
   */
  reachable: { ok: boolean; since: number; lastAnswerAt: number; reason?: FailureReason; because?: string; latencyMs?: number };
  nodes?: { value: NodeSeen[]; seenAt: number };
  /** `apiVersion/Kind`, sorted. */
  apis?: { value: string[]; seenAt: number };
  /** Sum over nodes. `asked` counts pods bound; `used` is absent without a metrics API. */
  room?: { allocatable: Amounts; asked: Amounts; nodes: number; readyNodes: number; pods: number; seenAt: number };
  /** By target key (annotation `fleet.kurator.dev/target`, else the labels). */
  pods: Record<string, PodsOfTarget>;
}

/**
 * Our objects in the member (label `app.kubernetes.io/managed-by=flotilla` and this hub's id), live, and every
 * HorizontalPodAutoscaler there, whoever made it; by `apiVersion/Kind/namespace/name`.
 */
export type LiveObjects = ReadonlyMap<string, KubeObject>;

/**
 * What is watched in the members for no other reason than to be shown at the portal. Each costs a connection to every cluster for each
 * kind: `events`; and `workloads`, which are StatefulSets and DaemonSets, and of Deployments and Jobs those that are not ours.
 */
export interface WatchedToBeShown {
  events: boolean;
  workloads: boolean;
}

/** What changed, so that the loop wakes the right keys. */
export type Observation =
  | { type: 'reachable' | 'unreachable' | 'facts'; cluster: string }
  | { type: 'object'; cluster: string; target: string; live: KubeObject; gone: boolean };

export interface ClusterObserver {
  /** What the members hold, cut down to what is shown of it. */
  readonly objects: MemberObjects;
  /** Starts watching; called again it only renews the probe interval (milliseconds, default 2,500). */
  watch(cluster: string, probeMs?: number): void;
  /** Watches our objects of these kinds there too. Deployments, Jobs and HorizontalPodAutoscalers always are; objects fit as kinds. */
  interest(cluster: string, kinds: { apiVersion: string; kind: string }[]): void;
  /** Stops and saves what was seen. */
  stop(cluster: string): void;
  /** Stops and drops all that was seen, the identity included: the next cluster of this name is taken as it comes. */
  forget(cluster: string): Promise<void>;
  /** How the member serves its kinds, from the last discovery; empty before the first. */
  served(cluster: string): readonly MemberResource[];
  /**
   * Whether our objects of this kind have been listed whole since this process began to watch: only then does absence say anything.
   */
  listed(cluster: string, kind: { apiVersion: string; kind: string }): boolean;
  seen(cluster: string): ClusterSeen | undefined;
  /** Of what {@link ClusterObserver.seen} gives, whether it answers. */
  reachable(cluster: string): ClusterSeen['reachable'] | undefined;
  /** How the cluster was reached in the last 24 hours, the time before this process included; undefined when it was never asked. */
  history(cluster: string): ReachabilityHistory | undefined;
  live(cluster: string): LiveObjects;
  on(listener: (observation: Observation) => void): () => void;
  close(): Promise<void>;
}
