import type { Shape } from '../../schema/shape';
import { elementsOf, entriesOf, fieldShape, isEmpty, relationOf } from './relation';

/**
 * Lays `right` over `left` by the merge rules of the shape: maps by key, lists by item, the rest as one piece.
 * Neither is changed; parts may be shared with the result.
 */
export function mergeTyped(shape: Shape, left: unknown, right: unknown): unknown {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const relation = relationOf(shape, right) ?? relationOf(shape, left) ?? 'leaf';
  if (relation === 'leaf' || (isEmpty(left) && isEmpty(right)) || relationOf(shape, left) === 'leaf') return right;
  if (relation === 'map') return mergeMaps(shape, entriesOf(left), entriesOf(right));
  return mergeLists(shape, left, right);
}

function mergeMaps(shape: Shape, left: Record<string, unknown>, right: Record<string, unknown>): Record<string, unknown> {
  const out = { ...left };
  for (const key of Object.keys(right)) out[key] = mergeTyped(fieldShape(shape, key), left[key], right[key]);
  return out;
}

function indexed(elements: string[], list: unknown): Map<string, unknown> {
  const items = new Map<string, unknown>();
  // Of items that occur twice none takes part in merging.
  elements.forEach((element, index) => items.set(element, items.has(element) ? undefined : (list as unknown[])[index]));
  return items;
}

/**
 * Merges two lists into one order: the order of `right` for the items it has, and those only `left` has stay after the
 * neighbour they had before.
 */
function mergeLists(shape: Shape, left: unknown, right: unknown): unknown[] {
  const lefts = elementsOf(shape, left);
  const rights = elementsOf(shape, right);
  const before = indexed(lefts, left);
  const after = indexed(rights, right);
  const shared = rights.filter(element => before.has(element));
  const taken = new Set<string>();
  const out: unknown[] = [];
  let nextShared = shared.shift();
  let l = 0;
  let r = 0;
  const take = (element: string) => {
    taken.add(element);
    out.push(mergeTyped(shape.items, before.get(element), after.get(element)));
    if (element === nextShared) nextShared = shared.shift();
  };
  while (l < lefts.length || r < rights.length) {
    const mine: string | undefined = lefts[l];
    const theirs: string | undefined = rights[r];
    if (mine !== undefined && mine === theirs) {
      take(mine);
      l++;
      r++;
    } else if (mine !== undefined && theirs !== undefined && after.has(mine) && nextShared !== undefined && nextShared !== mine) {
      // Shared, but not the one whose turn it is.
      l++;
    } else if (mine !== undefined && !after.has(mine)) {
      out.push((left as unknown[])[l]);
      l++;
    } else {
      if (mine !== undefined && taken.has(mine)) l++;
      if (theirs !== undefined) {
        take(theirs);
        r++;
      }
    }
  }
  return out;
}
