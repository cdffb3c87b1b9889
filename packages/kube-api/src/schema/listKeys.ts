import { fits, isObject } from './decode';
import type { Shape } from './shape';

/**
 * The path element of one list item, as managedFields spells it: `k:{"name":"web"}` for a map list, `v:"a"` for a set;
 * keys in order of their names. Undefined where the item lacks its keys.
 */
export function listItemKey(shape: Shape, item: unknown): string | undefined {
  if (shape.listType === 'set') return item === null || item === undefined ? undefined : `v:${JSON.stringify(item)}`;
  if (!isObject(item)) return undefined;
  const [only, ...others] = sortedKeys(shape);
  if (others.length === 0) {
    const value = item[only] ?? shape.items.field(only)?.schema.default;
    return value === undefined ? undefined : `k:{${JSON.stringify(only)}:${JSON.stringify(value)}}`;
  }
  const values: Record<string, unknown> = {};
  let some = false;
  for (const key of sortedKeys(shape)) {
    const value = item[key] ?? shape.items.field(key)?.schema.default;
    if (value === undefined) continue;
    values[key] = value;
    some = true;
  }
  return some ? `k:${JSON.stringify(values)}` : undefined;
}

const sorted = new WeakMap<Shape, string[]>();

function sortedKeys(shape: Shape): string[] {
  let keys = sorted.get(shape);
  if (!keys) sorted.set(shape, (keys = [...shape.listKeys].sort()));
  return keys;
}

const EXPECTED: Record<string, string> = { object: 'map', list: 'list', integer: 'numeric (int or float)', number: 'numeric (int or float)' };

/**
 * Looks for what keeps an object from being merged by its schema: a value of the wrong type, and in a list that goes by
 * keys or values an item that occurs twice or lacks its keys.
 *
 * @returns what is wrong with the first one met, path first
 */
export function findUnmergeable(shape: Shape, value: unknown, path = ''): string | undefined {
  if (!fits(shape, value)) return `${path}: expected ${EXPECTED[shape.kind === 'scalar' ? shape.scalar : shape.kind] ?? shape.scalar}, got ${Array.isArray(value) ? 'list' : typeof value}`;
  if (Array.isArray(value)) return shape.kind === 'list' ? inList(shape, value, path) : undefined;
  if (!isObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    const child = shape.field(key);
    const found = child && findUnmergeable(child, value[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

const keysText = (key: string) =>
  `[${Object.entries(JSON.parse(key.slice(2)) as object).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;

function inList(shape: Shape, list: unknown[], path: string): string | undefined {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = shape.listType === 'atomic' ? undefined : listItemKey(shape, item);
    if (shape.listType === 'map' && key === undefined) {
      return `${path}: element ${index}: associative list with keys has an element that omits all key fields ${JSON.stringify(shape.listKeys)} (and doesn't have default values for any key fields)`;
    }
    if (key !== undefined && seen.has(key)) return `${path}: duplicate entries for key ${shape.listType === 'set' ? `[=${key.slice(2)}]` : keysText(key)}`;
    if (key !== undefined) seen.add(key);
    const below = findUnmergeable(shape.items, item, `${path}[${index}]`);
    if (below) return below;
  }
  return undefined;
}
