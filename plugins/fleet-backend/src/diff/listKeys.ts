/**
 * By which fields the entries of a list are told apart (`x-kubernetes-list-map-keys`), by the list's name. Lists that
 * are not here are compared as a whole. Written as a table because members serve kinds whose schemas we do not hold.
 */
const KEYS: Record<string, string[][]> = {
  containers: [['name']],
  initContainers: [['name']],
  ephemeralContainers: [['name']],
  volumes: [['name']],
  env: [['name']],
  imagePullSecrets: [['name']],
  resourceClaims: [['name']],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  hostAliases: [['ip']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
  // Of a container, of a Service, of anything else with named ports.
  ports: [['containerPort', 'protocol'], ['port', 'protocol'], ['name']],
  ownerReferences: [['uid']],
  conditions: [['type']],
  versions: [['name']],
  listeners: [['name']],
  metrics: [],
  subjects: [],
};

const DEFAULTS: Record<string, unknown> = { protocol: 'TCP' };

type Entry = Record<string, unknown>;

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The key fields that tell every entry of `list` apart; undefined when the list is compared as a whole. */
export function keysOf(name: string, list: unknown[]): string[] | undefined {
  for (const keys of KEYS[name] ?? []) {
    if (!list.every(entry => isEntry(entry) && entry[keys[0]] !== undefined)) continue;
    const seen = new Set(list.map(entry => keyText(entry as Entry, keys)));
    if (seen.size === list.length) return keys;
  }
  return undefined;
}

/** The key of an entry as it stands in a path: `name=web` or `containerPort=80,protocol=TCP`. */
export function keyText(entry: Entry, keys: string[]): string {
  return keys.map(key => `${key}=${entry[key] ?? DEFAULTS[key] ?? ''}`).join(',');
}
