import { Button } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import type { FleetsView } from '@flotilla/backstage-plugin-fleet-common';
import { EmptyPanel, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { useEffect, useState } from 'react';
import { fleetApiRef } from '../../api/FleetApi';
import { useFleetWords } from '../../translation';
import { listQuery, NARROWING, type Filters, type Narrowing, type SetFilters } from './filters';
import { useFilterValue } from './Toolbar';

/** How many clusters there would be without each filter, asked of the server. */
function useDropCounts(filters: Filters): Partial<Record<Narrowing, number>> {
  const api = useApi(fleetApiRef);
  const [counts, setCounts] = useState<Partial<Record<Narrowing, number>>>({});
  const key = JSON.stringify(filters);
  useEffect(() => {
    const ending = new AbortController();
    const active = NARROWING.filter(each => filters[each]);
    void Promise.all(
      active.map(async drop => [drop, (await api.clusters({ ...listQuery(filters), cursor: undefined, limit: '1', group: undefined, [drop]: undefined }, ending.signal)).total] as const),
    ).then(found => !ending.signal.aborted && setCounts(Object.fromEntries(found)), () => undefined);
    return () => ending.abort();
  }, [api, key]); // eslint-disable-line react-hooks/exhaustive-deps
  return counts;
}

/** The filters leave nothing: which one to drop, and how many that gives. */
export function NoCluster({ view, filters, setFilters }: { view: FleetsView; filters: Filters; setFilters: SetFilters }) {
  const { t } = useFleetWords();
  const words = useWords();
  const counts = useDropCounts(filters);
  const valueOf = useFilterValue();
  const said = (key: Narrowing) => valueOf(key, filters);
  const without = NARROWING.filter(key => filters[key] && counts[key] !== undefined);
  const best = without.filter(key => counts[key]! > 0).sort((a, b) => counts[b]! - counts[a]!)[0];
  return (
    <EmptyPanel
      bare
      title={t('fleets.none', { total: words.number(view.totals.clusters) })}
      detail={without.map(key => t('fleets.without', { filter: said(key), n: String(counts[key]) })).join(' ')}
      action={
        <>
          <Button variant="secondary" onPress={() => setFilters(Object.fromEntries(NARROWING.map(key => [key, undefined])))}>{words.t('panel.clear')}</Button>
          {best && without.length > 1 && <Button variant="tertiary" onPress={() => setFilters({ [best]: undefined })}>{t('fleets.drop', { filter: said(best) })}</Button>}
        </>
      }
    />
  );
}
