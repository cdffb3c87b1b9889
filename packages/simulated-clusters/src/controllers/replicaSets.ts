import type { KubeObject } from '@flotilla/kube-api';
import { warn } from './events';
import { conditionOf, isGoing, isOver, isReady, remove, rfc3339, some, writeStatus, type Hands } from './hands';
import { isAvailable, makePod } from './pods';
import type { Snapshot } from './snapshot';

/** What was refused is tried again after this. */
export const REFUSED_MS = 10_000;
const REFUSED_MOST_MS = 300_000;

/** Who goes first when there are too many: without a node, then not ready, then the youngest. */
const worth = (pod: KubeObject) => (pod.spec.nodeName ? 2 : 0) + (isReady(pod) ? 1 : 0);
const leastFirst = (a: KubeObject, b: KubeObject) => worth(a) - worth(b) || b.metadata.creationTimestamp!.localeCompare(a.metadata.creationTimestamp!);

/** A ReplicaSet's pods: as many as it wants. */
export async function reconcileReplicaSet(hands: Hands, world: Snapshot, set: KubeObject, wake: (at: number) => void): Promise<void> {
  const there = world.podsOf(set).filter(pod => !isOver(pod));
  const own = there.filter(pod => !isGoing(pod));
  const wanted = set.spec.replicas ?? 1;
  let refusal: string | undefined;
  for (let i = own.length; i < wanted && !refusal; i += 1) refusal = await makePod(hands, set, set.spec.template);
  // As long again as it has been refused by now: twice as late each time.
  const refusedFor = hands.now() - (Date.parse(conditionOf(set, 'ReplicaFailure')?.lastTransitionTime) || hands.now());
  if (refusal) wake(hands.now() + Math.min(REFUSED_MOST_MS, Math.max(REFUSED_MS, refusedFor)));
  for (const pod of [...own].sort(leastFirst).slice(0, Math.max(0, own.length - wanted))) await remove(hands, pod);
  await writeStatus(hands, set, {
    observedGeneration: set.metadata.generation,
    replicas: own.length,
    fullyLabeledReplicas: some(own.length),
    readyReplicas: some(own.filter(isReady).length),
    availableReplicas: some(own.filter(pod => isAvailable(hands, pod, set.spec.minReadySeconds, wake)).length),
    terminatingReplicas: there.length - own.length,
    conditions: await failing(hands, set, refusal),
  });
}

/** Each try has another name in it: only what is said of it counts, or each refusal would be news that makes the next. */
const withoutName = (message?: string) => message?.replace(/^pods "[^"]*"/, '');

/** Says that pods are refused, for as long as they are. */
async function failing(hands: Hands, set: KubeObject, message: string | undefined): Promise<object[] | undefined> {
  if (!message) return undefined;
  const before = set.status?.conditions?.[0];
  if (withoutName(before?.message) === withoutName(message)) return set.status.conditions;
  await warn(hands, set, 'FailedCreate', `Error creating: ${message}`, 'replicaset-controller');
  return [{ type: 'ReplicaFailure', status: 'True', lastTransitionTime: before?.lastTransitionTime ?? rfc3339(hands.now()), reason: 'FailedCreate', message }];
}
