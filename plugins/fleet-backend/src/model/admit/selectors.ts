import type { LabelSelector, Taint, Toleration } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, forbidden, invalid, required } from '../causes';
import type { StatusCause } from '../kinds';

const NAME_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const PREFIX_PART = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Whether a text is a qualified name: `[prefix/]name`. */
export function isLabelKey(key: string): boolean {
  const [name, prefix, ...rest] = key.split('/').reverse();
  if (rest.length > 0 || (prefix !== undefined && (prefix.length > 253 || !PREFIX_PART.test(prefix)))) return false;
  return name.length <= 63 && NAME_PART.test(name);
}

/** Whether a text can be the value of a label. */
export const isLabelValue = (value: string) => value === '' || (value.length <= 63 && NAME_PART.test(value));

/** Labels and attributes: keys are qualified names, values label values. */
export function labelCauses(labels: Record<string, string> | undefined, path: string): StatusCause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...(isLabelKey(key) ? [] : [invalid(path, key, 'must be a label key: letters, digits, "-", "_" and ".", with an optional DNS prefix and "/"')]),
    ...(isLabelValue(value) ? [] : [invalid(`${path}.${key}`, value, 'must be a label value: at most 63 letters, digits, "-", "_" and "."')]),
  ]);
}

/** Kubernetes' rules for label selectors. */
export function selectorCauses(selector: LabelSelector | undefined, path: string): StatusCause[] {
  if (!selector) return [];
  const expressions = (selector.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    const causes = isLabelKey(key) ? [] : [invalid(`${at}.key`, key, 'must be a label key')];
    const wantsValues = operator === 'In' || operator === 'NotIn';
    if (wantsValues && values.length === 0) causes.push(required(`${at}.values`, `must be specified when \`operator\` is ${operator}`));
    if (!wantsValues && values.length > 0) causes.push(forbidden(`${at}.values`, `may not be specified when \`operator\` is ${operator}`));
    return causes;
  });
  return [...labelCauses(selector.matchLabels, `${path}.matchLabels`), ...expressions];
}

/** Kubernetes' rules for taints. */
export function taintCauses(taints: readonly Taint[] | undefined, path: string): StatusCause[] {
  const each = (taints ?? []).flatMap(({ key, value }, index) => [
    ...(isLabelKey(key) ? [] : [invalid(`${path}[${index}].key`, key, 'must be a label key')]),
    ...(value === undefined || isLabelValue(value) ? [] : [invalid(`${path}[${index}].value`, value, 'must be a label value')]),
  ]);
  return [...each, ...duplicates(taints, taint => `${taint.key}:${taint.effect}`, index => `${path}[${index}]`)];
}

/** Kubernetes' rules for tolerations. */
export function tolerationCauses(tolerations: readonly Toleration[] | undefined, path: string): StatusCause[] {
  return (tolerations ?? []).flatMap(({ key, operator = 'Equal', value, effect, tolerationSeconds }, index) => {
    const at = `${path}[${index}]`;
    const causes: StatusCause[] = [];
    if (key && !isLabelKey(key)) causes.push(invalid(`${at}.key`, key, 'must be a label key'));
    if (!key && operator !== 'Exists') causes.push(invalid(`${at}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
    if (operator === 'Exists' && value) causes.push(invalid(`${at}.value`, value, 'value must be empty when `operator` is Exists'));
    if (operator === 'Equal' && value && !isLabelValue(value)) causes.push(invalid(`${at}.value`, value, 'must be a label value'));
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') causes.push(invalid(`${at}.effect`, effect ?? '', 'effect must be NoExecute when `tolerationSeconds` is set'));
    return causes;
  });
}
