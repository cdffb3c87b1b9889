import { ButtonIcon, SearchField, Select, Table } from '@backstage/ui';
import { RiArrowLeftSLine, RiArrowRightSLine } from '@remixicon/react';
import { fleetPaths, type ClusterPage, type FleetsView } from '@flotilla/backstage-plugin-fleet-common';
import { Panel, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useShortcut } from '../../shell/useShortcut';
import { useFleetWords } from '../../translation';
import { clusterColumns, type Row } from './columns';
import { NoCluster } from './NoCluster';
import { PAGE_SIZE, type Filters, type SetFilters } from './filters';
import styles from './fleets.module.css';

const ROW_PX = 34;
const HEAD_PX = 36;
/** So many rows are as high as the table becomes; the rest scrolls within it, drawn as it comes into view. */
const ROWS_SHOWN = 18;

const OPENS = { getHref: (row: Row) => fleetPaths.cluster(row.name) };

export interface ClusterTableProps {
  page: ClusterPage;
  view: FleetsView;
  pending: boolean;
  filters: Filters;
  setFilters: SetFilters;
}

/** The clusters, filtered, sorted and paged by the server. */
export function ClusterTable({ page, view, pending, filters, setFilters }: ClusterTableProps) {
  const { t } = useFleetWords();
  const measured = page.items.some(row => row.cpu?.used !== undefined);
  const columns = useMemo(() => clusterColumns(t, measured), [t, measured]);
  const rows = useRows(page);
  const sort = filters.sort ?? 'name';
  const height = HEAD_PX + ROW_PX * Math.min(rows.length, ROWS_SHOWN) + 2;
  return (
    <Panel flush footer={<Footer page={page} measured={measured} filters={filters} setFilters={setFilters} />}>
      <Toolbar view={view} filters={filters} setFilters={setFilters} />
      {rows.length === 0 ? (
        <NoCluster view={view} filters={filters} setFilters={setFilters} />
      ) : (
        <Table<Row>
          className={styles.table}
          style={{ height }}
          columnConfig={columns}
          data={rows}
          isStale={pending}
          rowConfig={OPENS}
          virtualized={{ rowHeight: ROW_PX }}
          pagination={{ type: 'none' }}
          sort={{
            descriptor: { column: sort.replace(/^-/, ''), direction: sort.startsWith('-') ? 'descending' : 'ascending' },
            onSortChange: ({ column, direction }) => setFilters({ sort: `${direction === 'descending' ? '-' : ''}${column}`, cursor: undefined }),
          }}
        />
      )}
    </Panel>
  );
}

/** Rows with ids; a row that did not change stays the same object, so that it is not drawn again. */
function useRows(page: ClusterPage): Row[] {
  const known = useRef(new WeakMap<object, Row>());
  return useMemo(
    () =>
      page.items.map(item => {
        const row = known.current.get(item) ?? { ...item, id: item.name };
        known.current.set(item, row);
        return row;
      }),
    [page.items],
  );
}

function Toolbar({ view, filters, setFilters }: Pick<ClusterTableProps, 'view' | 'filters' | 'setFilters'>) {
  const { t } = useFleetWords();
  const [text, setText] = useState(filters.search ?? '');
  const field = useRef<HTMLDivElement>(null);
  useShortcut('/', () => field.current?.querySelector('input')?.focus());
  // What is typed reaches the address, and the server, when the typing pauses.
  useEffect(() => {
    const timer = setTimeout(() => text !== (filters.search ?? '') && setFilters({ search: text, cursor: undefined }), 250);
    return () => clearTimeout(timer);
  }, [text]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => setText(filters.search ?? ''), [filters.search]);
  const select = (key: 'fleet' | 'provider', label: string, options: string[]) => (
    <Select
      className={styles.select}
      aria-label={label}
      options={[{ value: '', label: `${label}: ${t('table.every')}` }, ...options.map(value => ({ value, label: value }))]}
      value={filters[key] ?? ''}
      onChange={value => setFilters({ [key]: value ? String(value) : undefined, cursor: undefined })}
    />
  );
  return (
    <div className={styles.toolbar}>
      <div ref={field} className={styles.search}>
        <SearchField size="small" aria-label={t('table.search')} placeholder={`${t('table.search')}  /`} value={text} onChange={setText} />
      </div>
      {select('fleet', t('table.fleet'), view.fleets.map(fleet => `${fleet.namespace}/${fleet.name}`))}
      {select('provider', t('table.provider'), view.providers)}
    </div>
  );
}

function Footer({ page, measured, filters, setFilters }: Pick<ClusterTableProps, 'page' | 'filters' | 'setFilters'> & { measured: boolean }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const from = Number(filters.from ?? 0);
  return (
    <>
      <span>
        {t('table.meter')} {measured && <><i className={styles.key} style={{ background: 'var(--fl-ink)' }} aria-hidden="true" /> {t('table.legendUsed')}, </>}
        <i className={styles.key} style={{ background: 'var(--fl-ink-soft)' }} aria-hidden="true" /> {t('table.legendAsked')}, {t('table.legend')}
      </span>
      <span className={styles.spring} />
      <span>{page.total > 0 && t('table.shown', { from: number(from + 1), to: number(from + page.items.length), total: number(page.total) })}</span>
      <ButtonIcon size="small" variant="secondary" aria-label={t('table.previous')} icon={<RiArrowLeftSLine />} isDisabled={!page.prevCursor} onPress={() => setFilters({ cursor: page.prevCursor, from: String(Math.max(0, from - PAGE_SIZE) || '') }, { push: true })} />
      <ButtonIcon size="small" variant="secondary" aria-label={t('table.next')} icon={<RiArrowRightSLine />} isDisabled={!page.nextCursor} onPress={() => setFilters({ cursor: page.nextCursor, from: String(from + PAGE_SIZE) }, { push: true })} />
    </>
  );
}
