import type { Condition } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { setCondition, withStanding, type Statement } from '../model/conditions';
import type { Engine } from './engine';
import { rfc3339, tell, writeStatus } from './records';

/** Conditions whose turning is news. Scheduled is told by the decision itself, in its own words. */
const TOLD = new Set<string>(['Applied', 'Ready', 'Orphaned', 'PlacementViolated']);
const GOOD = new Set<string>(['Applied', 'Ready']);

/** The conditions that hold now and no others; times move only where a status turned. */
export function conditionsNow(before: readonly Condition[], statements: readonly Statement[], generation: number, now: string): readonly Condition[] {
  const kept = before.filter(each => statements.some(statement => statement.type === each.type));
  return statements.reduce<readonly Condition[]>((conditions, statement) => setCondition(conditions, statement, generation, now), kept);
}

/** Writes conditions and the rest of the status if they differ, and tells, as events, which conditions turned. */
export async function writeConditions(engine: Engine, object: KubeObject, statements: readonly Statement[], rest: Record<string, unknown>): Promise<void> {
  const generation = object.metadata.generation ?? 1;
  const now = rfc3339(engine.clock.now());
  await writeStatus(engine, object, status => ({
    ...status,
    ...rest,
    observedGeneration: generation,
    conditions: conditionsNow(status.conditions ?? [], withStanding(statements), generation, now),
  }));
  const before = new Map<string, Condition>((object.status?.conditions ?? []).map((each: Condition) => [each.type, each]));
  for (const { type, status, reason, message } of statements) {
    if (!TOLD.has(type) || before.get(type)?.status === status) continue;
    const good = GOOD.has(type) === (status === 'True');
    // That something new is not there yet is no news.
    if (!good && before.size === 0) continue;
    await tell(engine, object, good ? 'Normal' : 'Warning', good ? type : reason, message);
  }
}
