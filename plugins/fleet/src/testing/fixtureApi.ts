import type { FleetApi, ListQuery } from '../api/FleetApi';
import { clusterRows, clusterView, fleetsView } from './clusterFixtures';
import { applicationPage, placementView, verdictView } from './placementFixtures';

/** An error as the HTTP client throws it. */
export const answered = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode, cause: new Error(message) });

const matches = (query: ListQuery, row: { name: string; state: string; provider?: string; fleets?: string[] }) =>
  (!query.search || row.name.includes(query.search)) && (!query.state || row.state === query.state) && (!query.provider || row.provider === query.provider) && (!query.fleet || row.fleets?.includes(query.fleet));

const AMOUNT = { cpu: (row: ReturnType<typeof clusterRows>[number]) => row.cpu!.asked / row.cpu!.total, applications: (row: ReturnType<typeof clusterRows>[number]) => row.applications };

/**
 * A {@link FleetApi} that answers from fixtures, filtering and sorting as the backend does.
 * @param now - the server's time of an answer
 */
export function fixtureApi(now: () => number = Date.now, over: Partial<FleetApi> = {}): FleetApi {
  return {
    fleets: async () => fleetsView(now()),
    clusters: async query => {
      const key = query.sort?.replace(/^-/, '') as keyof typeof AMOUNT;
      const sign = query.sort?.startsWith('-') ? -1 : 1;
      const found = clusterRows(now()).filter(row => matches(query, row));
      if (AMOUNT[key]) found.sort((a, b) => sign * (AMOUNT[key](a) - AMOUNT[key](b)));
      else if (sign < 0) found.reverse();
      return { version: '1', now: now(), items: found.slice(0, Number(query.limit)), total: found.length };
    },
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
    ...over,
  };
}
