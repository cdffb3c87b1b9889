import { ButtonIcon, Table } from '@backstage/ui';
import { RiArrowLeftSLine, RiArrowRightSLine } from '@remixicon/react';
import { fleetPaths, type ClusterPage, type FleetsView } from '@flotilla/backstage-plugin-fleet-common';
import { Panel, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { useMemo } from 'react';
import { useFleetWords } from '../../translation';
import { clusterColumns } from './columns';
import { NoCluster } from './NoCluster';
import { toggled, type Filters, type SetFilters } from './filters';
import { useRows, type Row } from './rows';
import { Toolbar } from './Toolbar';
import styles from './fleets.module.css';

const ROW_PX = 34;
const HEAD_PX = 36;
/** So many rows are as high as the table becomes; the rest scrolls within it, drawn as it comes into view. */
const ROWS_SHOWN = 18;

export interface ClusterTableProps {
  page: ClusterPage;
  view: FleetsView;
  pending: boolean;
  filters: Filters;
  setFilters: SetFilters;
  /** Shows the rows in their own order again. */
  onResort: () => void;
}

/** The clusters, filtered, sorted, grouped and paged by the server. */
export function ClusterTable({ page, view, pending, filters, setFilters, onResort }: ClusterTableProps) {
  const { t } = useFleetWords();
  const measured = page.items.some(row => row.cpu?.used !== undefined);
  const columns = useMemo(() => clusterColumns(t, measured), [t, measured]);
  const rows = useRows(page);
  const sort = filters.sort ?? 'name';
  const height = HEAD_PX + ROW_PX * Math.min(rows.length, ROWS_SHOWN) + 2;
  const opens = {
    getHref: (row: Row) => (row.group ? undefined : fleetPaths.cluster(row.name)),
    onClick: (row: Row) => row.group && setFilters({ closed: toggled(filters.closed, row.group.key), cursor: filters.cursor }),
  };
  return (
    <Panel flush footer={<Footer page={page} measured={measured} setFilters={setFilters} />}>
      <Toolbar view={view} filters={filters} setFilters={setFilters} moved={pending ? 0 : page.moved} onResort={onResort} />
      {rows.length === 0 ? (
        <NoCluster view={view} filters={filters} setFilters={setFilters} />
      ) : (
        <Table<Row>
          className={styles.table}
          style={{ height }}
          columnConfig={columns}
          data={rows}
          isStale={pending}
          rowConfig={opens}
          virtualized={{ rowHeight: ROW_PX }}
          pagination={{ type: 'none' }}
          sort={{
            descriptor: { column: sort.replace(/^-/, ''), direction: sort.startsWith('-') ? 'descending' : 'ascending' },
            onSortChange: ({ column, direction }) => setFilters({ sort: `${direction === 'descending' ? '-' : ''}${column}` }),
          }}
        />
      )}
    </Panel>
  );
}

function Footer({ page, measured, setFilters }: Pick<ClusterTableProps, 'page' | 'setFilters'> & { measured: boolean }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const lines = page.groups ? page.items.length + page.groups.filter(group => !group.open).length : page.items.length;
  const shown = { from: number(page.from + 1), to: number(page.from + lines), total: number(page.total) };
  return (
    <>
      <span>
        {t('table.meter')} {measured && <><i className={styles.key} style={{ background: 'var(--fl-ink)' }} aria-hidden="true" /> {t('table.legendUsed')}, </>}
        <i className={styles.key} style={{ background: 'var(--fl-ink-soft)' }} aria-hidden="true" /> {t('table.legendAsked')}, {t('table.legend')}
      </span>
      <span className={styles.spring} />
      <span>{page.total > 0 && t(page.groups?.some(group => !group.open) ? 'table.shownLines' : 'table.shown', shown)}</span>
      <ButtonIcon size="small" variant="secondary" aria-label={t('table.previous')} icon={<RiArrowLeftSLine />} isDisabled={!page.prevCursor} onPress={() => setFilters({ cursor: page.prevCursor }, { push: true })} />
      <ButtonIcon size="small" variant="secondary" aria-label={t('table.next')} icon={<RiArrowRightSLine />} isDisabled={!page.nextCursor} onPress={() => setFilters({ cursor: page.nextCursor }, { push: true })} />
    </>
  );
}
