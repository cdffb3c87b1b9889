import type { KubeObject } from '@flotilla/kube-api';
import { isGoing, isOver, isReady, type Hands } from './hands';
import { availableAt } from './pods';
import type { Snapshot } from './snapshot';

/** One ReplicaSet and how its pods are. */
export interface Generation {
  set: KubeObject;
  replicas: number;
  pods: number;
  /** Those that are going, and have not gone yet. */
  going: number;
  ready: number;
  available: number;
}

/** How a ReplicaSet's pods are now. */
export function generationOf(hands: Hands, world: Snapshot, set: KubeObject): Generation {
  const running = world.podsOf(set).filter(pod => !isOver(pod));
  const pods = running.filter(pod => !isGoing(pod));
  const available = pods.filter(pod => (availableAt(pod, set.spec.minReadySeconds) ?? Infinity) <= hands.now()).length;
  return { set, replicas: set.spec.replicas ?? 1, pods: pods.length, going: running.length - pods.length, ready: pods.filter(isReady).length, available };
}

/** What may be too much and too little while it rolls, in pods; a quarter unless said. */
export function leeway({ replicas = 1, strategy }: any): { surge: number; unavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  const part = (value: string | number, round: (n: number) => number) => (typeof value === 'number' ? value : round((replicas * Number.parseInt(value, 10)) / 100));
  const surge = part(maxSurge, Math.ceil);
  const unavailable = part(maxUnavailable, Math.floor);
  // Both 0 would never move; Kubernetes then lets one go.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
