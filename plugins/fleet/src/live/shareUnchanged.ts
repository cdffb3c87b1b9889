const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What names an element of a list, so that it is found again after others moved. */
const idOf = (value: unknown): unknown => (isRecord(value) ? (value.id ?? (value.name !== undefined ? `${value.namespace ?? ''}/${value.name}/${value.kind ?? ''}` : value.cluster)) : undefined);

/**
 * The new value, made of the old one's objects wherever they are equal: rows that did not change keep their identity, so
 * React renders only those that did.
 */
export function shareUnchanged<T>(before: T, after: T): T {
  if (Object.is(before, after)) return before;
  if (Array.isArray(before) && Array.isArray(after)) {
    const byId = new Map(before.map((each, index) => [idOf(each) ?? index, each]));
    const shared = after.map((each, index) => shareUnchanged(byId.get(idOf(each) ?? index), each));
    return (shared.length === before.length && shared.every((each, index) => each === before[index]) ? before : shared) as T;
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = Object.keys(after);
    const shared = Object.fromEntries(keys.map(key => [key, shareUnchanged(before[key], after[key])]));
    const same = keys.length === Object.keys(before).length && keys.every(key => shared[key] === before[key]);
    return (same ? before : shared) as T;
  }
  return after;
}
