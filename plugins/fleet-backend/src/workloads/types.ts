import type { KubeObject } from '@flotilla/kube-api';

/** The object of the hub that a target belongs to: an Application, or the selected object itself. */
export interface TargetOwner {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  generation: number;
}

/** A ConfigMap or Secret of the hub that a pod template names. `content` is the whole object; only its hash leaves this room. */
export interface Reference {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  content: KubeObject;
}

/**
 * What is placed as one: a component of an Application, or an object that a policy selected.
 * `main` is the object as the member gets it, less what differs from cluster to cluster (replicas).
 */
export interface Target {
  /** `targetKey()` of fleet-common. */
  key: string;
  owner: TargetOwner;
  /** Component name; for a selected object its own name. */
  component: string;
  main: KubeObject;
  /** Immutable copies that travel with this revision. */
  copies: KubeObject[];
  /** Pods wanted over all clusters; 1 for objects without pods. */
  replicas: number;
  /** Whether `spec.replicas` is divided over clusters. */
  divided: boolean;
  isJob: boolean;
  /** Applied as it is, apart from our marks on the object itself. */
  unchanged: boolean;
  revision: string;
  adoption: 'Never' | 'IfNoDiff' | 'Always';
  updatePolicy: 'Wait' | 'Replace';
  /** The pod template's spec, when there is one. */
  podSpec?: any;
}

/** How far one object is, read from its live status in a member. */
export interface Progress {
  /** Pods that are wanted of it there. */
  wanted: number;
  ready: number;
  /** All pods are of the object's newest template and ready. */
  settled: boolean;
  finished?: 'Complete' | 'Failed';
  /** The member's own words when it is stuck. */
  trouble?: string;
}
