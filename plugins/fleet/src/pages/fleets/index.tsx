import { useApi } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { ClusterState, FleetsView } from '@flotilla/backstage-plugin-fleet-common';
import { AttentionList, FilterChips, FreshnessLine, PageHeader, Panel, StatusMark, useWords, NoticeBar } from '@flotilla/backstage-plugin-fleet-react';
import { fleetApiRef } from '../../api/FleetApi';
import { belowRoot } from '../../links';
import { LiveView } from '../../live/LiveView';
import { useLive } from '../../live/useLive';
import shell from '../../shell/shell.module.css';
import { useFleetWords } from '../../translation';
import { ClusterTable } from './ClusterTable';
import { listQuery, useFilters, type Filters, type SetFilters } from './filters';

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
            {view.totals.clusters > 0 && (
              <Panel title={t('fleets.attention')} sub={view.attention.length || undefined} aside={view.attention.length > 1 ? t('fleets.attentionAside') : undefined} flush>
                <AttentionList items={view.attention} checkedAt={view.attentionCheckedAt} hrefOf={belowRoot} />
              </Panel>
            )}
            <States view={view} filters={filters} setFilters={setFilters} />
            <Partial view={view} setFilters={setFilters} />
            <Clusters view={view} filters={filters} setFilters={setFilters} />
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

// As they are read: well first, then by what needs a person most.
const CHIPS: ClusterState[] = ['Healthy', 'Degraded', 'Unreachable', 'SignInNeeded', 'NoPermission', 'Held', 'Joining', 'NotSeen'];

interface Filtering {
  view: FleetsView;
  filters: Filters;
  setFilters: SetFilters;
}

function States({ view, filters, setFilters }: Filtering) {
  const { t } = useFleetWords();
  const chips = [{ id: '', label: t('fleets.all'), count: view.totals.clusters }, ...CHIPS.map(state => ({ id: state, label: <StatusMark state={state} />, count: view.states[state] }))];
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
  const live = useLive(`clusters ${JSON.stringify(query)}`, signal => api.clusters(query, signal), { keepOld: true });
  return (
    <LiveView live={live} what={t('what.clusters')}>
      {page => <ClusterTable page={page} view={view} pending={live.pending} filters={filters} setFilters={setFilters} />}
    </LiveView>
  );
}
