import type { KubeObject, Principal } from '@flotilla/kube-api';
import { anonymous, answerOf, Desk, engine, inNamespaces, service, user, wholeToken, type Says } from './testing/desk';

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const configMap = (name: string, where = 'shop'): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: where }, data: { a: 'b' } });
const secret = (name: string, where = 'shop'): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name, namespace: where }, data: { a: 'c2VjcmV0' } });
const cluster = (name: string): KubeObject => ({ apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name }, spec: { mode: 'Observe' } });
const decision = (name: string): KubeObject => ({ apiVersion: 'scheduling.kurator.dev/v1alpha1', kind: 'PlacementDecision', metadata: { name, namespace: 'shop' }, spec: { target: 'Application/shop/web/api', replicas: 1 } });
const application = (name: string): KubeObject => ({
  apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { name, namespace: 'shop' },
  spec: { components: [{ name: `${name}-api`, type: 'Deployment', template: { spec: { template: { spec: { containers: [{ name: 'c', image: 'web:1' }] } } } } }] },
});

const guest: Says = permission => permission !== 'fleet.secret.read';
const shopkeeper: Says = permission => (permission === 'fleet.secret.read' ? false : inNamespaces('shop'));
const reader: Says = permission => permission === 'fleet.read';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open([namespace('shop'), namespace('bank'), configMap('one'), configMap('one', 'bank'), secret('one'), cluster('one'), decision('one'), application('one')]);
  desk.policies.set('user:default/guest', guest).set('user:default/shopkeeper', shopkeeper).set('user:default/reader', reader).set('user:default/owner', () => true);
});
afterAll(() => desk.close());

const everyone: Record<string, Principal> = {
  anonymous,
  guest: user('user:default/guest'),
  denied: user('user:default/nobody'),
  reader: user('user:default/reader'),
  shopkeeper: user('user:default/shopkeeper'),
  owner: user('user:default/owner'),
  'unrestricted token': service('external:ci'),
  'whole token': wholeToken,
  'reading token': service('external:dash', { permissionNames: ['fleet.read'] }),
  'token by action': service('external:act', { permissionAttributes: { action: ['read'] } }),
  'restricted, called plugin:x': service('plugin:x', { permissionNames: ['fleet.read'] }),
  'other plugin': service('plugin:search'),
  engine,
};

/** One answer per verb: get list create update apply apply-new merge delete deletecollection. */
async function row(who: Principal, make: (name: string) => KubeObject): Promise<string> {
  const as = desk.as(who);
  const [one, fresh] = [make('one'), make('fresh')];
  const calls = [
    () => as.get(one), () => as.list(one), () => as.create(fresh, true), async () => as.update({ ...one, metadata: { ...one.metadata, resourceVersion: (await desk.as(engine).get(one)).metadata.resourceVersion } }, {}, true), () => as.apply(one, true),
    () => as.apply(fresh, true), () => as.patch(one, 'merge', { metadata: { labels: { x: 'y' } } }, true), () => as.delete(one, true), () => as.deleteAll(one),
  ];
  const answers: string[] = [];
  for (const call of calls) answers.push(await answerOf(call));
  return answers.join(' ');
}
const all = (answer: string) => Array(9).fill(answer).join(' ');
const reads = 'yes yes 403 403 403 403 403 403 403';

describe('who may do what: get list create update apply apply-new merge delete deletecollection', () => {
  const kinds = {
    'a ConfigMap of shop': (name: string) => configMap(name),
    'a ConfigMap of bank': (name: string) => configMap(name, 'bank'),
    'a Secret': (name: string) => secret(name),
    'a Cluster': cluster,
    'an Application': application,
    'a PlacementDecision': decision,
  };
  const secretsUnread = '403 403 yes yes yes yes yes yes yes';
  const table: [string, keyof typeof kinds, string][] = [
    ...Object.keys(kinds).flatMap((kind): [string, any, string][] => [['anonymous', kind, all('403')], ['denied', kind, all('403')], ['unrestricted token', kind, all('403')], ['engine', kind, all('yes')]]),
    ...(['a ConfigMap of shop', 'a ConfigMap of bank', 'a Cluster', 'an Application', 'a PlacementDecision'] as const).flatMap((kind): [string, any, string][] => [
      ['reader', kind, reads], ['reading token', kind, reads], ['token by action', kind, reads], ['restricted, called plugin:x', kind, reads],
      ...['guest', 'owner', 'whole token', 'other plugin'].map((who): [string, any, string] => [who, kind, kind === 'a PlacementDecision' ? reads : all('yes')]),
    ]),
    ['guest', 'a Secret', secretsUnread],
    ['owner', 'a Secret', all('yes')],
    ['whole token', 'a Secret', all('yes')],
    ['reader', 'a Secret', all('403')],
    ['token by action', 'a Secret', reads],
    // A collection is deleted by those who may see and delete all of it; an empty list is what a condition leaves of the rest.
    ['shopkeeper', 'a ConfigMap of shop', all('yes')],
    ['shopkeeper', 'a ConfigMap of bank', '403 yes 403 403 403 403 403 403 403'],
    ['shopkeeper', 'a Cluster', '403 yes 403 403 403 403 403 403 403'],
  ];
  it.each(table)('%s, %s', async (who, kind, wanted) => expect(await row(everyone[who], kinds[kind])).toBe(wanted));

  it('what a condition does not cover is left out of lists', async () => {
    const seen = await desk.as(everyone.shopkeeper).list(configMap('one'), undefined);
    expect([...new Set(seen.map(each => each.metadata.namespace))]).toEqual(['shop']);
    expect(await desk.as(everyone.shopkeeper).list(cluster('one'))).toEqual([]);
  });

  it('status of our kinds is the engine\'s, whatever rights one has', async () => {
    for (const who of [everyone.owner, wholeToken]) {
      expect(await answerOf(() => desk.as(who).update(application('one'), { subresource: 'status' }, true))).toBe('403');
    }
  });

  it('an apply that would create needs create, and creates nothing if the object goes meanwhile', async () => {
    desk.policies.set('user:default/editor', permission => permission === 'fleet.read' || permission === 'fleet.update');
    const editor = desk.as(user('user:default/editor'));
    expect(await answerOf(() => editor.apply(configMap('new')))).toBe('403');
    const { uid } = (await desk.as(engine).get(configMap('one'))).metadata;
    expect((await editor.apply({ ...configMap('one'), data: { a: 'c' } })).metadata.uid).toBe(uid);
    const doomed = await desk.as(engine).create(configMap('doomed'));
    const get = desk.inner.get.bind(desk.inner);
    const spy = jest.spyOn(desk.inner, 'get').mockImplementationOnce(async (ctx, target) => {
      const found = await get(ctx, target);
      await desk.inner.delete(ctx, target, {});
      return found;
    });
    expect(await answerOf(() => editor.apply(configMap('doomed')))).toBe('409');
    spy.mockRestore();
    expect(await answerOf(() => desk.as(engine).get(doomed))).toBe('404');
  });

  it('a refusal names the missing permission', async () => {
    await expect(desk.as(everyone.denied).get(configMap('one'))).rejects.toThrow(/fleet\.read, which the permission policy does not give to user:default\/nobody/);
    await expect(desk.as(everyone['unrestricted token']).get(configMap('one'))).rejects.toThrow(/accessRestrictions/);
  });
});

