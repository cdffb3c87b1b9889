/** Applications on the whole control plane; what happens to their objects in members is in rules/. */
import type { KubeObject } from '@flotilla/kube-api';
import { closeScene, openScene, type TestScene } from './testing/scene';
import { aComponent, aDeployment, anApplication, aPolicy, on } from './testing/shop';
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
