import { useApi } from '@backstage/frontend-plugin-api';
import { Button, ButtonIcon } from '@backstage/ui';
import type { ApplicationPage, ApplicationRow } from '@flotilla/backstage-plugin-fleet-common';
import { EmptyPanel, FilterChips, FreshnessLine, PageHeader, Panel, ReadTable, StatusMark, Tinted, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { RiArrowLeftSLine, RiArrowRightSLine } from '@remixicon/react';
import { Link } from 'react-router-dom';
import { fleetApiRef } from '../../api/FleetApi';
import { placementHref } from '../../links';
import { LiveView } from '../../live/LiveView';
import { useLive } from '../../live/useLive';
import shell from '../../shell/shell.module.css';
import { SearchBox } from '../../shell/SearchBox';
import { useFleetWords } from '../../translation';
import { useUrlState } from '../../urlState';
import styles from './applications.module.css';

type Key = 'search' | 'state' | 'cursor' | 'cluster';
type Filters = Partial<Record<Key, string>>;
type SetFilters = (change: Partial<Record<Key, string | undefined>>, options?: { push?: boolean }) => void;

const STATES: ApplicationRow['state'][] = ['Ready', 'Working', 'NotScheduled', 'NotReady', 'Terminating'];
const LIMIT = '50';

/** Applications and selected objects: where they run, whether they are ready, and the sentence that says why. */
export default function ApplicationsPage() {
  const { t } = useFleetWords();
  const { number } = useWords();
  const api = useApi(fleetApiRef);
  const [filters, setFilters] = useUrlState<Key>();
  const query = { ...filters, limit: LIMIT };
  const live = useLive(`applications ${JSON.stringify(query)}`, signal => api.applications(query, signal), { keepOld: true });
  return (
    <LiveView live={live} what={t('what.applications')} className={shell.body} header={<PageHeader title={t('applications.title')} />}>
      {page => (
        <>
          <PageHeader title={t('applications.title')} metadata={[{ label: t('applications.count'), value: number(page.all) }]} freshness={<FreshnessLine following={live.following} at={page.now} />} />
          <div className={shell.body}>
            {page.all > 0 && <States page={page} filters={filters} setFilters={setFilters} />}
            <List page={page} filters={filters} setFilters={setFilters} />
          </div>
        </>
      )}
    </LiveView>
  );
}

function States({ page, filters, setFilters }: { page: ApplicationPage; filters: Filters; setFilters: SetFilters }) {
  const { t } = useFleetWords();
  const chips = STATES.map(state => ({ id: state as string, label: <StatusMark state={state} />, count: page.states[state] }));
  return <FilterChips label={t('applications.byState')} chips={[{ id: '', label: <>{t('fleets.all')}</>, count: page.all }, ...chips]} selected={filters.state} onSelect={state => setFilters({ state, cursor: undefined })} />;
}

function List({ page, filters, setFilters }: { page: ApplicationPage; filters: Filters; setFilters: SetFilters }) {
  const { t } = useFleetWords();
  const words = useWords();
  const clear = () => setFilters({ search: undefined, state: undefined, cluster: undefined, cursor: undefined });
  if (page.all === 0) return <EmptyPanel title={t('applications.none')} detail={t('applications.noneDetail')} />;
  return (
    <Panel flush footer={<Pages page={page} setFilters={setFilters} />}>
      <div className={styles.toolbar}>
        <SearchBox className={styles.search} value={filters.search} onChange={search => setFilters({ search, cursor: undefined })} />
        {filters.cluster && <Tinted tone="plain">{t('applications.clusterFilter', { cluster: filters.cluster })}</Tinted>}
        {(filters.search || filters.state || filters.cluster) && <Button variant="tertiary" size="small" onPress={clear}>{words.t('panel.clear')}</Button>}
      </div>
      {page.items.length === 0 ? (
        <EmptyPanel bare title={t('applications.noneFits')} action={<Button variant="secondary" onPress={clear}>{words.t('panel.clear')}</Button>} />
      ) : (
        <Rows page={page} />
      )}
    </Panel>
  );
}

function Rows({ page }: { page: ApplicationPage }) {
  const { t } = useFleetWords();
  const { number, say } = useWords();
  return (
    <ReadTable
      caption={t('applications.title')}
      rows={page.items}
      id={row => `${row.kind}/${row.namespace}/${row.name}`}
      columns={[
        { id: 'name', label: t('applications.name'), width: '22%', cell: row => <><Link className={styles.name} to={placementHref(row)}>{row.name}</Link><div className={styles.small}>{[row.namespace, row.kind === 'Application' ? row.fleet : row.kind].filter(Boolean).join(' · ')}</div></> },
        { id: 'state', label: t('applications.state'), width: 140, cell: row => <StatusMark state={row.state} /> },
        { id: 'sentence', label: t('applications.sentence'), cell: row => <span className={styles.words}>{say(row.sentence)}{row.findings > 0 && <div className={styles.small}>{t('applications.findings', { count: row.findings })}</div>}</span> },
        { id: 'clusters', label: t('applications.clusters'), width: '20%', cell: row => <span className={styles.words}>{row.clusters.join(', ') || '–'}</span> },
        { id: 'ready', label: t('applications.ready'), right: true, width: 90, cell: row => <span className={row.unplaced > 0 ? styles.bad : undefined}>{number(row.ready)} / {number(row.wanted)}</span> },
      ]}
    />
  );
}

function Pages({ page, setFilters }: { page: ApplicationPage; setFilters: SetFilters }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  return (
    <>
      <span className={styles.spring} />
      <span>{page.total > 0 && t('table.shown', { from: number(page.from + 1), to: number(page.from + page.items.length), total: number(page.total) })}</span>
      <ButtonIcon size="small" variant="secondary" aria-label={t('table.previous')} icon={<RiArrowLeftSLine />} isDisabled={!page.prevCursor} onPress={() => setFilters({ cursor: page.prevCursor }, { push: true })} />
      <ButtonIcon size="small" variant="secondary" aria-label={t('table.next')} icon={<RiArrowRightSLine />} isDisabled={!page.nextCursor} onPress={() => setFilters({ cursor: page.nextCursor }, { push: true })} />
    </>
  );
}
