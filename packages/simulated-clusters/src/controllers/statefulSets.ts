import type { KubeObject } from '@flotilla/kube-api';
import { warn } from './events';
import { isGoing, isOver, isReady, make, remove, some, writeStatus, type Hands } from './hands';
import { isAvailable, makePod } from './pods';
import { REFUSED_MS } from './replicaSets';
import { forgetRevisions, keepRevision, REVISION_HASH, templateIn, type Revisions } from './revisions';
import type { Snapshot } from './snapshot';

interface Sets {
  /** The pods it wants, by ordinal; undefined where one is missing. */
  wanted: (KubeObject | undefined)[];
  /** Those too many, the last first. */
  condemned: KubeObject[];
  /** Ordinal of the first it wants. */
  start: number;
  isHealthy(pod: KubeObject | undefined): boolean;
}

const ordinalOf = (set: KubeObject, pod: KubeObject) => Number(pod.metadata.name!.slice(set.metadata.name!.length + 1));
const revisionOf = (pod: KubeObject): string | undefined => pod.metadata.labels?.[REVISION_HASH];

/** A StatefulSet: pods with names that stay, made from the first, ended and renewed from the last, one after the other unless it says Parallel. */
export async function reconcileStatefulSet(hands: Hands, world: Snapshot, set: KubeObject, wake: (at: number) => void): Promise<void> {
  const { spec } = set;
  const revisions = await keepRevision(hands, world, set);
  const pods = world.podsOf(set).filter(pod => Number.isInteger(ordinalOf(set, pod)));
  const start = spec.ordinals?.start ?? 0;
  const byOrdinal = new Map(pods.map(pod => [ordinalOf(set, pod), pod]));
  const wanted = Array.from({ length: spec.replicas ?? 1 }, (_, i) => byOrdinal.get(start + i));
  const condemned = pods.filter(pod => !wanted.includes(pod)).sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  const isHealthy = (pod: KubeObject | undefined) => pod !== undefined && !isGoing(pod) && isAvailable(hands, pod, spec.minReadySeconds, wake);
  const sets: Sets = { wanted, condemned, start, isHealthy };
  if ((await fill(hands, set, sets, revisions, wake)) && (await shrink(hands, set, sets)) && spec.updateStrategy?.type !== 'OnDelete') await renew(hands, set, sets, revisions);
  const current = await writeSetStatus(hands, set, pods, revisions, isHealthy);
  await forgetRevisions(hands, set, revisions, new Set([revisions.update, current, ...pods.map(pod => revisionOf(pod)!)]));
}

const isParallel = ({ spec }: KubeObject) => spec.podManagementPolicy === 'Parallel';

/** Makes what is missing. @returns whether all are there, and, in order, healthy */
async function fill(hands: Hands, set: KubeObject, { wanted, start, isHealthy }: Sets, revisions: Revisions, wake: (at: number) => void): Promise<boolean> {
  for (const [i, pod] of wanted.entries()) {
    if (pod && isOver(pod) && !isGoing(pod)) await remove(hands, pod);
    if (pod && !isOver(pod) && (isParallel(set) || isHealthy(pod))) continue;
    if (!pod) {
      const refusal = await makeMember(hands, set, start + i, revisions);
      if (refusal) {
        wake(hands.now() + REFUSED_MS);
        await warn(hands, set, 'FailedCreate', `create Pod ${set.metadata.name}-${start + i} in StatefulSet ${set.metadata.name} failed error: ${refusal}`, 'statefulset-controller');
        return false;
      }
    }
    if (!isParallel(set)) return false;
  }
  return true;
}

/** Ends what is too many, the last first. @returns whether none is left, or they go at once */
async function shrink(hands: Hands, set: KubeObject, { condemned }: Sets): Promise<boolean> {
  for (const pod of condemned) {
    if (!isGoing(pod)) await remove(hands, pod);
    if (!isParallel(set)) return false;
  }
  return true;
}

