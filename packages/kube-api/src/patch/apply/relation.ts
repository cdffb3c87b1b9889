import { isObject } from '../../schema/decode';
import { listItemKey } from '../../schema/listKeys';
import { OPEN } from '../../schema/shape';
import type { Shape } from '../../schema/shape';

/** How a value takes part in merging: as one piece, by keys, or by items. */
export type Relation = 'leaf' | 'map' | 'list';

/**
 * The relation the shape gives a value. Where there is no schema it is deduced: maps go by key, lists are one piece.
 * Null and absent say nothing of themselves; `undefined` is returned for them there.
 */
export function relationOf(shape: Shape, value: unknown): Relation | undefined {
  if (value === undefined || value === null) {
    if (shape.kind === 'any') return undefined;
    return declaredRelation(shape);
  }
  if (shape.kind === 'any') return isObject(value) && !shape.atomicMap ? 'map' : 'leaf';
  const relation = declaredRelation(shape);
  // A value of the wrong type is compared as it stands; validation has its own words for it.
  if (relation === 'map' && !isObject(value)) return 'leaf';
  if (relation === 'list' && !Array.isArray(value)) return 'leaf';
  return relation;
}

function declaredRelation(shape: Shape): Relation {
  if (shape.kind === 'object') return shape.atomicMap ? 'leaf' : 'map';
  if (shape.kind === 'list') return shape.listType === 'atomic' ? 'leaf' : 'list';
  return 'leaf';
}

export const isEmpty = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);

export const entriesOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

export const fieldShape = (shape: Shape, key: string): Shape => shape.field(key) ?? OPEN;

/** The path element of each item. An item without its keys goes by its place. */
export function elementsOf(shape: Shape, list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((item, index) => listItemKey(shape, item) ?? `i:${index}`);
}
