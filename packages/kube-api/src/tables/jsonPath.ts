/** One step of a path: a key, an index, everything, or the items that pass a test. */
type Step =
  | { at: 'key'; key: string }
  | { at: 'index'; index: number }
  | { at: 'all' }
  | { at: 'filter'; path: Step[]; operator: string; value: string | number | boolean | undefined };

export type JsonPath = Step[];

const OPERATOR = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s;

/**
 * Parses the JSONPath of a printer column: `.spec.x`, `.metadata.labels['a.b/c']`, `.a\.b`, `[0]`, `[-1]`, `[*]`,
 * `.status.conditions[?(@.type=="Ready")].status`. Braces around it are allowed.
 *
 * @throws Error naming the place that cannot be read
 */
export function parseJsonPath(text: string): JsonPath {
  const source = text.trim().replace(/^\{(.*)\}$/s, '$1').replace(/^\$/, '');
  const steps: JsonPath = [];
  let at = 0;
  while (at < source.length) {
    if (source[at] === '[') {
      const end = closing(source, at);
      steps.push(bracket(source.slice(at + 1, end).trim()));
      at = end + 1;
      continue;
    }
    const match = /^\.?((?:\\.|[^.[\]\\])+)/s.exec(source.slice(at));
    if (!match) {
      if (source === '.') return steps;
      throw new Error(`cannot read JSONPath ${JSON.stringify(text.slice(0, 200))} at character ${at + 1}`);
    }
    const key = match[1].replace(/\\(.)/gs, '$1');
    steps.push(key === '*' ? { at: 'all' } : { at: 'key', key });
    at += match[0].length;
  }
  return steps;
}

/** Index of the bracket that closes the one at `start`, past quotes and brackets within. */
function closing(source: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (quote) {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return at;
  }
  throw new Error(`cannot read JSONPath ${JSON.stringify(source.slice(0, 200))}: a bracket is not closed`);
}

function bracket(inner: string): Step {
  if (inner === '*') return { at: 'all' };
  if (/^-?\d{1,9}$/.test(inner)) return { at: 'index', index: Number(inner) };
  const quoted = /^(['"])(.*)\1$/s.exec(inner);
  if (quoted) return { at: 'key', key: quoted[2].replace(/\\(.)/gs, '$1') };
  const filter = /^\?\s*\((.*)\)$/s.exec(inner);
  if (!filter) throw new Error(`cannot read JSONPath part [${inner.slice(0, 200)}]`);
  const test = filter[1].trim().replace(/^@/, '');
  const compared = OPERATOR.exec(test);
  if (!compared) return { at: 'filter', path: parseJsonPath(test), operator: 'exists', value: undefined };
  return { at: 'filter', path: parseJsonPath(compared[1]), operator: compared[2], value: literal(compared[3].trim()) };
}

function literal(text: string): string | number | boolean {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return quoted[2].replace(/\\(.)/gs, '$1');
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw new Error(`cannot read JSONPath value ${text.slice(0, 200)}`);
  return number;
}

function passes(value: unknown, { operator, value: wanted }: Extract<Step, { at: 'filter' }>): boolean {
  if (operator === 'exists') return value !== undefined;
  if (operator === '==') return value === wanted;
  if (operator === '!=') return value !== wanted;
  if (typeof value !== typeof wanted || (typeof value !== 'number' && typeof value !== 'string')) return false;
  const order = value < wanted! ? -1 : Number(value > wanted!);
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator] ?? false;
}

function next(value: unknown, step: Step): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  if (step.at === 'key') return Object.hasOwn(value, step.key) ? [(value as Record<string, unknown>)[step.key]] : [];
  if (step.at === 'all') return Object.values(value);
  if (!Array.isArray(value)) return [];
  if (step.at === 'index') {
    const index = step.index < 0 ? value.length + step.index : step.index;
    return index in value ? [value[index]] : [];
  }
  return value.filter(item => passes(evaluateJsonPath(item, step.path)[0], step));
}

/** Every value a path leads to, in order; empty when it leads nowhere. */
export function evaluateJsonPath(value: unknown, path: JsonPath): unknown[] {
  return path.reduce<unknown[]>((values, step) => values.flatMap(each => next(each, step)), [value]);
}
