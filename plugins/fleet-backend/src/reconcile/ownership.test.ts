/** Rows of the product's rule on ownership of objects in members, on the whole control plane. */
import type { KubeObject } from '@flotilla/kube-api';
import { closeScene, openScene, type TestScene } from './testing/scene';
import { aComponent, aDeployment, anApplication, aPolicy, kubeconfigSecret, on } from './testing/shop';
import { until } from './testing/TestHub';

jest.setTimeout(120_000);
let scene: TestScene;
beforeEach(async () => {
  scene = await openScene(['a', 'b']);
});
afterEach(() => closeScene(scene));
const image = (live: KubeObject | undefined) => live?.spec.template.spec.containers[0].image;

it('an application is decided, applied, ready, and says so', async () => {
  const { hub, a, b } = scene;
  const app = anApplication([aComponent('api', on('a')), aComponent('front', on('b'))]);
  await hub.apply(app);
  await until(async () => (await hub.condition(app, 'Ready')).startsWith('True AllReady'));
  expect([await hub.condition(app, 'Scheduled'), await hub.condition(app, 'Applied')]).toEqual([expect.stringMatching(/^True Placed/), expect.stringMatching(/^True Applied: 2 of 2 objects/)]);
  expect([(await a.deployment('shop', 'api'))?.spec.replicas, await a.deployment('shop', 'front'), (await b.deployment('shop', 'front'))?.spec.replicas]).toEqual([2, undefined, 2]);
  expect((await hub.get(app))?.status).toMatchObject({ fleet: 'kurator-system/main', placed: '4/4', components: [{ name: 'api', clusters: [{ name: 'a', state: 'Ready' }] }, { name: 'front' }] });
  expect(hub.logged).toEqual([]);
});

it('fields we applied are put back when changed, and an object of ours that was deleted is made anew', async () => {
  const { hub, a } = scene;
  await hub.apply(anApplication([aComponent('api', on('a'))]));
  await until(async () => (await a.deployment('shop', 'api')) !== undefined);
  const mine = (await a.deployment('shop', 'api'))!;
  await a.patch(mine, { spec: { replicas: 7, template: { spec: { containers: [{ name: 'main', image: 'evil:1' }] } } } });
  await until(async () => (await a.deployment('shop', 'api'))?.spec.replicas === 2 && image(await a.deployment('shop', 'api')) === 'web:1');
  await a.delete(mine);
  await until(async () => ((await a.deployment('shop', 'api'))?.metadata.uid ?? mine.metadata.uid) !== mine.metadata.uid);
});

it('fields never ours are left alone', async () => {
  const { hub, a } = scene;
  await hub.apply(anApplication([aComponent('api', on('a'))]));
  await until(async () => (await a.deployment('shop', 'api')) !== undefined);
  await a.patch((await a.deployment('shop', 'api'))!, { metadata: { annotations: { theirs: 'x' } }, spec: { replicas: 5, minReadySeconds: 3 } });
  await until(async () => (await a.deployment('shop', 'api'))?.spec.replicas === 2);
  expect(await a.deployment('shop', 'api')).toMatchObject({ metadata: { annotations: { theirs: 'x' } }, spec: { minReadySeconds: 3 } });
});

it('replicas are left to an autoscaler that exists in the member', async () => {
  const { hub, a } = scene;
  await hub.apply(anApplication([aComponent('api', on('a'))]));
  await until(async () => (await a.deployment('shop', 'api')) !== undefined);
  await a.create({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h', namespace: 'shop' }, spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } } });
  await until(() => [...hub.observer.live('a').keys()].some(key => key.includes('HorizontalPodAutoscaler')));
  await a.patch((await a.deployment('shop', 'api'))!, { spec: { replicas: 6 }, metadata: { labels: { 'app.kubernetes.io/managed-by': 'me' } } });
  await until(async () => (await a.deployment('shop', 'api'))?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'flotilla');
  expect((await a.deployment('shop', 'api'))?.spec.replicas).toBe(6);
});

describe('an object that was there before us', () => {
  const theirs = aDeployment('api', { replicas: 1, image: 'theirs:1' });
  beforeEach(async () => {
    await scene.a.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  });

  it('is left alone, and the application says whose it is', async () => {
    const { hub, a } = scene;
    const { metadata } = await a.create(theirs);
    const app = anApplication([aComponent('api', on('a'))]);
    await hub.apply(app);
    await until(async () => (await hub.condition(app, 'Applied')).startsWith('False ApplyFailed'));
    expect(await hub.condition(app, 'Applied')).toContain('Deployment shop/api is there already and belongs to kubectl');
    const live = await a.deployment('shop', 'api');
    expect([image(live), live?.metadata.uid, live?.metadata.labels]).toEqual(['theirs:1', metadata.uid, { app: 'api' }]);
    await hub.delete(app);
    await until(async () => (await hub.get(app)) === undefined);
    expect((await a.deployment('shop', 'api'))?.metadata.uid).toBe(metadata.uid);
  });

  it('is taken over with adoption Always, and keeps the selector it has', async () => {
    const { hub, a } = scene;
    const { metadata } = await a.create(theirs);
    const app = anApplication([aComponent('api', { ...on('a'), adoption: 'Always', spec: { template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } } } })]);
    await hub.apply(app);
    await until(async () => image(await a.deployment('shop', 'api')) === 'web:1');
    const live = await a.deployment('shop', 'api');
    expect([live?.metadata.uid, live?.spec.selector]).toEqual([metadata.uid, { matchLabels: { app: 'api' } }]);
  });

  it('of another hub is never touched, whatever adoption says', async () => {
    const { hub, a } = scene;
    await a.create({ ...theirs, metadata: { ...theirs.metadata, labels: { 'app.kubernetes.io/managed-by': 'flotilla', 'fleet.kurator.dev/hub': 'another' } } });
    const app = anApplication([aComponent('api', { ...on('a'), adoption: 'Always' })]);
    await hub.apply(app);
    await until(async () => (await hub.condition(app, 'Applied')).includes('belongs to hub another'));
    await hub.delete(app);
    await until(async () => (await hub.get(app)) === undefined);
    expect(image(await a.deployment('shop', 'api'))).toBe('theirs:1');
  });
});

