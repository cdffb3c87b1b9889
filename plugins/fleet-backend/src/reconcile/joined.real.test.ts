/** The published roles on real Kubernetes with RBAC on: with exactly them all that the product does works, and it asks for nothing else. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { parseAllDocuments } from 'yaml';
import { createClusterDirectory, withToken } from '../clusters';
import { allows, callOf } from '../clusters/testing/callOf';
import { connect, testDirectory } from '../clusters/testing/openCluster';
import type { ClusterConnection, MemberResource } from '../clusters/types';
import { removeNamespaceIfOursAndEmpty } from '../dispatch';
import { MEMBER_ACCOUNT, rulesOf } from '../model/memberRights';
import { sqlite } from '../store/testbed';
import { aCluster, aComponent, aFleet, anApplication, kubeconfigSecret, namespace, on } from './testing/shop';
import { TestHub, until } from './testing/TestHub';

jest.setTimeout(120_000);

const FILE = process.env.FLOTILLA_TEST_KUBECONFIG;
const DEPLOYMENTS: MemberResource = { apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', namespaced: true };
const NAMESPACES: MemberResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };
const BINDINGS: MemberResource = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', resource: 'clusterrolebindings', namespaced: false };

const suite = FILE ? describe : describe.skip;
suite(`the published roles on real Kubernetes${FILE ? '' : ' (set FLOTILLA_TEST_KUBECONFIG)'}`, () => {
  const directory = testDirectory();
  const shop = `joined-${Math.random().toString(36).slice(2, 8)}`;
  const sent: { method: string; path: string }[] = [];
  let admin: ClusterConnection;
  let kubeconfig: string;
  let hub: TestHub;
  let knex: Knex;

  const apply = async (...files: string[]) => {
    for (const file of files) {
      for (const document of parseAllDocuments(readFileSync(join(__dirname, '../../../../docs/rbac', file), 'utf8'))) {
        const object = document.toJS();
        const of = await admin.resourceOf(object.apiVersion, object.kind);
        const applied = of.ok && of.value && (await admin.apply(of.value, object, { force: true }));
        if (!applied || !applied.ok) throw new Error(`${file}: ${object.kind} ${object.metadata.name}: ${applied ? applied.because : 'not served'}`);
      }
    }
  };
  const unbind = async (name: string) => {
    const found = await admin.get(BINDINGS, '', name);
    if (found.ok) await admin.delete(BINDINGS, '', name, found.value.metadata.uid!);
  };
  const live = async (of = DEPLOYMENTS, name = 'api') => {
    const found = await admin.get(of, shop, name);
    return found.ok ? found.value : undefined;
  };
  const missing = async () => ((await hub.get(aCluster('real')))?.status?.findings ?? []).filter((each: any) => each.code === 'RightsMissing').map((each: any) => each.because);
  const begin = async (mode: string) => {
    knex = sqlite(':memory:');
    sent.length = 0;
    hub = await TestHub.open({ knex, onSend: each => void sent.push(each) });
    await hub.apply(namespace(shop), kubeconfigSecret('real', kubeconfig), aCluster('real', {}, { mode, allowedNamespaces: [shop] }), aFleet(['real'], 'main', { allowedNamespaces: [shop] }));
    await until(() => hub.observer.listed('real', DEPLOYMENTS) && hub.observer.seen('real')?.nodes !== undefined && hub.observer.seen('real')?.apis !== undefined);
  };
  const outside = (...roles: Parameters<typeof rulesOf>) => [...new Set(sent.filter(each => !allows(rulesOf(...roles), callOf(each.method, each.path))).map(each => `${each.method} ${each.path}`))];

  beforeAll(async () => {
    const own = await readFile(FILE!, 'utf8');
    admin = connect(directory, own);
    await apply('observe.yaml');
    const token = await admin.requestToken(MEMBER_ACCOUNT, 3600);
    if (!token.ok) throw new Error(token.because);
    kubeconfig = withToken(own, token.value.token);
  });
  afterEach(async () => {
    await hub?.close();
    await knex?.destroy();
  });
  afterAll(async () => {
    const found = await admin.get(NAMESPACES, '', shop);
    if (found.ok) await admin.delete(NAMESPACES, '', shop, found.value.metadata.uid!);
    directory.close();
  });

  it('Observe: everything is seen, nothing is missing, nothing else is asked for', async () => {
    await Promise.all(['flotilla-manage', 'flotilla-tidy'].map(unbind));
    await begin('Observe');
    await until(() => sent.some(each => each.path.includes('selfsubjectrulesreviews')));
    await until(async () => (await hub.condition(aCluster('real'), 'Ready')).startsWith('True Healthy'));
    expect([await missing(), outside('observe')]).toEqual([[], []]);
    expect((await hub.get(aCluster('real')))?.status?.credentials).toMatchObject({ kind: 'ServiceAccountToken' });
  });

  it('Observe where the mode is Manage: that nothing can be placed is said before anything is', async () => {
    await begin('Manage');
    await until(async () => (await missing()).length > 0);
    expect(await missing()).toEqual([expect.stringMatching(/^its account may only read, and the mode is Manage/)]);
  });

  it('Manage and tidy: place, put back, leave running, take up again, delete, and tidy', async () => {
    await apply('manage.yaml', 'tidy.yaml');
    await begin('Manage');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: shop }, data: { a: '1' } };
    const component = aComponent('api', { ...on('real'), spec: { template: { spec: { containers: [{ name: 'main', image: 'web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] } } } });
    const app = { ...anApplication([component]), metadata: { name: 'web', namespace: shop } };
    await hub.apply(settings, app);
    await until(async () => (await live()) !== undefined);
    const uid = (await live())!.metadata.uid;
    // Drift.
    await admin.mergePatch(DEPLOYMENTS, shop, 'api', { spec: { replicas: 7 } });
    await until(async () => (await live())?.spec.replicas === 2);
    await admin.delete(DEPLOYMENTS, shop, 'api', uid!);
    await until(async () => ((await live())?.metadata.uid ?? uid) !== uid);
    // Left running with the fleet's entry gone, and taken up again.
    const again = (await live())!.metadata.uid;
    await hub.apply(aFleet([], 'main', { allowedNamespaces: [shop] }));
    await until(async () => (await hub.condition(app, 'Orphaned')).startsWith('True'));
    expect((await live())?.metadata.uid).toBe(again);
    await hub.apply(aFleet(['real'], 'main', { allowedNamespaces: [shop] }));
    await until(async () => !(await hub.condition(app, 'Orphaned')).startsWith('True'));
    await hub.delete(app);
    await until(async () => (await live()) === undefined && (await hub.get(app)) === undefined);
    // Its pods take their time; whoever looks once they are gone may remove it.
    const hubId = await hub.stores.instanceId();
    await until(async () => (await removeNamespaceIfOursAndEmpty(hub.directory.get('real')!, shop, hubId)).did === 'removed');
    expect([await missing(), outside('observe', 'manage', 'tidy')]).toEqual([[], []]);
    expect(new Set(sent.map(each => each.method))).toEqual(new Set(['GET', 'POST', 'PATCH', 'DELETE']));
  });

  it('the account renews its own token and nobody else\'s', async () => {
    const own = createClusterDirectory({ policy: { allowLoopback: true }, userAgent: 'flotilla-test', now: Date.now });
    const connection = connect(own, kubeconfig);
    const next = await connection.requestToken(MEMBER_ACCOUNT, 7200);
    expect(next).toMatchObject({ ok: true });
    const renewed = own.use({ cluster: 'one', kubeconfig: withToken(kubeconfig, next.ok ? next.value.token : '') });
    expect(renewed.ok && renewed.value).toBe(connection);
    expect(await connection.identity()).toMatchObject({ ok: true });
    expect(await connection.requestToken({ namespace: 'kube-system', name: 'default' }, 7200)).toMatchObject({ ok: false, reason: 'NoPermission' });
    own.close();
  });
});
