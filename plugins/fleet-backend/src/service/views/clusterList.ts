import type { ClusterFacets, ClusterGroup, ClusterPage, ClusterRow, FacetValue, Meter } from '@flotilla/backstage-plugin-fleet-common';
import { STATE_ORDER } from './clusterRows';
import { contains, groupBy, pageOf, sortRows, type ListQuery } from './paging';

/** A row and what it can be filtered by besides. */
export interface Listed {
  row: ClusterRow;
  /** `key=value`, as any of its fleets sees them. */
  labels: readonly string[];
}

const FIELDS = {
  name: (row: ClusterRow) => row.name,
  state: (row: ClusterRow) => STATE_ORDER.indexOf(row.state),
  version: (row: ClusterRow) => row.version,
  cpu: (row: ClusterRow) => row.cpu && row.cpu.asked / row.cpu.total,
  gpu: (row: ClusterRow) => row.gpu && row.gpu.total - row.gpu.asked,
  applications: (row: ClusterRow) => row.applications,
  seenAt: (row: ClusterRow) => row.seenAt,
  provider: (row: ClusterRow) => row.provider,
  region: (row: ClusterRow) => row.region,
};

type Grouping = 'region' | 'provider' | 'owner';
const isGrouping = (group: unknown): group is Grouping => group === 'region' || group === 'provider' || group === 'owner';

/** In the address, what is not known has to have a name. */
const NOT_KNOWN = '-';
const listed = (value: string | number | undefined): string[] => (value === undefined || value === '' ? [] : String(value).split(','));

function fits({ row, labels }: Listed, query: ListQuery): boolean {
  const equals = (field: 'state' | 'provider' | 'region' | 'owner') => !query[field] || row[field] === query[field];
  return (
    contains(query.search, row.name, row.provider, row.region) &&
    equals('state') &&
    equals('provider') &&
    equals('region') &&
    equals('owner') &&
    (!query.fleet || row.fleets.includes(String(query.fleet))) &&
    listed(query.label).every(wanted => labels.some(label => label === wanted || label.startsWith(`${wanted}=`)))
  );
}

/** One line of the table: a row, or the head of a closed group. */
interface Line {
  group: string;
  row?: ClusterRow;
}

const nameOf = ({ group, row }: Line) => (row ? row.name : `${group}/`);

function linesOf(rows: readonly ClusterRow[], grouping: Grouping | undefined, closed: ReadonlySet<string>): Line[] {
  if (!grouping) return rows.map(row => ({ group: '', row }));
  const groups = groupBy(rows, row => row[grouping]);
  // What is not known stands last.
  const keys = [...groups.keys()].sort((a, b) => Number(a === '') - Number(b === '') || (a < b ? -1 : 1));
  return keys.flatMap(group => (closed.has(group) ? [{ group }] : groups.get(group)!.map(row => ({ group, row }))));
}

/** The page's lines with the held ones where they were; what is new to the page comes after them, within its group. */
function hold(lines: readonly Line[], page: readonly Line[], held: readonly string[]): Line[] {
  if (held.length === 0) return [...page];
  const place = new Map(held.map((name, index) => [name, index]));
  const stays = lines.filter(({ row }) => row && place.has(row.name)).slice(0, page.length);
  const fresh = page.filter(({ row }) => !row || !place.has(row.name)).slice(0, page.length - stays.length);
  const groups = new Map([...new Set(lines.map(({ group }) => group))].map((group, index) => [group, index]));
  const order = (line: Line) => (line.row && place.get(line.row.name)) ?? held.length;
  return [...stays, ...fresh].sort((a, b) => groups.get(a.group)! - groups.get(b.group)! || order(a) - order(b));
}

function sumOf(rows: readonly ClusterRow[], meterOf: (row: ClusterRow) => Meter | undefined): Meter | undefined {
  const known = rows.flatMap(row => meterOf(row) ?? []);
  return known.length > 0 ? known.reduce((sum, { asked, total }) => ({ asked: sum.asked + asked, total: sum.total + total }), { asked: 0, total: 0 }) : undefined;
}

function groupsOf(shown: readonly Line[], rows: readonly ClusterRow[], grouping: Grouping, before: Line | undefined): ClusterGroup[] {
  const all = groupBy(rows, row => row[grouping]);
  return [...groupBy(shown, line => line.group)].map(([key, lines]) => {
    const members = all.get(key)!;
    const states = Object.fromEntries([...groupBy(members, row => row.state)].map(([state, of]) => [state, of.length]));
    return { key, total: members.length, states, cpu: sumOf(members, row => row.cpu), gpu: sumOf(members, row => row.gpu), open: lines[0].row !== undefined, rows: lines.filter(({ row }) => row).length, continued: before?.group === key };
  });
}

/** One page of the clusters: filtered, sorted, grouped and held as the query says. Unknown fields and values of the query leave things as they are. */
export function clusterPage(clusters: readonly Listed[], query: ListQuery): Omit<ClusterPage, 'version' | 'now'> {
  const fitting = clusters.filter(each => fits(each, query)).map(({ row }) => row);
  const sorted = sortRows(fitting, query.sort, FIELDS, row => row.name);
  const grouping = isGrouping(query.group) ? query.group : undefined;
  const lines = linesOf(sorted, grouping, new Set(listed(query.closed).map(key => (key === NOT_KNOWN ? '' : key))));
  const { items: page, ...cursors } = pageOf(lines, query);
  const shown = hold(lines, page, listed(query.hold));
  return {
    ...cursors,
    items: shown.flatMap(({ row }) => row ?? []),
    total: fitting.length,
    moved: shown.filter((line, index) => nameOf(line) !== nameOf(page[index])).length,
    ...(grouping && { groups: groupsOf(shown, fitting, grouping, lines[cursors.from - 1]) }),
  };
}

const MOST_VALUES = 200;

function counted(values: Iterable<string>): FacetValue[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_VALUES);
}

/** What these clusters can be filtered by. */
export function facetsOf(clusters: readonly Listed[]): ClusterFacets {
  const of = (values: (listed: Listed) => readonly string[]) => counted(clusters.flatMap(values));
  return {
    fleet: of(({ row }) => row.fleets),
    provider: of(({ row }) => [row.provider]),
    region: of(({ row }) => [row.region]),
    owner: of(({ row }) => [row.owner]),
    label: of(({ labels }) => labels),
  };
}
