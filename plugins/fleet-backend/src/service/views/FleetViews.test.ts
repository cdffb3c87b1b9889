import type { KubeObject, Principal } from '@flotilla/kube-api';
import { KINDS } from '../../reconcile/engine';
import type { Work } from '../../store/types';
import type { RightAbout } from '../rights';
import { FleetViews } from './FleetViews';

const NOW = Date.UTC(2026, 0, 1);
const reader: Principal = { kind: 'user', name: 'user:default/ann', groups: [] };

const cluster = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { mode: 'Manage', provider: 'huawei', ...spec },
  status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Healthy', message: 'answers', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
});
const fleet = (namespace: string, name: string, clusters: string[]): KubeObject => ({ apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { namespace, name, uid: `${namespace}/${name}` }, spec: { clusters: clusters.map(each => ({ name: each })) } });
const application = (namespace: string, name: string, over: object = {}): KubeObject => ({
  apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Application', metadata: { namespace, name, uid: `${namespace}/${name}`, creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { components: [{ name: 'web', type: 'Deployment' }] },
  status: { conditions: [{ type: 'Scheduled', status: 'False', reason: 'NoClusterFits', message: `${name} has no place`, lastTransitionTime: '2026-01-01T00:00:00Z' }] }, ...over,
});
const work = (onCluster: string, namespace: string, app: string, over: Partial<Work> = {}) =>
  ({ cluster: onCluster, target: `Application/${namespace}/${app}/web`, ownerUid: `${namespace}/${app}`, apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web', state: 'removing', since: NOW, revision: 'r1', ...over }) as Work;

interface Scene {
  objects?: KubeObject[];
  works?: Work[];
  /** Which objects the reader may see; a kind in `none` not at all. */
  sees?: (about: RightAbout) => boolean;
  none?: string[];
}

function open({ objects = [], works = [], sees = () => true, none = [] }: Scene) {
  const asked = { works: 0, rights: 0 };
  const resourceOf = ({ kind }: KubeObject) => `${kind.toLowerCase()}s`;
  const all = (_group: string, resource: string) => objects.filter(each => resourceOf(each) === resource);
  let changed = () => {};
  const views = new FleetViews({
    cache: { all, get: (group: string, resource: string, _namespace: string, name: string) => all(group, resource).find(each => each.metadata.name === name), onChange: (listener: () => void) => (changed = listener) } as any,
    stores: {
      works: {
        all: async () => {
          asked.works += 1;
          return works;
        },
        byCluster: async (name: string) => works.filter(each => each.cluster === name),
      },
      resources: { list: async () => ({ items: [] }), get: async ({ resource, namespace, name }: any) => all('', resource).find(each => each.metadata.namespace === namespace && each.metadata.name === name) },
      decisions: { latest: async () => undefined, history: async () => [], inputs: async () => undefined },
    } as any,
    observer: { on: () => () => undefined, seen: () => undefined, live: () => new Map(), history: () => undefined } as any,
    authority: {
      check: async () => ({ allowed: false, why: 'needs the permission fleet.update' }),
      reader: async (_principal: Principal, about: RightAbout) => {
        asked.rights += 1;
        return none.includes(about.resource) ? { all: false, why: `needs the permission fleet.read for ${about.resource}`, sees: () => false } : { all: false, why: '', sees };
      },
    } as any,
    clock: { now: () => NOW, after: () => () => undefined },
    clusterDefaults: [],
  });
  return { views, asked, change: () => changed() };
}

const mine = ({ resource, namespace, name }: RightAbout) => (resource === KINDS.cluster.resource ? name !== 'hidden' : namespace === 'mine');

const SHARED: Scene = {
  objects: [
    cluster('shown'), cluster('hidden', { provider: 'secret-cloud', region: 'secret-region' }),
    fleet('mine', 'small', ['shown']), fleet('theirs', 'secret-fleet', ['shown', 'hidden']),
    application('mine', 'shop'), application('theirs', 'secret-app', { status: { findings: [{ code: 'RequestsAssumed', severity: 'info', path: 'spec', because: 'x', since: '' }], conditions: [] } }),
  ],
  works: [work('shown', 'mine', 'shop'), work('shown', 'theirs', 'secret-app'), work('hidden', 'theirs', 'secret-app')],
  sees: mine,
};

describe('what a reader may not see', () => {
  it('is in no count, no facet, no group and no item of attention', async () => {
    const { views } = open(SHARED);
    const overview = await views.fleets(reader);
    expect(overview.totals).toEqual({ clusters: 1, fleets: 1, providers: 1, applications: 1 });
    expect(overview.states.Healthy).toBe(1);
    expect(overview.fleets).toMatchObject([{ name: 'small', clusters: 1 }]);
    expect(overview.facets).toMatchObject({ fleet: [{ value: 'mine/small', count: 1 }], provider: [{ value: 'huawei', count: 1 }], region: [] });
    expect(overview.attention.map(item => item.id)).toEqual(['unplaced/Application/mine/shop']);
    const page = await views.clusters(reader, { group: 'provider' });
    expect(page.groups).toHaveLength(1);
    expect(page.items).toMatchObject([{ name: 'shown', fleets: ['mine/small'], applications: 1, debt: 1 }]);
    expect(JSON.stringify([overview, page, await views.applications(reader, {}), await views.cluster(reader, 'shown')])).not.toMatch(/secret|hidden|theirs/);
  });

  it('cannot be found by filters, search or held names', async () => {
    const { views } = open(SHARED);
    for (const query of [{ search: 'hidden' }, { provider: 'secret-cloud' }, { fleet: 'theirs/secret-fleet' }]) expect(await views.clusters(reader, query)).toMatchObject({ total: 0, items: [] });
    expect((await views.clusters(reader, { hold: 'hidden' })).items.map(row => row.name)).toEqual(['shown']);
    expect(await views.applications(reader, { cluster: 'hidden' })).toMatchObject({ total: 0, all: 1 });
  });

  it('is not there, where it is asked for by name', async () => {
    const { views } = open(SHARED);
    await expect(views.cluster(reader, 'hidden')).rejects.toMatchObject({ code: 404 });
    await expect(views.placement(reader, 'Application', 'theirs', 'secret-app')).rejects.toMatchObject({ code: 404 });
    await expect(views.verdict(reader, 'Application', 'theirs', 'secret-app', 'web', 'shown')).rejects.toMatchObject({ code: 404 });
    await expect(views.placement(reader, 'Application', 'mine', 'nothing')).rejects.toMatchObject({ code: 404 });
  });

  it('is refused where none of the kind may be seen, with the right that is missing', async () => {
    const { views } = open({ ...SHARED, none: ['clusters'] });
    for (const read of [views.fleets(reader), views.clusters(reader, {}), views.cluster(reader, 'shown')]) await expect(read).rejects.toMatchObject({ code: 403, message: 'needs the permission fleet.read for clusters' });
  });

  it('leaves the rest of a page as it is: no applications are unknown, not none', async () => {
    const { views } = open({ ...SHARED, none: ['applications', 'deployments', 'statefulsets', 'daemonsets'] });
    const overview = await views.fleets(reader);
    expect(overview.totals).toMatchObject({ clusters: 1, applications: undefined });
    expect(overview.attention).toEqual([]);
    await expect(views.applications(reader, {})).rejects.toMatchObject({ code: 403 });
    const { views: withoutFleets } = open({ ...SHARED, none: ['fleets'] });
    expect((await withoutFleets.clusters(reader, {})).items).toMatchObject([{ fleets: [] }]);
  });
});

describe('applications', () => {
  it('are counted by state on the server, whatever the page and its filters', async () => {
    const many = Array.from({ length: 60 }, (_, index) => application('mine', `app-${String(index).padStart(2, '0')}`, index % 3 === 0 ? { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'AllReady', message: 'ready' }] } } : {}));
    const { views } = open({ objects: many });
    const first = await views.applications(reader, { limit: 50, state: 'NotScheduled' });
    expect(first).toMatchObject({ total: 40, all: 60, from: 0, states: { Ready: 20, NotScheduled: 40 } });
    expect(await views.applications(reader, { limit: 50, cursor: (await views.applications(reader, { limit: 50 })).nextCursor })).toMatchObject({ from: 50, total: 60 });
  });
});

