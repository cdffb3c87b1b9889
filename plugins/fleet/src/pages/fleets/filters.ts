import type { ListQuery } from '../../api/FleetApi';
import { useUrlState } from '../../urlState';

export const PAGE_SIZE = 50;

/** What narrows the list; all of it stands in the address. */
export const NARROWING = ['state', 'fleet', 'provider', 'region', 'search'] as const;
export type Narrowing = (typeof NARROWING)[number];
/** `from`: how many rows are before this page, to say which are shown. */
export type FilterKey = Narrowing | 'sort' | 'cursor' | 'from';
export type Filters = Partial<Record<FilterKey, string>>;
export type SetFilters = (change: Partial<Record<FilterKey, string | undefined>>, options?: { push?: boolean }) => void;

/** Filters of the page's address; any change but paging begins at the first page. */
export function useFilters(): [Filters, SetFilters] {
  const [filters, set] = useUrlState<FilterKey>();
  const setFilters: SetFilters = (change, options) => set('from' in change ? change : { cursor: undefined, from: undefined, ...change }, options);
  return [filters, setFilters];
}

/** What the server is asked for. */
export function listQuery({ from: _shown, ...filters }: Filters): ListQuery {
  return { ...filters, limit: String(PAGE_SIZE) };
}
