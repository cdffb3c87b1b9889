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
  total: number;
  nextCursor?: string;
  prevCursor?: string;
}

const MOST = 500;
const USUAL = 50;

const encode = (offset: number) => Buffer.from(String(offset)).toString('base64url');
const decode = (cursor: string | undefined) => Math.max(0, Number.parseInt(Buffer.from(cursor ?? '', 'base64url').toString('utf8'), 10) || 0);

type Comparable = string | number | undefined;

/** Sorts by the field asked for, then by `id`, so that equal rows keep their order; what is not known comes last. */
export function sortRows<T>(rows: T[], sort: string | undefined, fields: Record<string, (row: T) => Comparable>, id: (row: T) => string): T[] {
  const descending = sort?.startsWith('-') ?? false;
  const field = fields[sort?.replace(/^-/, '') ?? ''] ?? Object.values(fields)[0];
  const compare = (a: Comparable, b: Comparable) => {
    if (a === b) return 0;
    if (a === undefined) return 1;
    if (b === undefined) return -1;
    return (a < b ? -1 : 1) * (descending ? -1 : 1);
  };
  return [...rows].sort((a, b) => compare(field(a), field(b)) || (id(a) < id(b) ? -1 : 1));
}

/** One page of rows that are already filtered and sorted. */
export function pageOf<T>(rows: T[], query: ListQuery): Page<T> {
  const limit = Math.min(MOST, Math.max(1, Math.floor(query.limit || USUAL)));
  const offset = decode(query.cursor);
  return {
    items: rows.slice(offset, offset + limit),
    total: rows.length,
    nextCursor: offset + limit < rows.length ? encode(offset + limit) : undefined,
    prevCursor: offset > 0 ? encode(Math.max(0, offset - limit)) : undefined,
  };
}
