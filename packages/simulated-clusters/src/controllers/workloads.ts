import { createHash } from 'node:crypto';
import type { KubeObject } from '@flotilla/kube-api';
import { isGoing, isOver, isReady, listAll, make, ownedBy, ownerReference, remove, rfc3339, withCondition, writeSpec, writeStatus, type Hands } from './hands';

const HASH = 'pod-template-hash';

const templateHash = (template: unknown) => createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 9);
const suffix = (hands: Hands) => Math.floor(hands.random() * 36 ** 5).toString(36).padStart(5, '0');

/** Deployments → ReplicaSets, as the deployment controller does it: surge a quarter, take old pods away as new ones are ready. */
export async function reconcileDeployments(hands: Hands, pods: readonly KubeObject[]): Promise<void> {
  const sets = await listAll(hands, 'apps', 'replicasets');
  for (const deployment of await listAll(hands, 'apps', 'deployments')) {
    if (isGoing(deployment)) continue;
    await reconcileDeployment(hands, deployment, ownedBy(deployment, sets), pods);
  }
}

async function reconcileDeployment(hands: Hands, deployment: KubeObject, sets: KubeObject[], pods: readonly KubeObject[]): Promise<void> {
  const { spec, metadata } = deployment;
  const wanted = spec.replicas ?? 1;
  const hash = templateHash(spec.template);
  const current = sets.find(set => set.metadata.labels?.[HASH] === hash);
  const old = sets.filter(set => set !== current && (set.spec.replicas ?? 0) > 0);
  if (!current) {
    const labels = { ...spec.template.metadata?.labels, [HASH]: hash };
    await make(hands, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: `${metadata.name}-${hash}`, namespace: metadata.namespace, labels, ownerReferences: [ownerReference(deployment)] },
      spec: {
        replicas: old.length === 0 ? wanted : Math.max(1, Math.ceil(wanted / 4)),
        selector: { matchLabels: { ...spec.selector.matchLabels, [HASH]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    });
    return;
  }
  const ready = ownedBy(current, pods).filter(isReady).length;
  const share = old.length === 0 ? wanted : Math.min(wanted, ready + Math.max(1, Math.ceil(wanted / 4)));
  if (current.spec.replicas !== share) await writeSpec(hands, current, { replicas: share });
  let keep = Math.max(0, wanted - ready);
  for (const set of old) {
    const replicas = Math.min(set.spec.replicas, keep);
    keep -= replicas;
    if (replicas !== set.spec.replicas) await writeSpec(hands, set, { replicas });
  }
  // Kept for a roll-back: the newest few, as revisionHistoryLimit says.
  const empty = sets.filter(set => set !== current && (set.spec.replicas ?? 0) === 0 && ownedBy(set, pods).length === 0);
  for (const set of empty.slice(0, Math.max(0, empty.length - (spec.revisionHistoryLimit ?? 10)))) await remove(hands, set);
  await deploymentStatus(hands, deployment, current, sets, pods);
}

async function deploymentStatus(hands: Hands, deployment: KubeObject, current: KubeObject, sets: KubeObject[], pods: readonly KubeObject[]): Promise<void> {
  const own = sets.flatMap(set => ownedBy(set, pods)).filter(pod => !isGoing(pod));
  const ready = own.filter(isReady).length;
  const wanted = deployment.spec.replicas ?? 1;
  const updated = ownedBy(current, pods).filter(pod => !isGoing(pod)).length;
  const available = ready >= wanted;
  const name = current.metadata.name;
  const conditions = withCondition(deployment.status?.conditions, 'Available', available ? 'True' : 'False', available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable', available ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.', hands.now());
  const done = available && updated >= wanted && own.length <= wanted;
  await writeStatus(hands, deployment, {
    observedGeneration: deployment.metadata.generation,
    replicas: own.length,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
    conditions: withCondition(conditions, 'Progressing', 'True', done ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated', done ? `ReplicaSet "${name}" has successfully progressed.` : `ReplicaSet "${name}" is progressing.`, hands.now()),
  });
}

/** ReplicaSets → pods. Pods that are not ready go first when there are too many. */
export async function reconcileReplicaSets(hands: Hands, pods: readonly KubeObject[]): Promise<void> {
  for (const set of await listAll(hands, 'apps', 'replicasets')) {
    if (isGoing(set)) continue;
    const own = ownedBy(set, pods).filter(pod => !isGoing(pod) && !isOver(pod));
    const wanted = set.spec.replicas ?? 1;
    for (let i = own.length; i < wanted; i += 1) await makePod(hands, set, set.spec.template);
    const spare = [...own].sort((a, b) => Number(isReady(a)) - Number(isReady(b))).slice(0, Math.max(0, own.length - wanted));
    for (const pod of spare) await remove(hands, pod);
    const ready = own.filter(isReady).length;
    await writeStatus(hands, set, { observedGeneration: set.metadata.generation, replicas: own.length, fullyLabeledReplicas: own.length, readyReplicas: ready, availableReplicas: ready });
  }
}

const makePod = (hands: Hands, owner: KubeObject, template: any, labels: Record<string, string> = {}) =>
  make(hands, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${owner.metadata.name}-${suffix(hands)}`,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...labels },
      annotations: template.metadata?.annotations,
      ownerReferences: [ownerReference(owner)],
    },
    spec: template.spec,
  });

/** Jobs: so many pods at once until so many succeeded; failed ones are made again up to backoffLimit. */
export async function reconcileJobs(hands: Hands, pods: readonly KubeObject[]): Promise<void> {
  for (const job of await listAll(hands, 'batch', 'jobs')) {
    if (!isGoing(job)) await reconcileJob(hands, job, ownedBy(job, pods));
  }
}

async function reconcileJob(hands: Hands, job: KubeObject, pods: KubeObject[]): Promise<void> {
  const { spec, status = {} } = job;
  const over = (status.conditions ?? []).some((each: any) => (each.type === 'Complete' || each.type === 'Failed') && each.status === 'True');
  const ttl = spec.ttlSecondsAfterFinished;
  if (over) {
    if (typeof ttl === 'number' && hands.now() >= Date.parse(status.completionTime ?? status.startTime) + ttl * 1000) await remove(hands, job);
    return;
  }
  const succeeded = pods.filter(pod => pod.status?.phase === 'Succeeded').length;
  const failed = pods.filter(pod => pod.status?.phase === 'Failed').length;
  const active = pods.filter(pod => !isOver(pod) && !isGoing(pod));
  const completions = spec.completions ?? spec.parallelism ?? 1;
  const wanted = spec.suspend ? 0 : Math.min(spec.parallelism ?? 1, completions - succeeded);
  const labels = { 'batch.kubernetes.io/job-name': job.metadata.name!, 'job-name': job.metadata.name!, 'batch.kubernetes.io/controller-uid': job.metadata.uid!, 'controller-uid': job.metadata.uid! };
  const complete = succeeded >= completions;
  const exhausted = failed > (spec.backoffLimit ?? 6);
  if (!complete && !exhausted) for (let i = active.length; i < wanted; i += 1) await makePod(hands, job, spec.template, labels);
  const now = rfc3339(hands.now());
  await writeStatus(hands, job, {
    startTime: status.startTime ?? now,
    active: active.length,
    ready: active.filter(isReady).length,
    succeeded,
    failed,
    ...(complete ? { completionTime: now, conditions: withCondition(status.conditions, 'Complete', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods', hands.now()) } : {}),
    ...(exhausted ? { conditions: withCondition(status.conditions, 'Failed', 'True', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', hands.now()) } : {}),
  });
}
