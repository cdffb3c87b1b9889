import { join } from 'node:path';
import { ClientHub } from './testing/ClientHub';
import { Program } from './testing/program';

/** Helm 4 itself with a chart that holds an Application, a Fleet and a ConfigMap; its releases are Secrets in the hub. `npm run test:real clients` */
const path = process.env.FLOTILLA_TEST_GO_CLIENTS;
const describeWithHelm = path ? describe : describe.skip;
const CHART = join(__dirname, 'testing', 'chart');

jest.setTimeout(240_000);

describeWithHelm(path ? 'Helm at the hub' : 'Helm at the hub (skipped: FLOTILLA_TEST_GO_CLIENTS is not set)', () => {
  let hub: ClientHub;
  let helm: Program;

  beforeAll(async () => {
    hub = await ClientHub.open();
    const own = (name: string) => join(hub.folder, 'helm', name);
    helm = new Program(path!, hub.folder, { KUBECONFIG: hub.kubeconfig, HELM_CACHE_HOME: own('cache'), HELM_CONFIG_HOME: own('config'), HELM_DATA_HOME: own('data') }, ['helm']);
  });
  afterAll(() => hub?.close());

  const application = () => hub.read('apps.kurator.dev/v1alpha1', 'Application', 'store');
  const containers = async () => (await application()).spec.components[0].template.spec.template.spec.containers;
  const settings = () => hub.read('v1', 'ConfigMap', 'store-settings');
  const managers = async () => (await application()).metadata.managedFields!.map(({ manager, operation }) => `${manager} ${operation}`);
  const inMembers = async () => (await Promise.all(hub.members.map(member => member.storage.list({ group: 'apps', resource: 'deployments' })))).map(({ items }) => items.map(each => `${each.metadata.name} ${each.spec.template.spec.containers[0].image}`));
  const releases = async () => (await hub.objects.list('v1', 'Secret', 'shop', undefined, undefined, undefined, undefined, 'owner=helm')).items.map(each => each.metadata!.name).sort();

  it('installs a chart, and waits until it runs in the cluster', async () => {
    expect(await helm.succeed(`install store ${CHART} --dry-run=server`)).toContain('kind: Application');
    expect(await releases()).toEqual([]);
    const installed = await helm.succeed(`install store ${CHART} --wait --timeout 60s`);
    expect(installed).toMatch(/NAME: store[\s\S]*STATUS: deployed\nREVISION: 1/);
    expect(await inMembers()).toEqual([['web web:1'], []]);
    expect(await managers()).toContain('helm Apply');
    expect(await releases()).toEqual(['sh.helm.release.v1.store.v1']);
    expect((await helm.run(`install store ${CHART}`)).err).toContain('cannot reuse a name that is still in use');
  });

  it('upgrades what changed, and nothing else', async () => {
    const before = [(await application()).metadata.resourceVersion, (await settings()).metadata.resourceVersion];
    await helm.succeed(`upgrade store ${CHART} --set greeting=goodbye --wait --timeout 60s`);
    expect((await settings()).data).toEqual({ greeting: 'goodbye' });
    expect((await application()).metadata.resourceVersion).toBe(before[0]);
    await helm.succeed(`upgrade store ${CHART} --set image=web:2 --wait --timeout 60s`);
    expect((await containers())[0].image).toBe('web:2');
    expect(await inMembers()).toEqual([['web web:2'], []]);
    expect((await settings()).data).toEqual({ greeting: 'hello' });
  });

  it('lists, shows and rolls back', async () => {
    expect(JSON.parse(await helm.succeed('list -o json'))).toMatchObject([{ name: 'store', namespace: 'shop', revision: '3', status: 'deployed', chart: 'shop-1.0.0' }]);
    expect(JSON.parse(await helm.succeed('history store -o json')).map(({ status }: any) => status)).toEqual(['superseded', 'superseded', 'deployed']);
    expect(await helm.succeed('status store')).toMatch(/STATUS: deployed/);
    expect(await helm.succeed('get manifest store')).toContain('image: web:2');
    expect(await helm.succeed('rollback store 2 --wait --timeout 60s')).toContain('Rollback was a success');
    expect((await containers())[0].image).toBe('web:1');
    expect((await settings()).data).toEqual({ greeting: 'goodbye' });
    expect(await inMembers()).toEqual([['web web:1'], []]);
  });

  it('is told what the hub refuses, and the release before stays', async () => {
    const refused = await helm.run(`upgrade store ${CHART} --set replicas=many`);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toMatch(/replicas/);
    expect((await containers())[0].image).toBe('web:1');
    expect(JSON.parse(await helm.succeed('history store -o json')).map(({ status }: any) => status)).toEqual(['superseded', 'superseded', 'superseded', 'deployed', 'failed']);
  });

  it('meets another manager with a conflict that names it, unless it is forced', async () => {
    await hub.objects.patch({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'store-settings', namespace: 'shop' }, data: { greeting: 'mine' } } as never, undefined, undefined, 'someone', true, 'application/apply-patch+yaml' as never);
    const refused = await helm.run(`upgrade store ${CHART} --set greeting=ours`);
    expect(refused.err).toMatch(/conflict with "someone".*\.data\.greeting/);
    await helm.succeed(`upgrade store ${CHART} --set greeting=ours --force-conflicts`);
    expect((await settings()).data).toEqual({ greeting: 'ours' });
  });

  it('uninstalls, and waits until it is gone from the cluster', async () => {
    expect(await helm.succeed('uninstall store --wait --timeout 60s')).toContain('release "store" uninstalled');
    await expect(application()).rejects.toMatchObject({ code: 404 });
    expect(await inMembers()).toEqual([[], []]);
    expect(await releases()).toEqual([]);
  });

  it('installs and upgrades from the client, as Helm 3 did', async () => {
    await helm.succeed(`install store ${CHART} --server-side=false --wait --timeout 60s`);
    expect(await managers()).toContain('helm Update');
    await helm.succeed(`upgrade store ${CHART} --server-side=false --set replicas=3 --wait --timeout 60s`);
    expect((await application()).spec.components[0].template.spec.replicas).toBe(3);
    await helm.succeed('uninstall store --wait --timeout 60s');
  });
});
