import { createApiRef } from '@backstage/frontend-plugin-api';
import type { ApplicationPage, ClusterPage, ClusterView, ConnectView, FleetsView, PlacementView, VerdictView } from '@flotilla/backstage-plugin-fleet-common';

/** Filters, sort, search and cursor of a list, as they stand in the page's own address. */
export type ListQuery = Partial<Record<'limit' | 'cursor' | 'sort' | 'search' | 'state' | 'fleet' | 'provider' | 'region' | 'owner' | 'label' | 'group' | 'closed' | 'hold' | 'cluster', string>>;

/** Names an Application or a selected object. */
export interface PlacementName {
  /** `Application`, or the kind of a selected object. */
  kind: string;
  namespace: string;
  name: string;
}

/**
 * What the pages read, with the reader's own rights. Every call can be cancelled; it rejects with a ResponseError that has the
 * status of the answer, or with the error of the network.
 *
 * @public
 */
export interface FleetApi {
  fleets(signal?: AbortSignal): Promise<FleetsView>;
  clusters(query: ListQuery, signal?: AbortSignal): Promise<ClusterPage>;
  cluster(name: string, signal?: AbortSignal): Promise<ClusterView>;
  applications(query: ListQuery, signal?: AbortSignal): Promise<ApplicationPage>;
  placement(of: PlacementName, signal?: AbortSignal): Promise<PlacementView>;
  verdict(of: PlacementName, component: string, cluster: string, signal?: AbortSignal): Promise<VerdictView>;
  connect(signal?: AbortSignal): Promise<ConnectView>;
}

/** @public */
export const fleetApiRef = createApiRef<FleetApi>().with({ id: 'plugin.fleet.service', pluginId: 'fleet' });
