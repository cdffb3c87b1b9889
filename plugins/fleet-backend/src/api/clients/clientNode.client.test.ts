import type { CustomObjectsApi, KubeConfig, KubernetesListObject, KubernetesObject, PatchStrategy as Strategy } from '@kubernetes/client-node';
import { aComponent, anApplication } from '../../reconcile/testing/shop';
import { ClientHub } from './testing/ClientHub';
import { Cable } from './testing/Cable';

/** Kubernetes' own JavaScript client at the whole hub, with the parts of it that know no kinds. `npm run test:real clients` */
const describeIfAsked = process.env.FLOTILLA_TEST_CLIENTS ? describe : describe.skip;
const GROUP = { group: 'apps.kurator.dev', version: 'v1alpha1', plural: 'applications', namespace: 'shop' };
const PATH = '/apis/apps.kurator.dev/v1alpha1/namespaces/shop/applications';

jest.setTimeout(120_000);

async function until(holds: () => boolean | Promise<boolean>, ms = 30_000) {
  for (const end = Date.now() + ms; !(await holds()); await new Promise(resolve => setTimeout(resolve, 50))) {
    if (Date.now() > end) throw new Error(`not so within ${ms} ms: ${holds}`);
  }
}

describeIfAsked('@kubernetes/client-node at the hub', () => {
  let hub: ClientHub;
  let k8s: typeof import('@kubernetes/client-node');
  let config: KubeConfig;
  let custom: CustomObjectsApi;

  beforeAll(async () => {
    hub = await ClientHub.open();
    k8s = await import('@kubernetes/client-node');
    config = new k8s.KubeConfig();
    config.loadFromFile(hub.kubeconfig);
    custom = config.makeApiClient(k8s.CustomObjectsApi);
  });
  afterAll(() => hub?.close());

  const patch = (body: object, strategy: Strategy, manager?: string, force?: boolean) =>
    hub.objects.patch({ apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { name: 'web', namespace: 'shop' }, ...body } as never, undefined, undefined, manager, force, strategy);
  const labels = (object: KubernetesObject) => object.metadata!.labels;

  it('creates, reads, lists and replaces objects of any kind', async () => {
    const made = await hub.objects.create(anApplication([aComponent('api')]) as KubernetesObject);
    expect(made.metadata?.uid).toBeTruthy();
    const { items } = await hub.objects.list('apps.kurator.dev/v1alpha1', 'Application', 'shop');
    expect(items.map(each => each.metadata?.name)).toEqual(['web']);
    const read: any = await hub.read('apps.kurator.dev/v1alpha1', 'Application', 'web');
    read.spec.components[0].template.spec.replicas = 3;
    await until(() => hub.objects.replace(read).then(() => true, async error => {
      // The engine writes conditions meanwhile: who was overtaken reads again.
      expect(error.code).toBe(409);
      read.metadata.resourceVersion = (await hub.read('apps.kurator.dev/v1alpha1', 'Application', 'web')).metadata.resourceVersion;
      return false;
    }));
    const found: any = await custom.getNamespacedCustomObject({ ...GROUP, name: 'web' });
    expect([found.spec.components[0].template.spec.replicas, found.metadata.generation]).toEqual([3, 2]);
  });

  it('patches in every way that is offered', async () => {
    const { MergePatch, ServerSideApply, StrategicMergePatch } = k8s.PatchStrategy;
    expect(labels(await patch({ metadata: { name: 'web', namespace: 'shop', labels: { a: '1' } } }, MergePatch))).toEqual({ a: '1' });
    const applied = { metadata: { name: 'web', namespace: 'shop', labels: { b: '2' } } };
    expect(labels(await patch(applied, ServerSideApply, 'team'))).toEqual({ a: '1', b: '2' });
    const other = { metadata: { name: 'web', namespace: 'shop', labels: { b: '3' } } };
    await expect(patch(other, ServerSideApply, 'others')).rejects.toMatchObject({ code: 409, body: expect.stringContaining('conflict with \\"team\\"') });
    expect(labels(await patch(other, ServerSideApply, 'others', true))).toEqual({ a: '1', b: '3' });
    const operations = [{ op: 'remove', path: '/metadata/labels/a' }];
    expect(labels((await custom.patchNamespacedCustomObject({ ...GROUP, name: 'web', body: operations })) as KubernetesObject)).toEqual({ b: '3' });
    // As in Kubernetes: there is no strategic merge for kinds of a definition.
    await expect(patch(other, StrategicMergePatch)).rejects.toMatchObject({ code: 415 });
  });

  it('is told what the hub refuses, with path, found and wanted', async () => {
    const refused = await hub.objects.create(anApplication([aComponent('a'), aComponent('a')], { name: 'bad' }) as KubernetesObject).catch(error => error);
    expect([refused.code, JSON.parse(refused.body).details.causes[0].field]).toEqual([422, 'spec.components[1]']);
  });

  it('watches from a version on', async () => {
    const { metadata } = (await custom.listNamespacedCustomObject(GROUP)) as KubernetesListObject<KubernetesObject>;
    const seen: string[] = [];
    const ended = jest.fn();
    const request = await new k8s.Watch(config).watch(PATH, { resourceVersion: metadata!.resourceVersion, allowWatchBookmarks: true }, (type, object) => void seen.push(`${type} ${object.metadata.name}`), ended);
    await hub.objects.create(anApplication([aComponent('db')], { name: 'db' }) as KubernetesObject);
    await hub.objects.delete(anApplication([], { name: 'db' }) as KubernetesObject);
    await until(() => seen.includes('DELETED db'));
    expect(seen.filter(each => each.endsWith(' db'))[0]).toBe('ADDED db');
    request.abort();
    await until(() => ended.mock.calls.length > 0);
  });

  it('keeps its informer true through a cut connection and forgotten history', async () => {
    const cable = await Cable.to(hub.port);
    const through = new k8s.KubeConfig();
    through.loadFromFile(hub.kubeconfigFor(config.getCurrentUser()!.token!, `${hub.folder}/through-cable`, cable.port));
    const core = through.makeApiClient(k8s.CoreV1Api);
    const informer = k8s.makeInformer(through, '/api/v1/namespaces/shop/configmaps', () => core.listNamespacedConfigMap({ namespace: 'shop' }));
    // Its user starts it again, as its documentation says.
    let ending = false;
    informer.on('error', () => void setTimeout(() => ending || informer.start().catch(() => undefined), 100));
    await informer.start();
    const names = () => informer.list().map(each => each.metadata!.name).sort().join();
    const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } });
    await hub.objects.create(map('one'));
    await until(() => names() === 'one');
    cable.cut();
    await hub.objects.create(map('two'));
    await hub.objects.delete(map('one'));
    await hub.forgetHistory();
    cable.mend();
    await until(() => names() === 'two');
    ending = true;
    await informer.stop();
    await cable.close();
  });

  it('deletes', async () => {
    await hub.objects.delete(anApplication([]) as KubernetesObject);
    await until(() => hub.read('apps.kurator.dev/v1alpha1', 'Application', 'web').then(() => false, error => error.code === 404));
  });
});
