import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** State that lives in the page's address, so that a copied link shows what its sender saw. Setting undefined takes a key away. */
export function useUrlState<Key extends string>(): [Partial<Record<Key, string>>, (change: Partial<Record<Key, string | undefined>>, options?: { push?: boolean }) => void] {
  const [search, setSearch] = useSearchParams();
  const state = useMemo(() => Object.fromEntries(search) as Partial<Record<Key, string>>, [search]);
  const set = useCallback(
    (change: Partial<Record<Key, string | undefined>>, { push = false } = {}) =>
      setSearch(
        before => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries<string | undefined>(change)) {
            if (value === undefined || value === '') next.delete(key);
            else next.set(key, value);
          }
          return next;
        },
        { replace: !push },
      ),
    [setSearch],
  );
  return [state, set];
}
