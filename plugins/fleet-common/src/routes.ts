/** Root of the pages in the portal. */
export const FLEET_ROOT = '/fleet';

/** Paths of the pages below {@link FLEET_ROOT}. Names are DNS names, so they need no escaping; they are escaped all the same. */
export const fleetPaths = {
  overview: () => FLEET_ROOT,
  cluster: (name: string) => `${FLEET_ROOT}/clusters/${encodeURIComponent(name)}`,
  applications: () => `${FLEET_ROOT}/applications`,
  placement: (namespace: string, name: string) => `${FLEET_ROOT}/applications/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
};

/** Plugin id: the backend answers below `/api/fleet`. */
export const FLEET_PLUGIN_ID = 'fleet';
/** The Kubernetes-shaped API, below the plugin's base URL. */
export const KUBE_PATH = '/kube';
/** The aggregated group of that API: what the members hold, read only. */
export const MEMBERS_GROUP = 'members.kurator.dev';
/** What the pages read, below the plugin's base URL. */
export const VIEWS_PATH = '/views';

/** Channel of the signals that say "read again". */
export const FLEET_SIGNAL_CHANNEL = 'fleet';

/** A signal: which views may have changed, and the version they now have. Never content: pages read again with their own rights. */
export interface FleetSignal {
  key: string;
  version: string;
}
