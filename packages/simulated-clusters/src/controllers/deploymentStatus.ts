import type { KubeObject } from '@flotilla/kube-api';
import { leeway, type Generation } from './generation';
import { conditionOf, rfc3339, some, withCondition, writeStatus, type Hands } from './hands';

interface Counts {
  wanted: number;
  pods: number;
  updated: number;
  ready: number;
  available: number;
}

/** Says how far a Deployment has come, as the deployment controller says it. */
export async function writeDeploymentStatus(hands: Hands, deployment: KubeObject, sets: readonly Generation[], current: Generation | undefined, wake: (at: number) => void): Promise<void> {
  const sum = (of: (each: Generation) => number) => sets.reduce((total, each) => total + of(each), 0);
  const counts: Counts = {
    wanted: deployment.spec.replicas ?? 1,
    pods: sum(each => each.pods),
    updated: current?.pods ?? 0,
    ready: sum(each => each.ready),
    available: sum(each => each.available),
  };
  const enough = counts.available >= counts.wanted - leeway(deployment.spec).unavailable;
  const [state, reason, words] = enough ? (['True', 'MinimumReplicasAvailable', 'has'] as const) : (['False', 'MinimumReplicasUnavailable', 'does not have'] as const);
  const before = withCondition(deployment.status?.conditions, 'Available', state, reason, `Deployment ${words} minimum availability.`, hands.now());
  await writeStatus(hands, deployment, {
    observedGeneration: deployment.metadata.generation,
    replicas: some(counts.pods),
    updatedReplicas: some(counts.updated),
    readyReplicas: some(counts.ready),
    availableReplicas: some(counts.available),
    terminatingReplicas: sum(each => each.going),
    unavailableReplicas: some(Math.max(0, counts.wanted - counts.available)),
    conditions: withFailure(hands, progressing(hands, deployment, before, counts, current?.set.metadata.name, wake), current?.set),
  });
}

/** What its ReplicaSet says of pods that are refused. */
function withFailure(hands: Hands, conditions: any[], set: KubeObject | undefined): any[] {
  const failure = set && conditionOf(set, 'ReplicaFailure');
  if (failure) return withCondition(conditions, failure.type, failure.status, failure.reason, failure.message, hands.now());
  return conditions.filter(each => each.type !== 'ReplicaFailure');
}

/** Whether it moves, has arrived, or has stood still for longer than its deadline. */
function progressing(hands: Hands, deployment: KubeObject, conditions: any[], counts: Counts, name: string | undefined, wake: (at: number) => void): any[] {
  const { spec, status = {} } = deployment;
  const say = (state: 'True' | 'False', reason: string, words: string) => withCondition(conditions, 'Progressing', state, reason, words, hands.now());
  const said = conditionOf(deployment, 'Progressing');
  if (spec.paused) return say('True', 'DeploymentPaused', 'Deployment is paused');
  if (!name) return conditions;
  const arrived = counts.updated === counts.wanted && counts.pods === counts.wanted && counts.available === counts.wanted;
  if (arrived) return say('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const moved =
    counts.updated > updatedReplicas || counts.ready > readyReplicas || counts.available > availableReplicas || counts.pods - counts.updated < replicas - updatedReplicas;
  const arrivedBefore = said?.reason === 'NewReplicaSetAvailable' && said.message.includes(`"${name}"`);
  if (arrivedBefore && !moved) return conditions;
  if (moved || !said || said.reason === 'DeploymentPaused' || said.reason === 'NewReplicaSetAvailable') {
    const next = say('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
    wake(hands.now() + deadlineMs(spec));
    return next.map(each => (each.type === 'Progressing' ? { ...each, lastUpdateTime: rfc3339(hands.now()) } : each));
  }
  const due = Date.parse(said.lastUpdateTime) + deadlineMs(spec);
  if (hands.now() >= due) return say('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
  wake(due);
  return conditions;
}

const deadlineMs = ({ progressDeadlineSeconds = 600 }: any) => progressDeadlineSeconds * 1000;
