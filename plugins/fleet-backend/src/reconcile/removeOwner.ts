import { ANNOTATION_RELEASE, FINALIZER_MEMBERS, annotatedTrue } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Engine } from './engine';
import { takeAway } from './carryOut';
import { setFinalizer, tell } from './records';
import { writeConditions } from './writeConditions';
import type { Result } from './ReconcileLoop';

/** How long until debt on a cluster that does not answer is looked at again without being woken, ms. */
const DEBT_AGAIN_MS = 30_000;

/**
 * An owner that is being deleted: its objects are removed from the clusters, and its finalizer stays until nothing is owed.
 * A cluster that is away keeps it waiting and nobody else's objects.
 */
export async function removeOwner(engine: Engine, owner: KubeObject): Promise<Result | void> {
  const standing = await engine.stores.works.byOwner(owner.metadata.uid!);
  // What its owner releases is given up with it.
  const works = annotatedTrue(owner, ANNOTATION_RELEASE) ? standing.filter(work => work.state !== 'orphaned') : standing;
  if (works.length < standing.length) await engine.stores.works.remove(standing.filter(work => !works.includes(work)), engine.fence());
  const left = await takeAway(engine, works);
  if (left.length > 0) {
    const clusters = [...new Set(left.map(work => work.cluster))].sort();
    const message = `waits until its objects are gone from ${clusters.join(', ')}`;
    await writeConditions(engine, owner, [{ type: 'Ready', status: 'False', reason: 'Deleting', message }], {});
    return { again: DEBT_AGAIN_MS };
  }
  for (const target of await engine.stores.decisions.targetsOf(owner.metadata.uid!)) {
    await engine.decisions.remove(target, engine.fence());
    await engine.stores.revisions.remove(target, engine.fence());
  }
  await tell(engine, owner, 'Normal', 'Removed', 'all its objects are gone from the clusters');
  await setFinalizer(engine, owner, FINALIZER_MEMBERS, false);
}