it('of two owners of one object the second is refused, and the first keeps it', async () => {
  const { hub, a } = scene;
  const app = anApplication([aComponent('api', on('a'))]);
  await hub.apply(app, aPolicy('p', on('a').placement));
  await until(async () => (await a.deployment('shop', 'api')) !== undefined);
  const first = (await a.deployment('shop', 'api'))!;
  // Past admission, as two writes at the same time would be.
  const second = aDeployment('api', { image: 'second:1' });
  const metadata = { ...second.metadata, uid: 'second', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' };
  await hub.stores.resources.create({ group: 'apps', resource: 'deployments', namespace: 'shop', name: 'api' }, { ...second, metadata });
  await until(async () => (await hub.condition(second, 'Applied')).includes('belongs to Application/shop/web/api: two owners cannot write one object'));
  const live = (await a.deployment('shop', 'api'))!;
  expect([live.metadata.uid, image(live), live.metadata.annotations?.['fleet.kurator.dev/target']]).toEqual([first.metadata.uid, 'web:1', 'Application/shop/web/api']);
});

it('two components that read one ConfigMap do not fight over its copy, and one that goes takes nothing from the other', async () => {
  const { hub, a } = scene;
  const reading = (name: string) => aComponent(name, { ...on('a'), spec: { template: { spec: { containers: [{ name: 'main', image: 'web:1', envFrom: [{ configMapRef: { name: 'conf' } }] }] } } } });
  await hub.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'shop' }, data: { a: 'b' } });
  const app = anApplication([reading('one'), reading('two')]);
  await hub.apply(app);
  await until(async () => (await hub.condition(app, 'Ready')).startsWith('True'));
  const named = async (name: string) => (await a.deployment('shop', name))?.spec.template.spec.containers[0].envFrom[0].configMapRef.name;
  const kept = await named('two');
  await hub.apply(anApplication([reading('two')]));
  await until(async () => (await a.deployment('shop', 'one')) === undefined);
  expect(await a.get('v1', 'ConfigMap', 'shop', kept)).toMatchObject({ immutable: true, data: { a: 'b' } });
  expect(a.created.filter(each => each.startsWith('ConfigMap'))).toHaveLength(2);
});

it('a new kubeconfig Secret takes over from the old one, nothing is made anew', async () => {
  const { hub, a } = scene;
  await hub.apply(anApplication([aComponent('api', on('a'))]));
  await until(async () => (await a.deployment('shop', 'api')) !== undefined);
  await hub.apply(kubeconfigSecret('a', `${a.kubeconfig()}\n# rotated\n`));
  await a.patch((await a.deployment('shop', 'api'))!, { spec: { replicas: 9 } });
  await until(async () => (await a.deployment('shop', 'api'))?.spec.replicas === 2);
  expect(a.created.filter(each => each === 'Deployment shop/api')).toHaveLength(1);
});

it('a component without pods is ready by being there', async () => {
  const { hub } = scene;
  const app = anApplication([aComponent('api', on('a')), { name: 'api-service', type: 'Service', template: { spec: { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80 }], selector: { a: 'b' } } }, ...on('a') }]);
  await hub.apply(app);
  await until(async () => (await hub.condition(app, 'Ready')).startsWith('True AllReady: 2 of 2'));
});

it('a component scaled to nothing runs nothing', async () => {
  const { hub, a } = scene;
  const app = anApplication([aComponent('api', on('a'))]);
  await hub.apply(app);
  await until(async () => (await a.deployment('shop', 'api'))?.spec.replicas === 2);
  await hub.apply(anApplication([aComponent('api', { ...on('a'), replicas: 0 })]));
  await until(async () => {
    const live = await a.deployment('shop', 'api');
    return live === undefined || live.spec.replicas === 0;
  });
});

it('a new revision goes cluster by cluster, the next only when the last is Ready', async () => {
  const { hub, a, b } = scene;
  const both = { placement: { ...on('a', 'b').placement, replicaScheduling: { replicaSchedulingType: 'Duplicated' } } };
  const app = anApplication([aComponent('api', both)]);
  await hub.apply(app);
  await until(async () => (await hub.condition(app, 'Ready')).startsWith('True'));
  a.pending = true;
  b.pending = true;
  await hub.apply(anApplication([aComponent('api', { ...both, image: 'web:2' })]));
  const images = async () => [image(await a.deployment('shop', 'api')), image(await b.deployment('shop', 'api'))].sort();
  await until(async () => (await images())[1] === 'web:2');
  await new Promise(resolve => setTimeout(resolve, 700));
  expect(await images()).toEqual(['web:1', 'web:2']);
  await a.release();
  await b.release();
  await until(async () => (await images())[0] === 'web:2');
});
