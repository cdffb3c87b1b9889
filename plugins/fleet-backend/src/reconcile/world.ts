import type { KubeObject } from '@flotilla/kube-api';
import { groupOf } from '../model/kinds';
import type { World } from '../model/world';
import { KINDS } from './engine';
import type { CachedKind, HubCache } from './HubCache';

/** Secrets are cached by name and type; the rules never read data. */
const withoutData = ({ data: _data, stringData: _string, metadata, ...rest }: KubeObject): KubeObject => ({
  ...rest,
  metadata: { ...metadata, annotations: {}, managedFields: undefined },
});

/** Kinds the rules look at beside each other: ours, namespaces, and what may be placed or limits it. */
export const CACHED_KINDS: CachedKind[] = [
  ...Object.values(KINDS).map(({ group, resource }) => ({ group, resource })),
  { group: '', resource: 'secrets', keep: withoutData },
  { group: '', resource: 'configmaps', keep: withoutData },
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
  { group: 'apps', resource: 'daemonsets' },
  { group: 'batch', resource: 'jobs' },
  { group: 'batch', resource: 'cronjobs' },
  { group: 'policy', resource: 'poddisruptionbudgets' },
  { group: 'autoscaling', resource: 'horizontalpodautoscalers' },
];

export interface WorldOptions {
  cache: HubCache;
  fleetNamespaces: string[];
  checks: World['checks'];
  debtOf(cluster: string): number;
}

const PROFILE_KINDS = [KINDS.schedulingProfile, KINDS.performanceProfile, KINDS.partitionPolicy, KINDS.networkPolicy];

/** Whether a kind is among the cached; all of them have a plain plural. */
const isCached = (apiVersion: string, kind: string) =>
  CACHED_KINDS.some(({ group, resource }) => group === groupOf(apiVersion) && resource === `${kind.toLowerCase()}s`);

/** The hub as the rules read it: looked up on demand, nothing is copied. */
export function worldOf({ cache, fleetNamespaces, checks, debtOf }: WorldOptions): World {
  const all = (of: { group: string; resource: string }) => cache.all(of.group, of.resource);
  return {
    get fleets() {
      return all(KINDS.fleet);
    },
    get clusters() {
      return all(KINDS.cluster);
    },
    get applications() {
      return all(KINDS.application);
    },
    get policies() {
      return all(KINDS.policy);
    },
    get namespaces() {
      return all(KINDS.namespace);
    },
    get profiles() {
      return PROFILE_KINDS.flatMap(all);
    },
    get endpoints() {
      return all(KINDS.endpoint);
    },
    get sites() {
      return all(KINDS.edgeSite);
    },
    get secrets() {
      return cache.all('', 'secrets');
    },
    objectsIn: namespace => cache.inNamespace(namespace),
    sees: isCached,
    debtOf,
    fleetNamespaces,
    checks,
  };
}

