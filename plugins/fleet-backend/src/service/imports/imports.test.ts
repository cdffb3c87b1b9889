/** Observed first, imported then, on simulated members: what is said, and that nothing is written before the person says so. */
import type { ImportRequest, ImportView } from '@flotilla/backstage-plugin-fleet-common';
import { sentence } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject, RequestContext } from '@flotilla/kube-api';
import type { Knex } from 'knex';
import { Member } from '../../reconcile/testing/Member';
import { testCertificates } from '../../reconcile/testing/scene';
import { aCluster, aComponent, aDeployment, aFleet, anApplication, aStart, kubeconfigSecret, on } from '../../reconcile/testing/shop';
import { TestHub, until } from '../../reconcile/testing/TestHub';
import { sqlite } from '../../store/testbed';

jest.setTimeout(60_000);

const ctx: RequestContext = { principal: { kind: 'service', name: 'plugin:test', groups: [], credentials: { principal: { type: 'service', subject: 'plugin:test' } } }, warn: () => undefined };
const said = (view: ImportView) => view.problems.map(each => sentence(each));
const DEPLOYMENTS = { apiVersion: 'apps/v1', kind: 'Deployment' };
const service = (name: string, app: string): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app }, ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP', targetPort: 80 }], type: 'NodePort', clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], sessionAffinity: 'None' } });
const config: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { a: '1' } };

/** A Deployment as somebody made it: with env from a ConfigMap and a Secret. */
function running(name: string, over: { replicas?: number; image?: string; labels?: Record<string, string> } = {}): KubeObject {
  const object = aDeployment(name, over);
  object.spec.template.spec.containers[0].envFrom = [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }];
  object.metadata.annotations = { 'deployment.kubernetes.io/revision': '3', team: 'shop' };
  return object;
}