describe('rights by what an object says', () => {
  const joined = (name: string): KubeObject => ({ ...cluster(name), spec: { mode: 'Manage', kubeconfigRef: { name: 'key', namespace: 'bank' } } });
  const fleet = (clusters: object[]): KubeObject => ({ apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { name: 'f', namespace: 'shop' }, spec: { clusters } });
  const without = (...permissions: string[]) => {
    const name = `user:default/without-${permissions.join('-')}`;
    desk.policies.set(name, permission => !permissions.includes(permission));
    return desk.as(user(name));
  };

  it('a Cluster names a Secret only for those who may update that Secret', async () => {
    desk.policies.set('user:default/joiner', permission => (permission === 'fleet.update' ? inNamespaces('shop') : true));
    await expect(desk.as(user('user:default/joiner')).create(joined('two'), true)).rejects.toThrow(/spec\.kubeconfigRef: needs the permission fleet\.update/);
    expect(await answerOf(() => desk.as(everyone.owner).create(joined('two'), true))).toBe('yes');
  });

  it('a fleet uses another owner\'s cluster only with fleet.cluster.use', async () => {
    await expect(without('fleet.cluster.use').create(fleet([{ name: 'one' }]), true)).rejects.toThrow(/spec\.clusters\[0\]\.name: needs the permission fleet\.cluster\.use/);
    expect(await answerOf(() => desk.as(everyone.owner).create(fleet([{ name: 'one' }]), true))).toBe('yes');
  });

  it.each<[string, KubeObject, string]>([
    ['a tunnel', { apiVersion: 'networking.kurator.dev/v1alpha1', kind: 'CrossClusterEndpoint', metadata: { name: 't' }, spec: { sourceCluster: 'one', targetCluster: 'two', port: 6443 } }, 'sourceCluster'],
    ['a site', { apiVersion: 'edge.kurator.dev/v1alpha1', kind: 'EdgeSite', metadata: { name: 's' }, spec: { cluster: 'one' } }, 'cluster'],
  ])('%s names a cluster only with fleet.cluster.use', async (_what, object, field) => {
    await expect(without('fleet.cluster.use').create(object, true)).rejects.toThrow(new RegExp(`spec\\.${field}: needs the permission fleet\\.cluster\\.use`));
    expect(await answerOf(() => desk.as(everyone.owner).create(object, true))).toBe('yes');
    const made = await desk.as(engine).create({ ...object, metadata: { name: 'kept' } });
    expect(await answerOf(() => without('fleet.cluster.use').patch(made, 'merge', { metadata: { labels: { a: 'b' } } }, true))).toBe('yes');
  });

  it('registering through a fleet needs the right to create Clusters', async () => {
    desk.policies.set('user:default/member', permission => (permission === 'fleet.create' ? inNamespaces('shop') : true));
    await expect(desk.as(user('user:default/member')).create(fleet([{ name: 'new', kubeconfigRef: { name: 'k' } }]), true)).rejects.toThrow(/kubeconfigRef: needs the permission fleet\.create/);
  });

  it('a policy that selects RBAC, or anything of a system namespace, needs fleet.clusterobjects.place', async () => {
    const policy = (where: string, apiVersion: string, kind: string): KubeObject => ({
      apiVersion: 'policy.kurator.dev/v1alpha1', kind: 'PropagationPolicy', metadata: { name: 'p', namespace: where },
      spec: { resourceSelectors: [{ apiVersion, kind }], placement: {} },
    });
    await desk.as(engine).create(namespace('kube-tools'));
    const as = without('fleet.clusterobjects.place');
    expect(await answerOf(() => as.create(policy('shop', 'apps/v1', 'Deployment'), true))).toBe('yes');
    expect(await answerOf(() => as.create(policy('kube-tools', 'apps/v1', 'Deployment'), true))).toBe('403');
    expect(await answerOf(() => as.create(policy('shop', 'rbac.authorization.k8s.io/v1', 'Role'), true))).toBe('403');
  });
});
