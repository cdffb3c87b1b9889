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

/** The conditions without one type; the same list when it was not there. */
export const dropCondition = (conditions: readonly Condition[] | undefined, type: ConditionType): readonly Condition[] =>
  conditions?.some(each => each.type === type) ? conditions.filter(each => each.type !== type) : (conditions ?? []);

export const findCondition = (conditions: readonly Condition[] | undefined, type: ConditionType): Condition | undefined =>
  conditions?.find(each => each.type === type);

/** Where an object stands for tools that follow kstatus (Flux, Argo CD, kubectl wait). */
export type Standing =
  | { is: 'ready'; reason: ConditionReason; message: string }
  | { is: 'working'; reason: ConditionReason; message: string }
  /** It will not get better by itself: someone must change something. */
  | { is: 'stalled'; reason: ConditionReason; message: string };

/**
 * Ready, Reconciling and Stalled in kstatus' sense: the last two are there only while True, so that
 * "Reconciling absent, Ready True" is the rest state.
 */
export function setStanding(conditions: readonly Condition[] | undefined, standing: Standing, generation: number, now: string): readonly Condition[] {
  const { is, reason, message } = standing;
  const set = (list: readonly Condition[], type: ConditionType, on: boolean) =>
    on ? setCondition(list, { type, status: 'True', reason, message }, generation, now) : dropCondition(list, type);
  const ready = setCondition(conditions, { type: 'Ready', status: is === 'ready' ? 'True' : 'False', reason, message }, generation, now);
  return set(set(ready, 'Reconciling', is === 'working'), 'Stalled', is === 'stalled');
}
