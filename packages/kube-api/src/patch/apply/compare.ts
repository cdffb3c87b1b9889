import { equal } from '../../schema/equal';
import type { Shape } from '../../schema/shape';
import { FieldSet } from './fieldSet';
import { elementsOf, entriesOf, fieldShape, isEmpty, relationOf } from './relation';
import type { Relation } from './relation';

/** Which fields differ between two objects. Parents of added and removed fields are in it where they came or went too. */
export class Comparison {
  readonly added = new FieldSet();
  readonly removed = new FieldSet();
  readonly modified = new FieldSet();

  get isSame(): boolean {
    return this.added.isEmpty && this.removed.isEmpty && this.modified.isEmpty;
  }

  /** Hangs what was found below an element. */
  attach(element: string, below: Comparison): void {
    this.added.attach(element, below.added);
    this.removed.attach(element, below.removed);
    this.modified.attach(element, below.modified);
  }
}

/** Compares two objects of one shape, field by field, by the merge rules of the shape. */
export function compare(shape: Shape, left: unknown, right: unknown): Comparison {
  const found = new Comparison();
  if (left === right) return found;
  const relation = relationOf(shape, left) ?? relationOf(shape, right);
  if (relation === 'map') compareMaps(shape, entriesOf(left), entriesOf(right), found);
  else if (relation === 'list') compareLists(shape, left, right, found);
  return found;
}

function compareMaps(shape: Shape, left: Record<string, unknown>, right: Record<string, unknown>, found: Comparison): void {
  for (const key of Object.keys(left)) compareField(fieldShape(shape, key), `f:${key}`, left[key], right[key], found);
  for (const key of Object.keys(right)) {
    if (left[key] === undefined) compareField(fieldShape(shape, key), `f:${key}`, undefined, right[key], found);
  }
}

function compareLists(shape: Shape, left: unknown, right: unknown, found: Comparison): void {
  const lefts = byElement(shape, left);
  const rights = byElement(shape, right);
  for (const element of new Set([...lefts.keys(), ...rights.keys()])) {
    const before = lefts.get(element) ?? [];
    const after = rights.get(element) ?? [];
    // Items that occur twice are compared as one piece.
    if (before.length > 1 || after.length > 1) markLeaf(element, before.length ? before : undefined, after.length ? after : undefined, found);
    else compareField(shape.items, element, before[0], after[0], found);
  }
}

function byElement(shape: Shape, list: unknown): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  elementsOf(shape, list).forEach((element, index) => {
    const same = items.get(element);
    const item = (list as unknown[])[index];
    if (same) same.push(item);
    else items.set(element, [item]);
  });
  return items;
}

function compareField(shape: Shape, element: string, left: unknown, right: unknown, found: Comparison): void {
  if (left === right) return;
  const before = relationOf(shape, left);
  const after = relationOf(shape, right);
  if (before !== after && before && after && left !== undefined && right !== undefined) {
    compareKinds(shape, element, left, right, [before, after], found);
    return;
  }
  const relation = (left === undefined ? after : before) ?? after ?? 'leaf';
  if (relation === 'leaf' || (isEmpty(left) && isEmpty(right))) {
    markLeaf(element, left, right, found);
    return;
  }
  found.attach(element, compare(shape, left, right));
  if (left === undefined) found.added.add(element);
  else if (right === undefined) found.removed.add(element);
}

/** One side is a map and the other is not: the field changed, and the map's fields came or went. */
function compareKinds(shape: Shape, element: string, left: unknown, right: unknown, relations: Relation[], found: Comparison): void {
  const [before, after] = relations;
  found.attach(element, compare(shape, before === 'leaf' ? undefined : left, after === 'leaf' ? undefined : right));
  found.modified.add(element);
}

function markLeaf(element: string, left: unknown, right: unknown, found: Comparison): void {
  if (left === undefined) found.added.add(element);
  else if (right === undefined) found.removed.add(element);
  else if (!equal(left, right)) found.modified.add(element);
}
