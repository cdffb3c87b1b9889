import { causes } from '../schema/causes';
import type { StatusCause } from '../types';
import { labelValueProblems, qualifiedNameProblems } from './names';

/** A label selector as objects hold it. */
export interface ObjectSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Causes in a label selector. */
export function validateLabelSelector(selector: ObjectSelector | undefined, path: string): StatusCause[] {
  const found: StatusCause[] = [];
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    found.push(...qualifiedNameProblems(key).map(why => causes.invalid(`${path}.matchLabels`, key, why)));
    found.push(...labelValueProblems(value).map(why => causes.invalid(`${path}.matchLabels`, value, why)));
  }
  (selector?.matchExpressions ?? []).forEach(({ key, operator, values = [] }, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    if (!OPERATORS.includes(operator)) found.push(causes.invalid(`${at}.operator`, operator ?? '', 'not a valid selector operator'));
    else if (operator.endsWith('In') && values.length === 0) found.push(causes.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    else if (!operator.endsWith('In') && values.length > 0) found.push(causes.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    found.push(...qualifiedNameProblems(key ?? '').map(why => causes.invalid(`${at}.key`, key ?? '', why)));
    for (const value of values) found.push(...labelValueProblems(value).map(why => causes.invalid(`${at}.values`, value, why)));
  });
  return found;
}

export const isEmptySelector = (selector: ObjectSelector) =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;

/** Whether labels meet a selector. An empty selector meets all. */
export function selects(selector: ObjectSelector, labels: Record<string, string> = {}): boolean {
  const has = (key: string) => Object.hasOwn(labels, key);
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => has(key) && labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return has(key);
      if (operator === 'DoesNotExist') return !has(key);
      return operator === 'In' ? has(key) && values.includes(labels[key]) : !has(key) || !values.includes(labels[key]);
    })
  );
}
