import type { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import { ResponseError } from '@backstage/errors';
import { FLEET_PLUGIN_ID, VIEWS_PATH } from '@flotilla/backstage-plugin-fleet-common';
import type { FleetApi, ListQuery, PlacementName } from './FleetApi';

/** A view is built from stored facts: an answer that takes longer does not come. */
const TIMEOUT_MS = 15_000;

const path = (...parts: string[]) => parts.map(part => `/${encodeURIComponent(part)}`).join('');

/** {@link FleetApi} over HTTP. */
export class FleetClient implements FleetApi {
  constructor(private readonly from: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {}

  fleets = (signal?: AbortSignal) => this.#read('/fleets', signal);
  clusters = (query: ListQuery, signal?: AbortSignal) => this.#read(`/clusters${search(query)}`, signal);
  cluster = (name: string, signal?: AbortSignal) => this.#read(path('clusters', name), signal);
  applications = (query: ListQuery, signal?: AbortSignal) => this.#read(`/applications${search(query)}`, signal);
  placement = (of: PlacementName, signal?: AbortSignal) => this.#read(placementPath(of), signal);
  verdict = (of: PlacementName, component: string, cluster: string, signal?: AbortSignal) => this.#read(`${placementPath(of)}${path(component, 'verdicts', cluster)}`, signal);
  connect = (signal?: AbortSignal) => this.#read('/connect', signal);

  async #read(view: string, signal?: AbortSignal): Promise<any> {
    const base = await this.from.discoveryApi.getBaseUrl(FLEET_PLUGIN_ID);
    const ending = new AbortController();
    const end = () => ending.abort(signal?.reason);
    signal?.addEventListener('abort', end);
    const timer = setTimeout(() => ending.abort(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)), TIMEOUT_MS);
    try {
      const response = await this.from.fetchApi.fetch(`${base}${VIEWS_PATH}${view}`, { signal: ending.signal });
      if (!response.ok) throw await ResponseError.fromResponse(response);
      return await response.json();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }
}

const placementPath = ({ kind, namespace, name }: PlacementName) => path('placements', kind, namespace, name);

function search(query: ListQuery): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '') as [string, string][];
  return set.length > 0 ? `?${new URLSearchParams(set)}` : '';
}
