import type { ClusterGroup, ClusterPage, ClusterRow, Meter } from '@flotilla/backstage-plugin-fleet-common';
import type { FleetApi, ListQuery } from '../api/FleetApi';
import { clusterRows, clusterView, fleetsView, labelsOf } from './clusterFixtures';
import { applicationPage, placementView, verdictView } from './placementFixtures';

/** An error as the HTTP client throws it. */
export const answered = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode, cause: new Error(message) });

const matches = (query: ListQuery, row: { name: string; state: string; provider?: string; region?: string; fleets?: string[] }) =>
  (!query.search || row.name.includes(query.search)) &&
  (!query.state || row.state === query.state) &&
  (!query.provider || row.provider === query.provider) &&
  (!query.region || row.region === query.region) &&
  (!query.fleet || row.fleets?.includes(query.fleet));

const AMOUNT = { cpu: (row: ClusterRow) => row.cpu!.asked / row.cpu!.total, applications: (row: ClusterRow) => row.applications };

function sum(rows: ClusterRow[], meterOf: (row: ClusterRow) => Meter | undefined): Meter | undefined {
  const known = rows.flatMap(row => meterOf(row) ?? []);
  return known.length > 0 ? { asked: known.reduce((all, each) => all + each.asked, 0), total: known.reduce((all, each) => all + each.total, 0) } : undefined;
}

function grouped(rows: ClusterRow[], by: 'region' | 'provider' | 'owner', closed: string[]): Pick<ClusterPage, 'items' | 'groups'> {
  const keys = [...new Set(rows.map(row => row[by]))].sort();
  const groups = keys.map((key): ClusterGroup => {
    const members = rows.filter(row => row[by] === key);
    const states = Object.fromEntries([...new Set(members.map(row => row.state))].map(state => [state, members.filter(row => row.state === state).length]));
    const open = !closed.includes(key);
    return { key, total: members.length, states, cpu: sum(members, row => row.cpu), gpu: sum(members, row => row.gpu), open, rows: open ? members.length : 0, continued: false };
  });
  return { items: groups.filter(group => group.open).flatMap(group => rows.filter(row => row[by] === group.key)), groups };
}

/** Rows in the order held, and how many lines that changes. */
function held(rows: ClusterRow[], names: string[]): Pick<ClusterPage, 'items' | 'moved'> {
  const place = (row: ClusterRow) => (names.includes(row.name) ? names.indexOf(row.name) : names.length);
  const items = [...rows].sort((a, b) => place(a) - place(b));
  return { items, moved: items.filter((row, index) => row !== rows[index]).length };
}

function clusterPage(query: ListQuery, rows: ClusterRow[]): Omit<ClusterPage, 'version' | 'now'> {
  const key = query.sort?.replace(/^-/, '') as keyof typeof AMOUNT;
  const sign = query.sort?.startsWith('-') ? -1 : 1;
  const found = rows.filter(row => matches(query, row) && (query.label?.split(',') ?? []).every(label => labelsOf(row).includes(label)));
  if (AMOUNT[key]) found.sort((a, b) => sign * (AMOUNT[key](a) - AMOUNT[key](b)));
  else if (sign < 0) found.reverse();
  const page = found.slice(0, Number(query.limit));
  const common = { total: found.length, from: 0, moved: 0 };
  if (query.group) return { ...common, ...grouped(page, query.group as 'region', query.closed?.split(',') ?? []) };
  return { ...common, ...held(page, query.hold?.split(',') ?? []) };
}

/**
 * A {@link FleetApi} that answers from fixtures, filtering and sorting as the backend does.
 * @param now - the server's time of an answer
 */
export function fixtureApi(now: () => number = Date.now, over: Partial<FleetApi> = {}, rows: (now: number) => ClusterRow[] = clusterRows): FleetApi {
  return {
    fleets: async () => fleetsView(now(), rows(now())),
    clusters: async query => ({ version: '1', now: now(), ...clusterPage(query, rows(now())) }),
    cluster: async name => {
      const view = clusterView(now());
      if (view.row.name !== name) throw answered(404, `clusters "${name}" not found`);
      return view;
    },
    applications: async query => {
      const page = applicationPage(now());
      const items = page.items.filter(row => matches(query, row));
      return { ...page, items, total: items.length };
    },
    placement: async ({ name }) => {
      const view = placementView(now());
      if (view.name !== name) throw answered(404, `applications "${name}" not found`);
      return view;
    },
    verdict: async (_of, component, cluster) => {
      const found = placementView(now()).components.find(each => each.name === component);
      const view = found && verdictView(found, cluster, now());
      if (!view) throw answered(404, `clusters "${cluster}" not found`);
      return view;
    },
    connect: async () => ({ server: 'https://127.0.0.1:7008', certificateAuthority: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', portal: 'http://localhost:3000', encrypted: true, members: { names: ['east', 'gpu-cluster-huawei'], total: 2 } }),
    ...over,
  };
}
