import { parseQuantity } from '../model/quantities';

/** Objects below these names hold quantities, which servers write in another spelling: `1000m` comes back as `1`. */
const QUANTITIES = new Set(['requests', 'limits', 'capacity', 'hard', 'overhead', 'allocatable', 'default', 'defaultRequest', 'max', 'min']);
const QUANTITY_FIELDS = new Set(['sizeLimit', 'divisor', 'storage', 'averageValue']);

/** Go leaves empty values out when it writes JSON, so an absent field equals an empty one. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

/** Whether two plain values mean the same at this place. `place` is the chain of field names that leads there. */
export function sameScalar(a: unknown, b: unknown, place: string[]): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  const [parent, field] = [place[place.length - 2], place[place.length - 1]];
  if (QUANTITIES.has(parent) || QUANTITY_FIELDS.has(field)) {
    const [left, right] = [parseQuantity(a), parseQuantity(b)];
    return left.ok && right.ok && left.value === right.value;
  }
  return false;
}
