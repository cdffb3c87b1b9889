import type { ListQuery } from '../../api/FleetApi';
import { useUrlState } from '../../urlState';

export const PAGE_SIZE = 50;

/** What narrows the list; all of it stands in the address. */
export const NARROWING = ['state', 'fleet', 'provider', 'region', 'owner', 'label', 'search'] as const;
export type Narrowing = (typeof NARROWING)[number];
export type FilterKey = Narrowing | 'sort' | 'cursor' | 'group' | 'closed';
export type Filters = Partial<Record<FilterKey, string>>;
export type SetFilters = (change: Partial<Record<FilterKey, string | undefined>>, options?: { push?: boolean }) => void;

export const GROUPINGS = ['region', 'provider', 'owner'] as const;

/** Filters of the page's address; any change but paging begins at the first page. */
export function useFilters(): [Filters, SetFilters] {
  const [filters, set] = useUrlState<FilterKey>();
  const setFilters: SetFilters = (change, options) => set('cursor' in change ? change : { cursor: undefined, ...change }, options);
  return [filters, setFilters];
}

/** What the server is asked for. */
export const listQuery = (filters: Filters): ListQuery => ({ ...filters, limit: String(PAGE_SIZE) });

/** In the address, the group of what is not known has to have a name. */
const nameOf = (key: string) => key || '-';

/** The closed groups after one of them was opened or closed. */
export function toggled(closed: string | undefined, key: string): string | undefined {
  const names = closed ? closed.split(',') : [];
  const name = nameOf(key);
  const next = names.includes(name) ? names.filter(each => each !== name) : [...names, name];
  return next.length > 0 ? next.join(',') : undefined;
}
