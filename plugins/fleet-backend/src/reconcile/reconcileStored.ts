import { findingsOn } from './findingsOn';
import { KINDS, type Engine } from './engine';
import type { Result } from './ReconcileLoop';
import { writeConditions } from './writeConditions';

const NET_MS = 60_000;

/** Kinds that are kept and looked up by others: nothing is carried out for them, but their contradictions stand on them. */
export const STORED_KINDS = [KINDS.schedulingProfile, KINDS.performanceProfile, KINDS.partitionPolicy, KINDS.networkPolicy, KINDS.endpoint, KINDS.edgeSite];

/** Says of a profile or policy what contradicts what, who uses it, and what of it has no effect yet. */
export async function reconcileStored(engine: Engine, kind: (typeof STORED_KINDS)[number], name: string): Promise<Result | void> {
  const object = engine.cache.get(kind.group, kind.resource, '', name);
  if (!object || object.metadata.deletionTimestamp) return undefined;
  const findings = findingsOn(engine, object);
  await writeConditions(engine, object, [{ type: 'Ready', status: 'True', reason: 'Accepted', message: 'it is kept' }, ...findings.conditions], { findings: findings.list });
  return { again: NET_MS };
}
