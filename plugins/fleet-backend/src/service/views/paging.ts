/** What a list page asks for; every field may come from a URL and is checked. */
export interface ListQuery {
  limit?: number;
  cursor?: string;
  /** Field, with `-` in front for descending. */
  sort?: string;
  search?: string;
  [filter: string]: string | number | undefined;
}

export interface Page<T> {
  items: T[];
  /** Items before this page. */
  from: number;
  nextCursor?: string;
  prevCursor?: string;
}

const MOST = 500;
const USUAL = 50;

const encode = (offset: number) => Buffer.from(String(offset)).toString('base64url');
const decode = (cursor: string | undefined) => Math.max(0, Number.parseInt(Buffer.from(cursor ?? '', 'base64url').toString('utf8'), 10) || 0);

type Comparable = string | number | undefined;

/** Sorts by the field asked for, then by `id`, so that equal rows keep their order; what is not known comes last. */
export function sortRows<T>(rows: readonly T[], sort: string | undefined, fields: Record<string, (row: T) => Comparable>, id: (row: T) => string): T[] {
  const descending = sort?.startsWith('-') ?? false;
  const wanted = sort?.replace(/^-/, '') ?? '';
  const field = Object.hasOwn(fields, wanted) ? fields[wanted] : Object.values(fields)[0];
  const compare = (a: Comparable, b: Comparable) => {
    if (a === b) return 0;
    if (a === undefined) return 1;
    if (b === undefined) return -1;
    return (a < b ? -1 : 1) * (descending ? -1 : 1);
  };
  return [...rows].sort((a, b) => compare(field(a), field(b)) || (id(a) < id(b) ? -1 : 1));
}

/** One page of what is already filtered and sorted; a cursor behind the end shows the last page. */
export function pageOf<T>(all: readonly T[], query: ListQuery): Page<T> {
  const limit = Math.min(MOST, Math.max(1, Math.floor(query.limit || USUAL)));
  const asked = decode(query.cursor);
  const from = asked < all.length ? asked : Math.max(0, Math.floor((all.length - 1) / limit) * limit);
  return {
    items: all.slice(from, from + limit),
    from,
    nextCursor: from + limit < all.length ? encode(from + limit) : undefined,
    prevCursor: from > 0 ? encode(Math.max(0, from - limit)) : undefined,
  };
}

/** Whether any of the texts holds what was typed, whatever the case. */
export const contains = (search: string | undefined, ...texts: string[]): boolean => !search || texts.some(text => text.toLowerCase().includes(search.toLowerCase()));

/** What shares a key, in the order it came. */
export function groupBy<T, K>(all: readonly T[], keyOf: (each: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}
