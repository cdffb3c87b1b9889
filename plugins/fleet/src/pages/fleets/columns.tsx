import { Cell, Column, type ColumnConfig } from '@backstage/ui';
import { fleetPaths, type ClusterRow, type Meter as Amounts } from '@flotilla/backstage-plugin-fleet-common';
import { Age, askedShare, Meter, NEARLY_FULL, StatusMark, useNow, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { Link } from 'react-router-dom';
import { useFleetWords, type FleetWords } from '../../translation';
import { GroupHead } from './GroupHead';
import type { Row } from './rows';
import styles from './fleets.module.css';

/** Two heartbeats. */
const OLD_MS = 60_000;
/** Characters of a cause that the column has room for. */
const CAUSE_FITS = 20;
const cutOff = (row: ClusterRow) => row.state === 'Unreachable' || row.state === 'SignInNeeded';

/** Columns that the head of a group takes up with its name and counts, and those after its sums. */
const HEAD_SPAN = 3;
const TAIL_SPAN = 3;

/** Columns in the order and with the names of the server's sort keys. A group's head shows counts and sums in place of a cluster's. */
export function clusterColumns(t: FleetWords, measured: boolean): ColumnConfig<Row>[] {
  const right = (id: string, label: string, width: number) => ({ id, label, isSortable: true, width, header: () => <Column id={id} allowsSorting width={width} className={styles.right}>{label}</Column> });
  const spanned = <></>;
  return [
    {
      id: 'name', label: t('table.name'), isRowHeader: true, isSortable: true, width: '2.2fr', minWidth: 216,
      cell: row => (row.group ? <Cell colSpan={HEAD_SPAN} className={styles.group}><GroupHead group={row.group} /></Cell> : <Cell><Link className={styles.name} to={fleetPaths.cluster(row.name)}>{row.name}</Link></Cell>),
    },
    { id: 'state', label: t('table.status'), isSortable: true, width: '1.6fr', minWidth: 158, cell: row => (row.group ? spanned : <Cell><Status row={row} /></Cell>) },
    { id: 'version', label: t('table.version'), isSortable: true, width: 96, cell: row => (row.group ? spanned : <Cell>{row.version || '–'}</Cell>) },
    {
      id: 'cpu', label: `${t('table.cpu')}, ${t(measured ? 'table.cpuUsed' : 'table.cpuAsked')}`, isSortable: true, width: '2.6fr', minWidth: 232,
      cell: row => (row.group ? <Cell className={styles.group}><Meter meter={row.group.cpu} resource="cpu" /></Cell> : <Cell><Cpu row={row} /></Cell>),
    },
    { ...right('gpu', t('table.gpu'), 104), cell: row => <Cell className={`${styles.right} ${row.group ? styles.group : ''}`}><Gpu gpu={row.group ? row.group.gpu : row.gpu} /></Cell> },
    { ...right('applications', t('table.apps'), 82), cell: row => (row.group ? <Cell colSpan={TAIL_SPAN} className={styles.group}>{null}</Cell> : <Cell className={styles.right}><Count value={row.applications} /></Cell>) },
    { ...right('seenAt', t('table.seen'), 82), cell: row => (row.group ? spanned : <Cell className={styles.right}><Seen row={row} /></Cell>) },
    { id: 'provider', label: t('table.provider'), isSortable: true, width: '1fr', minWidth: 100, cell: row => (row.group ? spanned : <Cell><span className={styles.muted}>{row.provider || '–'}</span></Cell>) },
  ];
}

function Status({ row }: { row: ClusterRow }) {
  const { t, age, say } = useWords();
  const now = useNow();
  if (row.state === 'Unreachable') return <StatusMark state={row.state}>{t('state.Unreachable')} {age(now - row.stateSince)}</StatusMark>;
  // The cause, where it fits into the line; the cluster's page says all of it.
  const cause = say(row.because);
  return <StatusMark state={row.state} seenAt={row.seenAt}>{row.state === 'Degraded' && cause.length <= CAUSE_FITS ? cause : undefined}</StatusMark>;
}

function Cpu({ row }: { row: ClusterRow }) {
  const { t } = useFleetWords();
  const words = useWords();
  const now = useNow();
  if (!row.cpu || !cutOff(row)) return <Meter meter={row.cpu} resource="cpu" />;
  return (
    <span className={styles.line}>
      <span className={styles.asOf}>{row.seenAt !== undefined && t('table.asOf', { time: words.time(row.seenAt, now) })}</span>
      <span className={styles.muted}>{words.meterText(row.cpu, 'cpu')}</span>
    </span>
  );
}

function Gpu({ gpu }: { gpu: Amounts | undefined }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  if (!gpu) return <>–</>;
  return <span className={askedShare(gpu) >= NEARLY_FULL ? styles.warn : undefined}>{t('table.gpuFree', { free: number(gpu.total - gpu.asked), total: number(gpu.total) })}</span>;
}

const Count = ({ value }: { value: number }) => <>{useWords().number(value)}</>;

function Seen({ row }: { row: ClusterRow }) {
  const now = useNow();
  const old = row.seenAt === undefined || now - row.seenAt > OLD_MS;
  return <span className={old && cutOff(row) ? styles.bad : styles.muted}><Age at={row.seenAt} /></span>;
}
