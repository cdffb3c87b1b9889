import { ANNOTATION_RELEASE, annotatedTrue } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import type { Work } from '../model/work';
import type { Engine } from './engine';

/**
 * Makes orphans of what stands where its owner may not place any more (an entry gone from the fleet, the fleet itself, a policy):
 * it is left running and counts as placed until it is gone, is taken up again, or the owner releases it.
 * @param members - clusters that the owner may still place on
 * @returns the records as they are now
 */
export async function settleOrphans(engine: Engine, owner: KubeObject, works: readonly Work[], members: ReadonlySet<string>): Promise<Work[]> {
  const strays = works.filter(work => work.state === 'wanted' && !members.has(work.cluster));
  const orphaned = strays.map(work => ({ ...work, state: 'orphaned' as const, since: engine.clock.now() }));
  if (orphaned.length > 0) await engine.stores.works.save(orphaned, engine.fence());
  const now = [...works.filter(work => !strays.includes(work)), ...orphaned];
  if (!annotatedTrue(owner, ANNOTATION_RELEASE)) return now;
  const released = now.filter(work => work.state === 'orphaned');
  if (released.length > 0) await engine.stores.works.remove(released, engine.fence());
  return now.filter(work => work.state !== 'orphaned');
}

/** Says where something was left running, if it was. */
export function orphanedStatement(works: readonly Work[]): Statement[] {
  const clusters = [...new Set(works.filter(work => work.state === 'orphaned').map(work => work.cluster))].sort();
  if (clusters.length === 0) return [];
  return [{ type: 'Orphaned', status: 'True', reason: 'NoEffectYet', message: `left running on ${clusters.join(', ')} and not looked after; it counts as placed until it is gone or released` }];
}
