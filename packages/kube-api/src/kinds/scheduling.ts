import { causes } from '../schema/causes';
import type { StatusCause } from '../types';
import { labelValueProblems, qualifiedNameProblems, validateLabels } from './names';
import { validateLabelSelector } from './selectors';

type Tree = Record<string, any>;

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const NODE_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];
const UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];

/** Causes in a list of tolerations. */
export function validateTolerations(tolerations: unknown, path: string): StatusCause[] {
  return ((tolerations as Tree[]) ?? []).flatMap((toleration, index) => validateToleration(toleration ?? {}, `${path}[${index}]`));
}

function validateToleration({ key, operator, value, effect, tolerationSeconds }: Tree, path: string): StatusCause[] {
  const found: StatusCause[] = [];
  if (key) found.push(...qualifiedNameProblems(key).map(why => causes.invalid(`${path}.key`, key, why)));
  if (!key && operator !== 'Exists') {
    found.push(causes.invalid(`${path}.operator`, operator ?? '', 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    found.push(causes.invalid(`${path}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === 'Exists') {
    if (value) found.push(causes.invalid(`${path}.operator`, toValue(value), "value must be empty when `operator` is 'Exists'"));
  } else if (operator === undefined || operator === '' || operator === 'Equal') {
    found.push(...labelValueProblems(value ?? '').map(why => causes.invalid(`${path}.operator`, value, why)));
  } else found.push(causes.unsupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  if (effect && !EFFECTS.includes(effect)) found.push(causes.unsupported(`${path}.effect`, effect, EFFECTS));
  return found;
}

const toValue = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Causes in what says where a pod may run: node selector, affinity, tolerations, spread. */
export function validatePlacement(spec: Tree, path: string): StatusCause[] {
  return [
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateNodeAffinity(spec.affinity?.nodeAffinity, `${path}.affinity.nodeAffinity`),
    ...validatePodAffinity(spec.affinity?.podAffinity, `${path}.affinity.podAffinity`),
    ...validatePodAffinity(spec.affinity?.podAntiAffinity, `${path}.affinity.podAntiAffinity`),
    ...validateSpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
  ];
}

function validateNodeAffinity(affinity: Tree | undefined, path: string): StatusCause[] {
  if (!affinity) return [];
  const found: StatusCause[] = [];
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (required) {
    const at = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    const terms: Tree[] = required.nodeSelectorTerms ?? [];
    if (terms.length === 0) found.push(causes.required(at, 'must have at least one node selector term'));
    terms.forEach((term, index) => found.push(...validateNodeTerm(term, `${at}[${index}]`)));
  }
  ((affinity.preferredDuringSchedulingIgnoredDuringExecution as Tree[]) ?? []).forEach(({ weight, preference }, index) => {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    found.push(...validateWeight(weight, at), ...validateNodeTerm(preference ?? {}, `${at}.preference`));
  });
  return found;
}

/** Causes in a node selector term. */
function validateNodeTerm(term: Tree, path: string): StatusCause[] {
  return ((term.matchExpressions as Tree[]) ?? []).flatMap(({ key, operator, values = [] }, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    const found = qualifiedNameProblems(key ?? '').map(why => causes.invalid(`${at}.key`, key ?? '', why));
    if (!NODE_OPERATORS.includes(operator)) found.push(causes.invalid(`${at}.operator`, operator ?? '', 'not a valid selector operator'));
    else if (operator.endsWith('In') && values.length === 0) found.push(causes.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    else if (operator.endsWith('t') && operator.length === 2 && values.length !== 1) {
      found.push(causes.required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else if (operator.includes('Exist') && values.length > 0) {
      found.push(causes.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
    return found;
  });
}

const validateWeight = (weight: unknown, path: string) =>
  typeof weight === 'number' && weight >= 1 && weight <= 100 ? [] : [causes.invalid(`${path}.weight`, weight ?? 0, 'must be in the range 1-100')];

function validatePodAffinity(affinity: Tree | undefined, path: string): StatusCause[] {
  if (!affinity) return [];
  const required = ((affinity.requiredDuringSchedulingIgnoredDuringExecution as Tree[]) ?? []).flatMap((term, index) =>
    validatePodTerm(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`),
  );
  const preferred = ((affinity.preferredDuringSchedulingIgnoredDuringExecution as Tree[]) ?? []).flatMap(({ weight, podAffinityTerm }, index) => {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    return [...validateWeight(weight, at), ...validatePodTerm(podAffinityTerm ?? {}, `${at}.podAffinityTerm`)];
  });
  return [...required, ...preferred];
}

function validatePodTerm(term: Tree, path: string): StatusCause[] {
  const found = validateLabelSelector(term.labelSelector, `${path}.labelSelector`);
  const key = term.topologyKey ?? '';
  if (!key) found.push(causes.required(`${path}.topologyKey`, 'can not be empty'));
  return [...found, ...qualifiedNameProblems(key).map(why => causes.invalid(`${path}.topologyKey`, key, why))];
}

function validateSpread(constraints: Tree[] | undefined, path: string): StatusCause[] {
  return (constraints ?? []).flatMap((constraint, index) => {
    const at = `${path}[${index}]`;
    const found = validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`);
    if (!(constraint.maxSkew > 0)) found.push(causes.invalid(`${at}.maxSkew`, constraint.maxSkew ?? 0, 'must be greater than zero'));
    if (!constraint.topologyKey) found.push(causes.required(`${at}.topologyKey`, 'can not be empty'));
    if (!UNSATISFIABLE.includes(constraint.whenUnsatisfiable)) found.push(causes.unsupported(`${at}.whenUnsatisfiable`, constraint.whenUnsatisfiable ?? '', UNSATISFIABLE));
    return found;
  });
}
