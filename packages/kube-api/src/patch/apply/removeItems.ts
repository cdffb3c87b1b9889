import { isObject } from '../../schema/decode';
import type { Shape } from '../../schema/shape';
import type { FieldSet } from './fieldSet';
import { elementsOf, fieldShape, relationOf } from './relation';

/**
 * The object without the paths of the set. A map or list that loses all it had, and is not named itself, is null from
 * then on, as in Kubernetes: it is there for who owns it, and the decoder drops it where it may not be null.
 */
export function removeItems(shape: Shape, value: unknown, set: FieldSet): unknown {
  const relation = relationOf(shape, value);
  if (relation === 'map' && isObject(value)) return removeFields(shape, value, set);
  if (relation === 'list' && Array.isArray(value)) return removeFromList(shape, value, set);
  return value;
}

function removeFields(shape: Shape, value: Record<string, unknown>, set: FieldSet): Record<string, unknown> | null {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const element = `f:${key}`;
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    out[key] = below ? removeItems(fieldShape(shape, key), value[key], below) : value[key];
  }
  return Object.keys(out).length > 0 || Object.keys(value).length === 0 ? out : null;
}

function removeFromList(shape: Shape, list: unknown[], set: FieldSet): unknown[] | null {
  const elements = elementsOf(shape, list);
  const out: unknown[] = [];
  list.forEach((item, index) => {
    if (set.members.has(elements[index])) return;
    const below = set.children.get(elements[index]);
    out.push(below ? (removeItems(shape.items, item, below) ?? {}) : item);
  });
  return out.length > 0 || list.length === 0 ? out : null;
}
