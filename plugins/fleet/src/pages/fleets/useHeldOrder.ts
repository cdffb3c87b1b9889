import type { ClusterPage } from '@flotilla/backstage-plugin-fleet-common';
import { useMemo } from 'react';

/**
 * Keeps rows where they are while somebody looks at them: what a list showed last is named when it is read again, until it is
 * released or another list is asked for.
 */
export function useHeldOrder() {
  return useMemo(() => {
    let shown: { key: string; names: string } | undefined;
    return {
      held: (key: string) => (shown?.key === key ? shown.names : undefined),
      keep: (key: string, page: ClusterPage) => {
        shown = { key, names: page.items.map(({ name }) => name).join(',') };
        return page;
      },
      release: () => (shown = undefined),
    };
  }, []);
}
