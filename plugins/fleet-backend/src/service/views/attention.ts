import type { ApplicationRow, AttentionItem, ClusterRow, Reason } from '@flotilla/backstage-plugin-fleet-common';

/** The page shows so many; the worst come first. */
const MOST = 5;
const FULL = 0.9;
const RANK = { danger: 0, warning: 1, info: 2 };
const NAMED = 3;

/** A cause that clusters share. `code` is the sentence for one cluster; for several it ends in `Many`. */
interface Cause {
  id: string;
  severity: AttentionItem['severity'];
  code: string;
  of(row: ClusterRow): boolean;
  detail(row: ClusterRow): Reason;
  /** The list behind several. */
  list: string;
}

/** A reason within another one: its code is a value, its values stand beside it. */
const within = ({ code, values }: Reason) => ({ because: code, ...values });

const touched = (row: ClusterRow): Reason => ({ code: 'DetailTouched', values: { ...within(row.because), applications: row.applications, ...(row.debt > 0 && { debt: row.debt }) } });
const because = (row: ClusterRow): Reason => ({ code: 'DetailBecause', values: within(row.because) });
const full = (meter: ClusterRow['cpu']) => meter !== undefined && meter.asked >= meter.total * FULL;
const inState = (state: ClusterRow['state']) => ({ of: (row: ClusterRow) => row.state === state, list: `/clusters?state=${state}` });

const CAUSES: Cause[] = [
  { id: 'unreachable', severity: 'danger', code: 'AttentionUnreachable', detail: touched, ...inState('Unreachable') },
  { id: 'sign-in', severity: 'danger', code: 'AttentionSignIn', detail: because, ...inState('SignInNeeded') },
  { id: 'held', severity: 'warning', code: 'AttentionHeld', detail: because, ...inState('Held') },
  { id: 'degraded', severity: 'warning', code: 'AttentionDegraded', detail: because, ...inState('Degraded') },
  { id: 'gpu-full', severity: 'warning', code: 'AttentionGpuFull', of: row => full(row.gpu), detail: ({ gpu }) => ({ code: 'DetailAsked', values: { asked: gpu!.asked, total: gpu!.total } }), list: '/clusters?sort=gpu' },
  { id: 'cpu-full', severity: 'warning', code: 'AttentionCpuFull', of: row => full(row.cpu), detail: ({ cpu }) => ({ code: 'DetailAskedPercent', values: { percent: Math.round((100 * cpu!.asked) / cpu!.total) } }), list: '/clusters?sort=-cpu' },
];

function names(rows: readonly { name: string }[]): Reason {
  const more = rows.length - NAMED;
  return { code: 'DetailNames', values: { names: rows.slice(0, NAMED).map(row => row.name).join(', '), ...(more > 0 && { more }) } };
}

/** Same cause, one item: a single cluster is named, several are counted. */
function itemOf({ id, severity, code, of, detail, list }: Cause, clusters: readonly ClusterRow[]): AttentionItem[] {
  const rows = clusters.filter(of);
  if (rows.length === 0) return [];
  const common = { id, severity, since: Math.min(...rows.map(row => row.stateSince)), count: rows.length };
  if (rows.length > 1) return [{ ...common, title: { code: `${code}Many`, values: { count: rows.length } }, detail: names(rows), href: list }];
  const [row] = rows;
  return [{ ...common, title: { code, values: { name: row.name } }, detail: detail(row), href: `/clusters/${encodeURIComponent(row.name)}` }];
}

/** Below the plugin's root, as the pages' routes have it. */
function placementPath({ kind, namespace, name }: ApplicationRow): string {
  const to = kind === 'Application' ? ['applications', namespace, name] : ['objects', kind, namespace, name];
  return `/${to.map(encodeURIComponent).join('/')}`;
}

const withoutPlace = (row: ApplicationRow): AttentionItem => ({
  id: `unplaced/${row.kind}/${row.namespace}/${row.name}`,
  severity: 'danger',
  title: { code: 'AttentionNoPlace', values: { name: row.name, ...(row.unplaced > 0 && { unplaced: row.unplaced }) } },
  detail: row.sentence,
  since: row.since,
  href: placementPath(row),
  count: 1,
});

function findings(applications: readonly ApplicationRow[]): AttentionItem[] {
  const rows = applications.filter(row => row.findings > 0);
  if (rows.length === 0) return [];
  const count = rows.reduce((sum, row) => sum + row.findings, 0);
  const single = rows.length === 1;
  const title: Reason = single ? { code: 'AttentionFindings', values: { count, name: rows[0].name } } : { code: 'AttentionFindingsMany', values: { count, applications: rows.length } };
  return [{ id: 'findings', severity: 'info', title, detail: { code: 'DetailFindings', values: {} }, since: Math.min(...rows.map(row => row.since)), href: single ? placementPath(rows[0]) : '/applications', count: rows.length }];
}

/** What needs a person, grouped by cause, worst first. Says nothing of what is not among the rows given. */
export function attention(clusters: readonly ClusterRow[], applications: readonly ApplicationRow[]): AttentionItem[] {
  const items = [...CAUSES.flatMap(cause => itemOf(cause, clusters)), ...applications.filter(row => row.state === 'NotScheduled').map(withoutPlace), ...findings(applications)];
  return items.sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.since - b.since).slice(0, MOST);
}
