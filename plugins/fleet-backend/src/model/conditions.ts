import type { Condition, ConditionReason, ConditionType } from '@flotilla/backstage-plugin-fleet-common';

/** A statement to be recorded. */
export interface Statement {
  type: ConditionType;
  status: Condition['status'];
  reason: ConditionReason;
  /** A sentence. */
  message: string;
}

/**
 * The conditions with one statement set. The time of the last change moves only when `status` does.
 * Returns the very same list when nothing changed, so that a writer can tell.
 * @param now - RFC 3339 in whole seconds
 */
export function setCondition(conditions: readonly Condition[] | undefined, statement: Statement, generation: number, now: string): readonly Condition[] {
  const before = (conditions ?? []).find(each => each.type === statement.type);
  const next: Condition = {
    ...statement,
    observedGeneration: generation,
    lastTransitionTime: before && before.status === statement.status ? before.lastTransitionTime : now,
  };
  if (before && same(before, next)) return conditions!;
  return before ? conditions!.map(each => (each === before ? next : each)) : [...(conditions ?? []), next];
}

const same = (a: Condition, b: Condition) =>
  a.status === b.status && a.reason === b.reason && a.message === b.message && a.observedGeneration === b.observedGeneration;

/**
 * Reasons of a Ready that is not True which waiting will not mend: someone must change something. Not among them: what is named and
 * not there, for manifests are applied in any order, and to kstatus Stalled is the end of waiting.
 */
const STUCK: ReadonlySet<ConditionReason> = new Set<ConditionReason>(['FleetAmbiguous', 'PolicyTie', 'NotScheduled', 'NotOurs', 'Immutable', 'RevisionRejected', 'NeedsChange', 'SignInNeeded', 'NoPermission', 'Held']);

/**
 * Adds what kstatus (Flux, Argo CD, `kubectl wait`) reads beside Ready: Stalled where someone must change something,
 * Reconciling where it is being worked on, and neither once Ready is True. What is said already stays.
 */
export function withStanding(statements: readonly Statement[]): Statement[] {
  const ready = statements.find(each => each.type === 'Ready');
  const said = statements.some(each => each.type === 'Stalled' || each.type === 'Reconciling');
  if (!ready || ready.status === 'True' || said) return [...statements];
  const { reason, message } = ready;
  return [...statements, { type: STUCK.has(reason) ? 'Stalled' : 'Reconciling', status: 'True', reason, message }];
}
