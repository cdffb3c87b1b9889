import { ANNOTATION_FLEET, ANNOTATION_RELEASE, FINALIZER_MEMBERS, annotatedTrue } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { deletionPolicy } from '../model/defaults';
import type { Work } from '../model/work';
import { KINDS, type Engine } from './engine';
import { takeAway } from './carryOut';
import { removeOwn, setFinalizer, tell } from './records';
import { writeConditions } from './writeConditions';
import type { Result } from './ReconcileLoop';

/** How long until debt on a cluster that does not answer is looked at again without being woken, ms. */
export const DEBT_AGAIN_MS = 30_000;

/** Whether an object is going, and takes with it from the clusters what it placed there. */
export const takesAlong = (object: KubeObject | undefined): boolean => Boolean(object?.metadata.deletionTimestamp) && deletionPolicy(object?.spec ?? {}) === 'Delete';

/**
 * Removes everything of an owner from the clusters, and what was decided for it once nothing is owed.
 * @returns the clusters that are still waited for, in words and in order
 */
export async function emptyMembers(engine: Engine, owner: KubeObject): Promise<string[]> {
  const standing = await engine.stores.works.byOwner(owner.metadata.uid!);
  // What its owner releases is given up with it.
  const works = annotatedTrue(owner, ANNOTATION_RELEASE) ? standing.filter(work => work.state !== 'orphaned') : standing;
  if (works.length < standing.length) await engine.stores.works.remove(standing.filter(work => !works.includes(work)), engine.fence());
  const left = await takeAway(engine, works);
  if (left.length > 0) return waitedFor(left);
  await dropDecisions(engine, owner);
  return [];
}

/** Clusters, each with what it says against a removal. */
function waitedFor(left: readonly Work[]): string[] {
  const clusters = [...new Set(left.map(work => work.cluster))].sort();
  return clusters.map(cluster => {
    const because = left.find(work => work.cluster === cluster && work.error !== '')?.error;
    return because ? `${cluster} (${because})` : cluster;
  });
}

async function dropDecisions(engine: Engine, owner: KubeObject): Promise<void> {
  for (const target of await engine.stores.decisions.targetsOf(owner.metadata.uid!)) {
    await engine.decisions.remove(target, engine.fence());
    await engine.stores.revisions.remove(target, engine.fence());
  }
}

/** An owner of whom nothing stands anywhere: what was decided for it counts no longer, so that fleet and policy are chosen anew. */
export async function forgetPlacement(engine: Engine, owner: KubeObject): Promise<void> {
  await dropDecisions(engine, owner);
  const decisions = engine.cache.all(KINDS.decision.group, KINDS.decision.resource).filter(decision => decision.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid));
  for (const decision of decisions) await removeOwn(engine, decision);
  await setFinalizer(engine, owner, FINALIZER_MEMBERS, false);
}

/**
 * An owner that is being deleted: its objects are removed from the clusters, and its finalizer stays until nothing is owed.
 * A cluster that is away keeps it waiting and nobody else's objects.
 */
export async function removeOwner(engine: Engine, owner: KubeObject): Promise<Result | void> {
  const clusters = await emptyMembers(engine, owner);
  if (clusters.length > 0) {
    const message = `waits until its objects are gone from ${clusters.join(', ')}`;
    await writeConditions(engine, owner, [{ type: 'Ready', status: 'False', reason: 'Deleting', message }], {});
    return { again: DEBT_AGAIN_MS };
  }
  await tell(engine, owner, 'Normal', 'Removed', 'nothing of it is left to be removed in the clusters');
  await setFinalizer(engine, owner, FINALIZER_MEMBERS, false);
}

/**
 * What a fleet or policy takes along when it goes: everything of one owner, who stays and may be placed anew once nothing is left.
 * @param whose - the fleet or policy, as sentences name it
 * @returns a sentence for the owner's status
 */
export async function takenAlong(engine: Engine, owner: KubeObject, whose: string): Promise<string> {
  const clusters = await emptyMembers(engine, owner);
  const going = `${whose} is being deleted and takes what it placed along (deletionPolicy: Delete)`;
  if (clusters.length > 0) return `${going}; it waits until it is gone from ${clusters.join(', ')}`;
  await forgetPlacement(engine, owner);
  return going;
}

/** Whether anything placed on a fleet is still looked after; what was orphaned before is left running. What was decided carries the fleet's name. */
export async function standsOn(engine: Engine, fleetName: string): Promise<boolean> {
  const placed = engine.cache.all(KINDS.decision.group, KINDS.decision.resource).filter(decision => decision.metadata.annotations?.[ANNOTATION_FLEET] === fleetName);
  const owners = new Set(placed.flatMap(decision => (decision.metadata.ownerReferences ?? []).map(owner => owner.uid)));
  for (const uid of owners) if ((await engine.stores.works.byOwner(uid)).some(work => work.state !== 'orphaned')) return true;
  return false;
}
