import type { FieldRequirement, LabelRequirement, ListOptions, ObjectRange } from '@flotilla/kube-api';

/** A condition in SQL, with what it binds. */
export interface Condition {
  text: string;
  bindings: unknown[];
}

/** The objects (or changes) of a range after a path, by index. */
export function inRange(range: ObjectRange, after: string): Condition {
  const { namespace } = range;
  const parts = ['api_group = ? AND resource = ?'];
  const bindings: unknown[] = [range.group, range.resource];
  if (namespace) {
    // "0" follows "/": all paths of the namespace lie between. '' stands for cluster-scoped objects, whose path has no namespace.
    parts.push('path > ? AND path < ?');
    bindings.push(after > `${namespace}/` ? after : `${namespace}/`, `${namespace}0`);
  } else {
    parts.push('path > ?');
    bindings.push(after);
    if (namespace === '') parts.push(`namespace = ''`);
  }
  return { text: parts.join(' AND '), bindings };
}

/** What SQL can decide of the selectors over `objects o`: all labels, the name and the namespace. */
export function selectInSql({ labels = [], fields = [] }: ListOptions): Condition {
  const conditions = [...labels.map(labelCondition), ...fields.filter(isColumn).map(fieldCondition)];
  return { text: conditions.map(({ text }) => ` AND ${text}`).join(''), bindings: conditions.flatMap(({ bindings }) => bindings) };
}

const isColumn = ({ path }: FieldRequirement) => path === 'metadata.name' || path === 'metadata.namespace';

function fieldCondition({ path, operator, value }: FieldRequirement): Condition {
  const column = path === 'metadata.name' ? 'o.name' : 'o.namespace';
  return { text: `${column} ${operator === '=' ? '=' : '<>'} ?`, bindings: [value] };
}

function labelCondition({ key, operator, values }: LabelRequirement): Condition {
  const valued = operator === 'In' || operator === 'NotIn';
  const negated = operator === 'NotIn' || operator === 'DoesNotExist';
  // An empty list of values is met by nothing.
  const value = !valued ? '' : values.length ? ` AND l.value IN (${values.map(() => '?').join(', ')})` : ' AND 1 = 0';
  const text = `${negated ? 'NOT ' : ''}EXISTS (SELECT 1 FROM object_labels l WHERE l.object_id = o.id AND l.label = ?${value})`;
  return { text, bindings: valued ? [key, ...values] : [key] };
}
