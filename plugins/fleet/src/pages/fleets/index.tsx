import { useApi } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { FleetsView } from '@flotilla/backstage-plugin-fleet-common';
import { AttentionList, FilterChips, FreshnessLine, PageHeader, Panel, StatusMark, useWords, NoticeBar } from '@flotilla/backstage-plugin-fleet-react';
import { fleetApiRef } from '../../api/FleetApi';
import { belowRoot } from '../../links';
import { LiveView } from '../../live/LiveView';
import { useLive } from '../../live/useLive';
import shell from '../../shell/shell.module.css';
import { useFleetWords } from '../../translation';
import { ClusterTable } from './ClusterTable';
import { listQuery, useFilters, type Filters, type SetFilters } from './filters';
import { FirstUse } from './FirstUse';
import { STATES_SHOWN } from './states';
import { useHeldOrder } from './useHeldOrder';

/** Is anything wrong, where, since when, and what does it touch? */
export default function FleetsPage() {
  const { t } = useFleetWords();
  const api = useApi(fleetApiRef);
  const [filters, setFilters] = useFilters();
  const summary = useLive('fleets', signal => api.fleets(signal));
  return (
    <LiveView live={summary} what={t('what.fleets')} className={shell.body} header={<PageHeader title={t('fleets.title')} />}>
      {view => (
        <>
          <Header view={view} freshness={<FreshnessLine following={summary.following} at={view.now} />} />
          <div className={shell.body}>
            {view.totals.clusters === 0 && <FirstUse />}
            {view.totals.clusters > 0 && (
              <Panel title={t('fleets.attention')} sub={view.attention.length || undefined} aside={view.attention.length > 1 ? t('fleets.attentionAside') : undefined} flush>
                <AttentionList items={view.attention} checkedAt={view.attentionCheckedAt} hrefOf={belowRoot} />
              </Panel>
            )}
            {view.totals.clusters > 0 && (
              <>
                <States view={view} filters={filters} setFilters={setFilters} />
                <Partial view={view} setFilters={setFilters} />
                <Clusters view={view} filters={filters} setFilters={setFilters} />
              </>
            )}
          </div>
        </>
      )}
    </LiveView>
  );
}

function Header({ view: { totals }, freshness }: { view: FleetsView; freshness: JSX.Element }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const counts = (['clusters', 'fleets', 'providers', 'applications'] as const).map(key => ({ label: t(`fleets.${key}`), value: number(totals[key]) }));
  return <PageHeader title={t('fleets.title')} metadata={counts} freshness={freshness} />;
}

interface Filtering {
  view: FleetsView;
  filters: Filters;
  setFilters: SetFilters;
}

function States({ view, filters, setFilters }: Filtering) {
  const { t } = useFleetWords();
  const chips = [{ id: '', label: t('fleets.all'), count: view.totals.clusters }, ...STATES_SHOWN.map(state => ({ id: state, label: <StatusMark state={state} />, count: view.states[state] }))];
  return <FilterChips label={t('fleets.byStatus')} chips={chips} selected={filters.state} onSelect={state => setFilters({ state })} />;
}

/** From this share of clusters on the whole page counts as incomplete. */
const MANY = 0.25;

function Partial({ view, setFilters }: Omit<Filtering, 'filters'>) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const silent = view.states.Unreachable;
  if (silent === 0 || silent < view.totals.clusters * MANY) return null;
  return (
    <NoticeBar tone="warning" action={<Button variant="secondary" onPress={() => setFilters({ state: 'Unreachable' })}>{t('state.show', { n: String(silent) })}</Button>}>
      <b>{t('state.old', { n: String(silent), total: number(view.totals.clusters) })}</b> {t('state.oldDetail')}
    </NoticeBar>
  );
}

function Clusters({ view, filters, setFilters }: Filtering) {
  const { t } = useFleetWords();
  const api = useApi(fleetApiRef);
  const query = listQuery(filters);
  const key = JSON.stringify(query);
  const order = useHeldOrder();
  const live = useLive(`clusters ${key}`, async signal => order.keep(key, await api.clusters({ ...query, hold: order.held(key) }, signal)), { keepOld: true });
  const onResort = () => {
    order.release();
    live.retry();
  };
  return (
    <LiveView live={live} what={t('what.clusters')}>
      {page => <ClusterTable page={page} view={view} pending={live.pending} onResort={onResort} filters={filters} setFilters={setFilters} />}
    </LiveView>
  );
}
