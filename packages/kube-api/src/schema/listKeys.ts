import { isObject } from './decode';
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

/**
 * Looks for an item that occurs twice, or lacks its keys, in a list that goes by keys or values.
 *
 * @returns what is wrong with the first one met, path first
 */
export function findDuplicate(shape: Shape, value: unknown, path = ''): string | undefined {
  if (Array.isArray(value)) return shape.kind === 'list' ? inList(shape, value, path) : undefined;
  if (!isObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    const child = shape.field(key);
    const found = child && findDuplicate(child, value[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function inList(shape: Shape, list: unknown[], path: string): string | undefined {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = shape.listType === 'atomic' ? undefined : listItemKey(shape, item);
    if (shape.listType === 'map' && key === undefined) {
      return `${path}: element ${index}: associative list with keys has an element that omits key field ${JSON.stringify(shape.listKeys[0])} (and doesn't have default value)`;
    }
    if (key !== undefined && seen.has(key)) return `${path}: duplicate entries for key [${key.slice(2)}]`;
    if (key !== undefined) seen.add(key);
    const below = findDuplicate(shape.items, item, `${path}[${index}]`);
    if (below) return below;
  }
  return undefined;
}
