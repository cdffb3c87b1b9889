import type { Shape } from '../../schema/shape';
import { isObject } from '../../schema/decode';
import { FieldSet } from './fieldSet';
import { elementsOf, fieldShape, relationOf } from './relation';

/** Every field an object sets: leaves, items and keys of maps; structs only where they are empty. */
export function toFieldSet(shape: Shape, value: unknown): FieldSet {
  const set = new FieldSet();
  const relation = relationOf(shape, value);
  if (relation === 'map') visitMap(shape, value as Record<string, unknown>, set);
  else if (relation === 'list') visitList(shape, value as unknown[], set);
  return set;
}

function visitMap(shape: Shape, value: Record<string, unknown> | null, set: FieldSet): void {
  for (const key of Object.keys(value ?? {})) {
    const child = value![key];
    if (child === undefined) continue;
    const element = `f:${key}`;
    const below = fieldShape(shape, key);
    const emptyHere = child === null || (isObject(child) && Object.keys(child).length === 0);
    if (isLeaf(below, child) || emptyHere || !shape.declared(key)) set.add(element);
    set.attach(element, toFieldSet(below, child));
  }
}

function visitList(shape: Shape, list: unknown[] | null, set: FieldSet): void {
  const elements = elementsOf(shape, list);
  const counts = new Map<string, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  elements.forEach((element, index) => {
    // Duplicates are held as one piece.
    if (counts.get(element)! > 1 || isLeaf(shape.items, list![index])) set.add(element);
    else {
      set.add(element);
      set.attach(element, toFieldSet(shape.items, list![index]));
    }
  });
}

const isLeaf = (shape: Shape, value: unknown) => {
  const relation = relationOf(shape, value);
  return relation === 'leaf' || relation === undefined;
};
