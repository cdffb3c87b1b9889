import type { Work } from '../../model/work';
import type { ClusterNow, PlanInput } from '../plan';
import type { Target } from '../types';

/** A Deployment of four pods at revision `new`. */
export function aTarget(over: Partial<Target> = {}): Target {
  const kind = over.isJob ? 'Job' : 'Deployment';
  return {
    key: 'Application/shop/web/api',
    owner: { apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', namespace: 'shop', name: 'web', uid: 'app-uid', generation: 1 },
    component: 'api',
    main: { apiVersion: over.isJob ? 'batch/v1' : 'apps/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec: {} },
    copies: [],
    replicas: 4,
    divided: !over.isJob,
    isJob: false,
    unchanged: false,
    revision: 'new',
    adoption: 'Never',
    updatePolicy: 'Wait',
    podSpec: { containers: [] },
    ...over,
  };
}

/** The record of a main object that was written to `cluster`. */
export function aWork(cluster: string, over: Partial<Work> = {}): Work {
  return {
    cluster, clusterUid: `${cluster}-uid`, apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api',
    target: 'Application/shop/web/api', ownerUid: 'app-uid', state: 'wanted', revision: 'new', wantedHash: 'h', appliedHash: 'h',
    memberUid: `${cluster}-object`, sent: true, error: '', since: 0, ...over,
  };
}

type Live = NonNullable<ReturnType<ClusterNow['live']>>;

/** What runs in a cluster: `pods` wanted there, all ready unless said otherwise. */
export const running = (pods: number, over: Partial<Live> = {}): Live => ({ wanted: pods, ready: pods, settled: true, replicas: pods, revision: 'new', ...over });

export interface Scene extends Partial<Omit<PlanInput, 'now' | 'wished' | 'evicted'>> {
  wished?: Record<string, number>;
  evicted?: string[];
  /** By cluster; absent: it answers and holds nothing. */
  live?: Record<string, Live | undefined>;
  away?: string[];
}

/** A plan's input: clusters answer unless they are `away`. */
export function aScene({ wished = {}, evicted = [], live = {}, away = [], ...rest }: Scene): PlanInput {
  return {
    target: aTarget(),
    unplaced: 0,
    works: [],
    wished: Object.entries(wished).map(([cluster, replicas]) => ({ cluster, replicas })),
    evicted: new Set(evicted),
    now: cluster => ({ answers: !away.includes(cluster), uid: `${cluster}-uid`, live: () => live[cluster] }),
    ...rest,
  };
}
