import type { ClusterGroup, ClusterPage, ClusterRow } from '@flotilla/backstage-plugin-fleet-common';
import { useMemo, useRef } from 'react';

/** A line of the table: a cluster, or the head of a group. Named for React. */
export type Row = (ClusterRow & { id: string; group?: undefined }) | { id: string; group: ClusterGroup };

/** Lines in the order of the page: each group's head before its rows. What did not change stays the same object, so that it is not drawn again. */
export function useRows({ items, groups }: Pick<ClusterPage, 'items' | 'groups'>): Row[] {
  const known = useRef(new WeakMap<object, Row>());
  return useMemo(() => {
    const remember = (of: object, make: () => Row) => {
      const row = known.current.get(of) ?? make();
      known.current.set(of, row);
      return row;
    };
    const clusters = items.map(item => remember(item, () => ({ ...item, id: item.name })));
    if (!groups) return clusters;
    let at = 0;
    return groups.flatMap(group => {
      const under = clusters.slice(at, (at += group.rows));
      // A cluster's name has no slash.
      return [remember(group, () => ({ id: `group/${group.key}`, group })), ...under];
    });
  }, [items, groups]);
}
