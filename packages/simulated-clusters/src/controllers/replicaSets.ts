import type { KubeObject } from '@flotilla/kube-api';
import { isGoing, isOver, isReady, remove, some, writeStatus, type Hands } from './hands';
import { availableAt, makePod } from './pods';
import type { Snapshot } from './snapshot';

/** Who goes first when there are too many: without a node, then not ready, then the youngest. */
const worth = (pod: KubeObject) => (pod.spec.nodeName ? 2 : 0) + (isReady(pod) ? 1 : 0);
const leastFirst = (a: KubeObject, b: KubeObject) => worth(a) - worth(b) || b.metadata.creationTimestamp!.localeCompare(a.metadata.creationTimestamp!);

/**
 * A ReplicaSet's pods: as many as it wants.
 * @param wake - asks for another look at a time, in ms
 */
export async function reconcileReplicaSet(hands: Hands, world: Snapshot, set: KubeObject, wake: (at: number) => void): Promise<void> {
  const own = world.ownedBy(set).filter(pod => !isGoing(pod) && !isOver(pod));
  const wanted = set.spec.replicas ?? 1;
  for (let i = own.length; i < wanted; i += 1) await makePod(hands, set, set.spec.template);
  for (const pod of [...own].sort(leastFirst).slice(0, Math.max(0, own.length - wanted))) await remove(hands, pod);
  const times = own.map(pod => availableAt(pod, set.spec.minReadySeconds)).filter(at => at !== undefined);
  const later = times.filter(at => at > hands.now());
  if (later.length > 0) wake(Math.min(...later));
  await writeStatus(hands, set, {
    observedGeneration: set.metadata.generation,
    replicas: own.length,
    fullyLabeledReplicas: some(own.length),
    readyReplicas: some(times.length),
    availableReplicas: some(times.length - later.length),
  });
}
