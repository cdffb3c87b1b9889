import type { ApplicationRow, AttentionItem, ClusterRow } from '@flotilla/backstage-plugin-fleet-common';

/** The page shows so many; the worst come first. */
const MOST = 5;
const FULL = 0.9;

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
const RANK = { danger: 0, warning: 1, info: 2 };

/** Same cause, one item: a single cluster is named, several are counted. */
function grouped(id: string, severity: AttentionItem['severity'], rows: ClusterRow[], one: (row: ClusterRow) => Pick<AttentionItem, 'title' | 'detail'>, many: (rows: ClusterRow[]) => Pick<AttentionItem, 'title' | 'detail'>, state: string): AttentionItem[] {
  if (rows.length === 0) return [];
  const since = Math.min(...rows.map(row => row.stateSince));
  const words = rows.length === 1 ? one(rows[0]) : many(rows);
  const href = rows.length === 1 ? `/clusters/${encodeURIComponent(rows[0].name)}` : `/clusters?state=${state}`;
  return [{ id, severity, ...words, since, href, count: rows.length }];
}

const touched = (row: ClusterRow) => {
  const parts = [row.applications > 0 ? `${plural(row.applications, 'application')} placed there` : 'nothing is placed there'];
  if (row.debt > 0) parts.push(`${plural(row.debt, 'change')} wait to be sent`);
  return parts.join('; ');
};

const names = (rows: { name: string }[]) => (rows.length <= 3 ? rows.map(row => row.name).join(', ') : `${rows.slice(0, 3).map(row => row.name).join(', ')} and ${rows.length - 3} more`);

/** What needs a person, grouped by cause, worst first. */
export function attention(clusters: ClusterRow[], applications: ApplicationRow[]): AttentionItem[] {
  const inState = (state: ClusterRow['state']) => clusters.filter(row => row.state === state);
  const gpuFull = clusters.filter(row => row.gpu && row.gpu.asked >= row.gpu.total * FULL);
  const cpuFull = clusters.filter(row => row.cpu && row.cpu.asked >= row.cpu.total * FULL);
  const items: AttentionItem[] = [
    ...grouped('unreachable', 'danger', inState('Unreachable'), row => ({ title: `${row.name} does not answer`, detail: `${row.because}. ${touched(row)}` }), rows => ({ title: `${plural(rows.length, 'cluster')} do not answer`, detail: names(rows) }), 'Unreachable'),
    ...grouped('sign-in', 'danger', inState('SignInNeeded'), row => ({ title: `${row.name} needs a new sign-in`, detail: row.because }), rows => ({ title: `${plural(rows.length, 'cluster')} need a new sign-in`, detail: names(rows) }), 'SignInNeeded'),
    ...grouped('held', 'warning', inState('Held'), row => ({ title: `${row.name} is held`, detail: row.because }), rows => ({ title: `${plural(rows.length, 'cluster')} are held`, detail: names(rows) }), 'Held'),
    ...applicationsBehind(applications),
    ...grouped('gpu-full', 'warning', gpuFull, row => ({ title: `GPU nearly full on ${row.name}`, detail: `${row.gpu!.asked} of ${row.gpu!.total} asked for` }), rows => ({ title: `GPU nearly full on ${plural(rows.length, 'cluster')}`, detail: names(rows) }), ''),
    ...grouped('cpu-full', 'warning', cpuFull, row => ({ title: `CPU nearly full on ${row.name}`, detail: `${Math.round((100 * row.cpu!.asked) / row.cpu!.total)} % asked for` }), rows => ({ title: `CPU nearly full on ${plural(rows.length, 'cluster')}`, detail: names(rows) }), ''),
    ...grouped('degraded', 'warning', inState('Degraded'), row => ({ title: `${row.name} is degraded`, detail: row.because }), rows => ({ title: `${plural(rows.length, 'cluster')} are degraded`, detail: names(rows) }), 'Degraded'),
    ...findings(applications),
  ];
  return items.sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.since - b.since).slice(0, MOST);
}

function applicationsBehind(applications: ApplicationRow[]): AttentionItem[] {
  return applications
    .filter(row => row.state === 'NotScheduled')
    .map(row => ({
      id: `unplaced/${row.namespace}/${row.name}`,
      severity: 'danger' as const,
      title: `${row.name} has no place${row.unplaced > 0 ? ` for ${plural(row.unplaced, 'replica')}` : ''}`,
      detail: row.sentence,
      since: row.since,
      href: `/applications/${encodeURIComponent(row.namespace)}/${encodeURIComponent(row.name)}`,
      count: 1,
    }));
}

function findings(applications: ApplicationRow[]): AttentionItem[] {
  const with_ = applications.filter(row => row.findings > 0);
  if (with_.length === 0) return [];
  const count = with_.reduce((sum, row) => sum + row.findings, 0);
  const href = with_.length === 1 ? `/applications/${encodeURIComponent(with_[0].namespace)}/${encodeURIComponent(with_[0].name)}` : '/applications';
  return [{ id: 'findings', severity: 'info', title: `${plural(count, 'finding')} on ${with_.length === 1 ? with_[0].name : plural(with_.length, 'application')}`, detail: 'contradictions in what was applied; nothing is broken by them', since: Math.min(...with_.map(row => row.since)), href, count }];
}