describe('1,000 clusters', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `cluster-${index}`);
  const scene: Scene = {
    objects: [...names.map(name => cluster(name)), fleet('mine', 'all', names), fleet('mine', 'again', names)],
    works: names.flatMap(name => ['a', 'b'].map(app => work(name, 'mine', app))),
  };

  it('are read from the store once for all who read at the same moment, and anew after a change', async () => {
    const { views, asked, change } = open(scene);
    await Promise.all(Array.from({ length: 20 }, () => views.clusters(reader, { limit: 50 })));
    expect(asked.works).toBe(1);
    change();
    await views.clusters(reader, {});
    expect(asked.works).toBe(2);
  });

  it('cost a fixed number of questions about rights, not one a cluster', async () => {
    const { views, asked } = open(scene);
    const page = await views.clusters(reader, { limit: 50 });
    expect(page).toMatchObject({ total: 1_000, items: { length: 50 } });
    expect(asked.rights).toBeLessThanOrEqual(8);
  });

  it('come as pages whose size does not grow with the fleet', async () => {
    const { views } = open(scene);
    const [page, overview] = [await views.clusters(reader, { limit: 50 }), await views.fleets(reader)];
    expect(JSON.stringify(page).length).toBeLessThan(32_000);
    expect(JSON.stringify(overview).length).toBeLessThan(32_000);
  });
});
