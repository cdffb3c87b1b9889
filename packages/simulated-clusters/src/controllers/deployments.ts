import type { KubeObject } from '@flotilla/kube-api';
import { writeDeploymentStatus } from './deploymentStatus';
import { generationOf, leeway, type Generation } from './generation';
import { make, note, ownerReference, remove, write, type Hands } from './hands';
import type { Snapshot } from './snapshot';
import { templateHash } from './templateHash';

const HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Deployment's ReplicaSets, as the deployment controller has them: the new one grows as far as old ones may still be there, and they shrink as far as enough stay available. */
export async function reconcileDeployment(hands: Hands, world: Snapshot, deployment: KubeObject, wake: (at: number) => void): Promise<void> {
  const sets = world.ownedBy(deployment).map(set => generationOf(hands, world, set)).sort((a, b) => revisionOf(a.set) - revisionOf(b.set));
  const current = sets.find(({ set }) => set.metadata.labels?.[HASH] === templateHash(deployment.spec.template));
  const old = sets.filter(each => each !== current);
  let noted: KubeObject | undefined = deployment;
  if (deployment.spec.paused) await resize(hands, sets.at(-1), deployment.spec.replicas ?? 1);
  else if (!current) await makeReplicaSet(hands, deployment, old);
  else {
    await takeTurns(hands, deployment, current, old);
    noted = await note(hands, deployment, REVISION, await keepRevision(hands, current, old));
    await forget(hands, deployment, old);
  }
  if (noted) await writeDeploymentStatus(hands, noted, sets, current, wake);
}

const revisionOf = (object: KubeObject) => Number(object.metadata.annotations?.[REVISION] ?? 0);
const total = (sets: readonly Generation[], of: (each: Generation) => number) => sets.reduce((sum, each) => sum + of(each), 0);

async function resize(hands: Hands, generation: Generation | undefined, replicas: number) {
  if (generation && generation.replicas !== replicas) await write(hands, generation.set, { spec: { replicas } });
}

/** How many the new ReplicaSet may want now. */
function shareOfNew({ spec }: KubeObject, now: number, old: readonly Generation[]): number {
  const wanted = spec.replicas ?? 1;
  if (spec.strategy?.type === 'Recreate') return total(old, each => each.pods + each.going) > 0 ? now : wanted;
  const room = wanted + leeway(spec).surge - now - total(old, each => each.replicas);
  return now > wanted ? wanted : Math.min(wanted, now + Math.max(0, room));
}

async function makeReplicaSet(hands: Hands, deployment: KubeObject, old: readonly Generation[]) {
  const { spec, metadata } = deployment;
  if (spec.strategy?.type === 'Recreate') for (const each of old) await resize(hands, each, 0);
  const hash = templateHash(spec.template);
  const labels = { ...spec.template.metadata?.labels, [HASH]: hash };
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  await make(hands, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels,
      annotations: { ...annotations, [REVISION]: String(1 + Math.max(0, ...old.map(each => revisionOf(each.set)))) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: shareOfNew(deployment, 0, old),
      minReadySeconds: spec.minReadySeconds,
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  });
}

async function takeTurns(hands: Hands, { spec, ...rest }: KubeObject, current: Generation, old: readonly Generation[]) {
  const share = shareOfNew({ spec, ...rest }, current.replicas, old);
  await resize(hands, current, share);
  if (spec.strategy?.type === 'Recreate') for (const each of old) await resize(hands, each, 0);
  if (share !== current.replicas || spec.strategy?.type === 'Recreate') return;
  const all = [...old, current];
  const least = (spec.replicas ?? 1) - leeway(spec).unavailable;
  // What the new one has still to bring counts as missing already.
  let spare = total(all, each => each.replicas) - least - (current.replicas - current.available);
  for (const each of old) {
    const sick = Math.max(0, Math.min(each.replicas - each.available, spare));
    const healthy = Math.max(0, Math.min(each.available, spare - sick, total(all, one => one.available) - least));
    const drop = Math.min(each.replicas, sick + healthy);
    spare -= drop;
    each.available -= healthy;
    await resize(hands, each, each.replicas - drop);
  }
}

/** The current ReplicaSet has the highest revision, also when an old template came back. */
async function keepRevision(hands: Hands, { set }: Generation, old: readonly Generation[]): Promise<string> {
  const highest = Math.max(0, ...old.map(each => revisionOf(each.set)));
  const revision = String(revisionOf(set) > highest ? revisionOf(set) : highest + 1);
  if (set.metadata.annotations?.[REVISION] !== revision) await write(hands, set, { annotations: { [REVISION]: revision } });
  return revision;
}

/** Old ReplicaSets are kept for a roll-back: as many as revisionHistoryLimit says. */
async function forget(hands: Hands, { spec }: KubeObject, old: readonly Generation[]) {
  const empty = old.filter(each => each.replicas === 0 && each.pods === 0);
  for (const { set } of empty.slice(0, Math.max(0, empty.length - (spec.revisionHistoryLimit ?? 10)))) await remove(hands, set);
}
