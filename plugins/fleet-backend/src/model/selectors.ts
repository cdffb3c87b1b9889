/** One requirement on a label. `Gt` and `Lt` exist in node affinity only and compare whole numbers. */
export interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

/** A Kubernetes label selector: everything named must hold. An empty selector matches everything. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Requirement[];
}

/** A node selector term; `matchFields` knows `metadata.name` only, as in Kubernetes. */
export interface NodeSelectorTerm {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}

/** `requiredDuringSchedulingIgnoredDuringExecution` of node affinity: one of the terms must hold. */
export interface RequiredNodeAffinity {
  nodeSelectorTerms: NodeSelectorTerm[];
}

/** Whether one requirement holds for a label's value (undefined = the label is absent). An unknown operator never holds. */
export function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number.isInteger(Number(value)) && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number.isInteger(Number(value)) && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

const REQUIREMENTS = new WeakMap<LabelSelector, readonly Requirement[]>();

/** Everything a selector asks for, `matchLabels` written as `In`. Remembered: one selector is asked of every cluster, and none is changed in place. */
function requirementsOf(selector: LabelSelector): readonly Requirement[] {
  let all = REQUIREMENTS.get(selector);
  if (!all) {
    const { matchLabels = {}, matchExpressions = [] } = selector;
    const equal = Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] }));
    REQUIREMENTS.set(selector, (all = [...equal, ...matchExpressions]));
  }
  return all;
}

const ALL_MET: readonly never[] = [];

/** The requirements of a selector that these labels do not meet, `matchLabels` written as `In`. Empty = it matches. */
export function unmet(selector: LabelSelector, labels: Readonly<Record<string, string>>): readonly Requirement[] {
  const all = requirementsOf(selector);
  let missed: Requirement[] | undefined;
  for (let i = 0; i < all.length; i += 1) {
    if (!holds(all[i], labels[all[i].key])) (missed ??= []).push(all[i]);
  }
  return missed ?? ALL_MET;
}

/** Whether the labels meet the selector. */
export function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return unmet(selector, labels).length === 0;
}

/** Whether a node meets required node affinity. A term without any requirement matches nothing, as in Kubernetes. */
export function meetsNodeAffinity(affinity: RequiredNodeAffinity, node: { name: string; labels: Readonly<Record<string, string>> }): boolean {
  return affinity.nodeSelectorTerms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    return (
      matchExpressions.every(requirement => holds(requirement, node.labels[requirement.key])) &&
      matchFields.every(requirement => requirement.key === 'metadata.name' && holds(requirement, node.name))
    );
  });
}

/** A requirement as kubectl writes it: `zone in (a,b)`, `has-gpu=true`, `!edge`. */
export function formatRequirement({ key, operator, values = [] }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
    default:
      return `${key} ${operator}`;
  }
}