describe('clusters that were there before the portal', () => {
  let a: Member;
  let b: Member;
  let hub: TestHub;
  let knex: Knex;
  const sent: { cluster: string; method: string; path: string }[] = [];
  const writes = () => sent.filter(each => each.method !== 'GET' && !each.path.includes('selfsubject'));
  const pick = (name: string, ...clusters: string[]): ImportRequest => ({ workloads: clusters.map(cluster => ({ cluster, kind: 'Deployment', namespace: 'shop', name })), application: 'web' });
  const drafted = (request: ImportRequest) => hub.hub.imports.import(ctx, request, true);
  const imported = async (request: ImportRequest) => {
    const view = await hub.hub.imports.import(ctx, request, false);
    expect([said(view), view.done]).toEqual([[], true]);
    return view;
  };
  const app: KubeObject = anApplication([]);
  const mode = (name: string, word: string) => hub.apply(aCluster(name, {}, { mode: word }));

  beforeEach(async () => {
    [a, b] = await Promise.all(['a', 'b'].map(async name => Member.open(name, await testCertificates())));
    for (const member of [a, b]) await member.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    knex = sqlite(':memory:');
    sent.length = 0;
    hub = await TestHub.open({ knex, onSend: each => void sent.push(each) });
    const [, ...withoutShop] = aStart([a, b]);
    await hub.apply(...withoutShop);
    await until(() => ['a', 'b'].every(name => hub.observer.listed(name, DEPLOYMENTS) && hub.observer.seen(name)?.nodes !== undefined));
  });
  afterEach(async () => {
    await hub.close();
    await Promise.all([a, b].map(member => member.close()));
    await knex.destroy();
  });

  it('a look says what stands there and whose it is, what would be placed and change, and writes nothing', async () => {
    await mode('a', 'Observe');
    await hub.apply(aFleet(['a']), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    await a.create(running('api'));
    await a.create({ ...aDeployment('chart'), metadata: { name: 'chart', namespace: 'shop', annotations: { 'meta.helm.sh/release-name': 'r1' } } });
    await a.create({ ...aDeployment('theirs', { labels: { 'fleet.kurator.dev/hub': 'another' } }) });
    await hub.apply(anApplication([aComponent('api', on('a')), aComponent('fresh', on('a'))]));
    await until(async () => (await hub.condition(app, 'Scheduled')).startsWith('False'));
    const before = await a.storage.version();
    const view = await hub.hub.imports.standing(ctx, 'a');
    expect(view.workloads.map(each => [each.name, each.whose.by, each.whose.name, each.hindrance?.code])).toEqual([['api', 'hand', undefined, undefined], ['chart', 'helm', 'r1', 'ImportTool'], ['theirs', 'otherHub', 'another', 'ImportOtherHub']]);
    expect(view.wishes.map(each => [each.component, each.placed, each.replicas, each.objects.map(object => [object.would, object.because?.code])])).toEqual([
      ['api', false, 2, [['leave', 'StaysNever']]],
      ['fresh', false, 2, [['create', undefined]]],
    ]);
    expect(view.wishes[0].objects[0].changes.map(change => change.path)).toEqual([]);
    expect([view.mode, view.unseen, await a.storage.version(), writes()]).toEqual(['Observe', [], before, []]);
  });

  it('says by field what differs from a wish', async () => {
    await mode('a', 'Observe');
    await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    await a.create(running('api', { image: 'old:1', replicas: 5 }));
    await hub.apply(anApplication([aComponent('api', { ...on('a'), image: 'new:1' })]));
    await until(async () => (await hub.condition(app, 'Scheduled')).startsWith('False'));
    const [{ objects: [object] }] = (await hub.hub.imports.standing(ctx, 'a')).wishes;
    expect(object.changes).toEqual([
      { path: 'spec.replicas', kind: 'change', from: '5', to: '2' },
      { path: 'spec.template.spec.containers[name=main].image', kind: 'change', from: 'old:1', to: 'new:1' },
    ]);
  });

  it('a preview makes an Application that says what runs, and nothing else', async () => {
    await a.create(config);
    await a.create(running('api', { replicas: 3 }));
    await a.create(service('front', 'api'));
    const before = await a.storage.version();
    const view = await drafted(pick('api', 'a'));
    expect([said(view), view.done]).toEqual([[], false]);
    expect(view.components.map(each => [each.kind, each.name, each.replicas, each.objects.map(object => [object.would, object.changes])])).toEqual([
      ['ConfigMap', 'settings', undefined, [['adopt', []]]],
      ['Service', 'front', undefined, [['adopt', []]]],
      ['Deployment', 'api', 3, [['adopt', []]]],
    ]);
    expect(view.components[2].leftOut.map(each => each.path)).toEqual(['metadata.annotations["deployment.kubernetes.io/revision"]', 'Secret/keys']);
    expect(view.components[1].leftOut.map(each => each.path)).toEqual(['spec.clusterIP', 'spec.clusterIPs', 'spec.ipFamilies', 'spec.ipFamilyPolicy', 'spec.ports[0].nodePort']);
    expect(view.notes.map(each => each.code)).toEqual(['ImportNamespaceMade', 'ImportDeletes']);
    expect([await hub.get(app), await a.storage.version(), writes()]).toEqual([undefined, before, []]);
  });

  it('an import takes over what runs, as it runs, in every cluster; nothing else is touched', async () => {
    for (const [member, replicas] of [[a, 4], [b, 2]] as const) {
      await member.create(config);
      await member.create(running('api', { replicas }));
      await member.create(aDeployment('other'));
    }
    const was = await Promise.all([a, b].map(member => member.deployment('shop', 'api')));
    await imported(pick('api', 'a', 'b'));
    await until(async () => (await hub.condition(app, 'Ready')).startsWith('True'));
    const is = await Promise.all([a, b].map(member => member.deployment('shop', 'api')));
    expect(is.map(each => [each!.metadata.uid, each!.spec, each!.metadata.labels!['fleet.kurator.dev/hub']])).toEqual(was.map(each => [each!.metadata.uid, each!.spec, expect.any(String)]));
    expect((await a.deployment('shop', 'other'))?.metadata.labels).toEqual({ app: 'other' });
    expect(new Set(writes().map(each => each.path.split('?')[0]))).toEqual(new Set(['/apis/apps/v1/namespaces/shop/deployments/api', '/api/v1/namespaces/shop/configmaps/settings']));
    // From now on it is ours: drift is put back, and the pods stay as they are.
    await a.patch(is[0]!, { spec: { replicas: 9 } });
    await until(async () => (await a.deployment('shop', 'api'))?.spec.replicas === 4);
    expect((await a.deployment('shop', 'api'))?.spec.template).toEqual(was[0]!.spec.template);
  });

  it('waits where the cluster is only observed, and takes over once it is managed', async () => {
    await mode('a', 'Observe');
    await a.create(running('api'));
    const was = await a.deployment('shop', 'api');
    const view = await imported({ ...pick('api', 'a'), related: false });
    expect(view.notes.map(each => each.code)).toContain('ImportObserves');
    await hub.lookAtAll();
    expect(writes()).toEqual([]);
    await mode('a', 'Manage');
    await until(async () => (await a.deployment('shop', 'api'))?.metadata.labels?.['fleet.kurator.dev/application'] === 'web');
    expect((await a.deployment('shop', 'api'))?.spec).toEqual(was!.spec);
  });

  it.each<[string, (members: Member[]) => Promise<unknown>, Partial<ImportRequest>, RegExp]>([
    ['is not there', async () => undefined, {}, /Deployment shop\/api is not on a/],
    ['is a tool\'s', ([one]) => one.create({ ...running('api'), metadata: { name: 'api', namespace: 'shop', annotations: { 'meta.helm.sh/release-name': 'r1' } } }), {}, /Helm looks after it \(r1\)/],
    ['is another hub\'s, whatever is asked', ([one]) => one.create(running('api', { labels: { 'fleet.kurator.dev/hub': 'x' } })), { fromTools: true, adoption: 'Always' }, /hub x looks after it/],
    ['differs between clusters', ([one, two]) => Promise.all([one.create(running('api')), two.create(running('api', { image: 'web:2' }))]), { workloads: pick('api', 'a', 'b').workloads }, /differs between a and b in spec\.template\.spec\.containers\[name=main\]\.image/],
    ['cannot be shared as it runs', ([one, two]) => Promise.all([one.create(running('api', { replicas: 3 })), two.create(running('api', { replicas: 0 }))]), { workloads: pick('api', 'a', 'b').workloads }, /runs a 3, b 0 pods/],
    ['is in no such fleet', ([one]) => one.create(running('api')), { fleet: 'kurator-system/none' }, /say which of kurator-system\/main/],
  ])('refuses what %s, and makes nothing', async (_, prepare, over, expected) => {
    await prepare([a, b]);
    const view = await hub.hub.imports.import(ctx, { ...pick('api', 'a'), related: false, ...over }, false);
    expect([view.done, said(view).join(' ')]).toEqual([false, expect.stringMatching(expected)]);
    expect([await hub.get(app), writes()]).toEqual([undefined, []]);
  });

  it('a ConfigMap of the portal would travel as a copy and change the pods: that is said, and hinders', async () => {
    await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, config);
    await a.create(running('api'));
    expect(said(await drafted({ ...pick('api', 'a'), related: false }))).toEqual(['Deployment api on a would change: spec.template.spec.containers[name=main].envFrom.']);
  });

  it('a cluster that goes leaves all of it running with our marks, and takes it back when it is joined again', async () => {
    await a.create(running('api'));
    await imported({ ...pick('api', 'a'), related: false });
    await until(async () => (await hub.condition(app, 'Ready')).startsWith('True'));
    const was = await a.deployment('shop', 'api');
    expect(await hub.deletionPreview(aCluster('a'))).toEqual(['would leave running Deployment shop/api on a']);
    sent.length = 0;
    await hub.delete(aCluster('a'));
    await until(async () => (await hub.get(aCluster('a'))) === undefined);
    expect([await a.deployment('shop', 'api'), writes()]).toEqual([was, []]);
    await hub.apply(kubeconfigSecret('a', a.kubeconfig()), aCluster('a'));
    await until(async () => (await hub.condition(app, 'Ready')).startsWith('True') && !(await hub.condition(app, 'Orphaned')).startsWith('True'));
    await a.patch((await a.deployment('shop', 'api'))!, { spec: { replicas: 7 } });
    await until(async () => (await a.deployment('shop', 'api'))?.spec.replicas === 2);
    expect((await a.deployment('shop', 'api'))?.metadata.uid).toBe(was!.metadata.uid);
  });
});