/** Ends what is of an old revision, from the last down to the partition; the next only once this one is healthy again. */
async function renew(hands: Hands, { spec }: KubeObject, { wanted, isHealthy }: Sets, { update }: Revisions) {
  const { partition = 0, maxUnavailable = 1 } = spec.updateStrategy?.rollingUpdate ?? {};
  const part = typeof maxUnavailable === 'number' ? maxUnavailable : Math.ceil(((spec.replicas ?? 1) * Number.parseInt(maxUnavailable, 10)) / 100);
  const last = wanted.slice(partition).reverse();
  let spare = Math.max(1, part) - last.filter(pod => !isHealthy(pod)).length;
  for (const pod of last) {
    if (!pod || isGoing(pod) || revisionOf(pod) === update) continue;
    // One that is not healthy anyway costs nothing.
    if (isHealthy(pod) && spare <= 0) return;
    if (isHealthy(pod)) spare -= 1;
    await remove(hands, pod);
  }
}

/** Makes the pod of an ordinal: below the partition of the revision that was before. */
async function makeMember(hands: Hands, set: KubeObject, ordinal: number, { all, update }: Revisions): Promise<string | undefined> {
  const { spec, status = {}, metadata } = set;
  const name = `${metadata.name}-${ordinal}`;
  const { partition = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  const isOld = spec.updateStrategy?.type !== 'OnDelete' && ordinal < (spec.ordinals?.start ?? 0) + partition;
  const old = isOld ? all.find(each => each.metadata.name === status.currentRevision) : undefined;
  const template = old ? templateIn(old) : spec.template;
  const claims: any[] = spec.volumeClaimTemplates ?? [];
  for (const claim of claims) await makeClaim(hands, set, claim, `${claim.metadata.name}-${name}`);
  const volumes = claims.map(claim => ({ name: claim.metadata.name, persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` } }));
  const others = (template.spec.volumes ?? []).filter((each: any) => !volumes.some(volume => volume.name === each.name));
  return makePod(hands, set, template, {
    name,
    labels: { [REVISION_HASH]: old?.metadata.name ?? update, 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal) },
    spec: { hostname: name, subdomain: spec.serviceName || undefined, ...(volumes.length > 0 && { volumes: [...others, ...volumes] }) },
  });
}

/** A volume outlives its pod; it is made once. */
async function makeClaim(hands: Hands, { metadata, spec }: KubeObject, claim: any, name: string) {
  const labels = { ...claim.metadata.labels, ...spec.selector.matchLabels };
  const key = { group: '', resource: 'persistentvolumeclaims', namespace: metadata.namespace!, name };
  if (await hands.storage.get(key)) return;
  await make(hands, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: metadata.namespace, labels, annotations: claim.metadata.annotations }, spec: claim.spec });
}

/** @returns the name of the current revision */
async function writeSetStatus(hands: Hands, set: KubeObject, pods: readonly KubeObject[], { update }: Revisions, isHealthy: Sets['isHealthy']): Promise<string> {
  const there = pods.filter(pod => !isOver(pod));
  const living = there.filter(pod => !isGoing(pod));
  const of = (revision: string) => living.filter(pod => revisionOf(pod) === revision).length;
  const ready = there.filter(isReady).length;
  const before: string = set.status?.currentRevision ?? update;
  const arrived = set.spec.updateStrategy?.type !== 'OnDelete' && of(update) === there.length && ready === there.length;
  const current = arrived ? update : before;
  await writeStatus(hands, set, {
    observedGeneration: set.metadata.generation,
    replicas: there.length,
    readyReplicas: some(ready),
    availableReplicas: there.filter(isHealthy).length,
    currentReplicas: some(of(current)),
    updatedReplicas: some(of(update)),
    currentRevision: current,
    updateRevision: update,
    collisionCount: 0,
  });
  return current;
}
