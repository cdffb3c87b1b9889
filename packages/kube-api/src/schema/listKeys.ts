import { isObject } from './decode';
import type { Shape } from './shape';

/**
 * The path element of one list item, as managedFields spells it: `k:{"name":"web"}` for a map list, `v:"a"` for a set;
 * keys in order of their names. Undefined where the item lacks its keys.
 */
export function listItemKey(shape: Shape, item: unknown): string | undefined {
  if (shape.listType === 'set') return item === null || item === undefined ? undefined : `v:${JSON.stringify(item)}`;
  if (!isObject(item)) return undefined;
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
