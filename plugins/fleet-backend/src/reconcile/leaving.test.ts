/** Rows of the product's rule on deleting, on the whole control plane: nothing is destroyed by absence. */
import { endedJob } from './testing/instantPods';
import { Member } from './testing/Member';
import { closeScene, openScene, testCertificates, type TestScene } from './testing/scene';
import { aCluster, aComponent, aDeployment, aFleet, anApplication, aPolicy, kubeconfigSecret, namespace, on, where } from './testing/shop';
import { until } from './testing/TestHub';

jest.setTimeout(120_000);
let scene: TestScene;
const labels = { a: { tier: 'gold' }, b: { tier: 'gold' } };
beforeEach(async () => {
  scene = await openScene(['a', 'b'], labels);
});
afterEach(() => closeScene(scene));

/** Long enough for a wrong move to show: several probes and reconciles. */
const aWhile = () => new Promise(resolve => setTimeout(resolve, 1_500));
const uid = async (member: Member, name = 'api') => (await member.deployment('shop', name))?.metadata.uid;
const ready = (of: ReturnType<typeof anApplication>) => until(async () => (await scene.hub.condition(of, 'Ready')).startsWith('True'));
const orphaned = (of: Parameters<TestScene['hub']['get']>[0]) => until(async () => (await scene.hub.condition(of as never, 'Orphaned')).startsWith('True'));
/** Drift is put back: it is looked after. */
async function isLookedAfter(member: Member) {
  await member.patch((await member.deployment('shop', 'api'))!, { spec: { replicas: 9 } });
  await until(async () => (await member.deployment('shop', 'api'))?.spec.replicas === 2);
}

describe('what goes and leaves what it placed running, until it comes back', () => {
  /** Where a component may go: both clusters, so that a wrong step would make it elsewhere. */
  const app = anApplication([aComponent('api', where({ tier: 'gold' }))]);
  let home: Member;
  let other: Member;
  let before: string | undefined;
  beforeEach(async () => {
    await scene.hub.apply(app);
    await ready(app);
    [home, other] = (await uid(scene.a)) ? [scene.a, scene.b] : [scene.b, scene.a];
    before = await uid(home);
  });
  async function expectLeft() {
    await orphaned(app);
    await aWhile();
    expect([await uid(home), await uid(other)]).toEqual([before, undefined]);
    expect((await home.deployment('shop', 'api'))?.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'flotilla' });
  }
  async function expectTakenBack() {
    await until(async () => (await scene.hub.condition(app, 'Orphaned')) === '');
    await isLookedAfter(home);
    expect([await uid(home), await uid(other)]).toEqual([before, undefined]);
  }

  it('an entry of the fleet', async () => {
    await scene.hub.patch(aFleet([]), { spec: { clusters: [{ name: other.name }] } });
    await expectLeft();
    await scene.hub.patch(aFleet([]), { spec: { clusters: [{ name: 'a' }, { name: 'b' }] } });
    await expectTakenBack();
  });

  it('the fleet', async () => {
    await scene.hub.delete(aFleet([]));
    await expectLeft();
    await scene.hub.apply(aFleet(['a', 'b']));
    await expectTakenBack();
  });

  it('the Cluster', async () => {
    await scene.hub.delete(aCluster(home.name));
    await until(async () => (await scene.hub.get(aCluster(home.name))) === undefined);
    await expectLeft();
    await scene.hub.apply(aCluster(home.name, labels.a));
    await expectTakenBack();
  });

  it('the kubeconfig Secret; it is not used again from memory', async () => {
    await scene.hub.delete(kubeconfigSecret(home.name, ''));
    await expectLeft();
    await home.patch((await home.deployment('shop', 'api'))!, { spec: { replicas: 7 } });
    await aWhile();
    expect((await home.deployment('shop', 'api'))?.spec.replicas).toBe(7);
    await scene.hub.apply(kubeconfigSecret(home.name, home.kubeconfig()));
    await expectTakenBack();
  });

  it('the fleet; released by its owner it counts no longer, and is made elsewhere', async () => {
    await scene.hub.patch(aFleet([]), { spec: { clusters: [{ name: other.name }] } });
    await expectLeft();
    await scene.hub.patch(app, { metadata: { annotations: { 'fleet.kurator.dev/release': 'true' } } });
    await until(async () => (await uid(other)) !== undefined);
    expect(await uid(home)).toBe(before);
  });
});

it('a policy that goes leaves what it selected running; one that comes back takes it up again', async () => {
  const { hub, a } = scene;
  const plain = aDeployment('api');
  await hub.apply(plain, aPolicy('p', on('a').placement));
  await until(async () => (await uid(a)) !== undefined);
  const before = await uid(a);
  expect((await a.deployment('shop', 'api'))?.spec.selector).toEqual({ matchLabels: { app: 'api' } });
  await hub.delete(aPolicy('p'));
  await orphaned(plain);
  await aWhile();
  expect([await uid(a), await uid(scene.b)]).toEqual([before, undefined]);
  await hub.apply(aPolicy('p', on('a').placement));
  await until(async () => (await hub.condition(plain, 'Orphaned')) === '');
  await isLookedAfter(a);
  expect(await uid(a)).toBe(before);
});

it('a second fleet does not move a running application', async () => {
  const { hub, a } = scene;
  const app = anApplication([aComponent('api')]);
  await hub.patch(aFleet([]), { spec: { clusters: [{ name: 'a' }] } });
  await hub.apply(app);
  await ready(app);
  await hub.apply(aFleet(['b'], 'another'));
  await hub.patch(app, { metadata: { annotations: { touched: 'yes' } } });
  await aWhile();
  expect((await hub.get(app))?.status.fleet).toBe('kurator-system/main');
  expect([await uid(a) !== undefined, await uid(scene.b)]).toEqual([true, undefined]);
});

describe('a cluster that loses its label', () => {
  const lose = (name: string) => scene.hub.patch(aCluster(name), { metadata: { labels: { tier: null } } });
  const onlyA = () => scene.hub.patch(aCluster('b'), { metadata: { labels: { tier: null } } });

  it('is left by a Deployment only once its replacement is Ready', async () => {
    const { hub, a, b } = scene;
    await onlyA();
    const app = anApplication([aComponent('api', where({ tier: 'gold' }))]);
    await hub.apply(app);
    await ready(app);
    b.pending = true;
    await hub.patch(aCluster('b'), { metadata: { labels: { tier: 'gold' } } });
    await lose('a');
    await until(async () => (await uid(b)) !== undefined);
    await aWhile();
    expect(await uid(a)).toBeDefined();
    await b.release();
    await until(async () => (await uid(a)) === undefined);
    expect(await uid(b)).toBeDefined();
  });

  it('keeps a Deployment that has nowhere else to go, which says PlacementViolated', async () => {
    const { hub, a } = scene;
    await onlyA();
    const app = anApplication([aComponent('api', where({ tier: 'gold' }))]);
    await hub.apply(app);
    await ready(app);
    const before = await uid(a);
    await lose('a');
    await until(async () => (await hub.condition(app, 'PlacementViolated')).startsWith('True'));
    await aWhile();
    expect(await uid(a)).toBe(before);
  });

  it.each(['Job', 'StatefulSet'])('keeps a %s, which says PlacementViolated', async type => {
    const { hub, a, b } = scene;
    await onlyA();
    const app = anApplication([aComponent('api', { type, ...where({ tier: 'gold' }) })]);
    await hub.apply(app);
    await ready(app);
    await hub.patch(aCluster('b'), { metadata: { labels: { tier: 'gold' } } });
    await lose('a');
    await until(async () => (await hub.condition(app, 'PlacementViolated')).startsWith('True'));
    await aWhile();
    const made = `${type} shop/api`;
    expect([a.created.filter(each => each === made), b.created.filter(each => each === made)]).toEqual([[made], []]);
  });

  it('of jurisdiction is left at once, replacement or not', async () => {
    const { hub, a } = scene;
    const app = anApplication([aComponent('api', { placement: { ...on('a').placement, residency: { jurisdictions: ['CN'] } } })]);
    await hub.apply(app);
    await ready(app);
    await hub.patch(aCluster('a'), { metadata: { labels: { 'fleet.kurator.dev/jurisdiction': 'SG' } } });
    await until(async () => (await uid(a)) === undefined);
    await until(async () => (await hub.condition(app, 'Scheduled')).startsWith('False'));
  });
});

describe('an application that is deleted', () => {
  const app = anApplication([aComponent('api', on('a')), aComponent('front', on('b'))]);

  it('takes its objects and the namespaces made for it; a component taken out takes its own, and restarts no other', async () => {
    const { hub, a, b } = scene;
    await b.create(namespace());
    await hub.apply(app);
    await ready(app);
    const kept = (await a.deployment('shop', 'api'))!.metadata;
    await hub.apply(anApplication([aComponent('api', on('a'))]));
    await until(async () => (await uid(b, 'front')) === undefined);
    expect((await a.deployment('shop', 'api'))?.metadata).toMatchObject({ uid: kept.uid, generation: kept.generation });
    await hub.delete(app);
    await until(async () => (await hub.get(app)) === undefined && (await a.namespace('shop')) === undefined);
    expect(await b.namespace('shop')).toBeDefined();
    expect(await hub.stores.works.all()).toEqual([]);
    expect(await hub.stores.decisions.reservations()).toEqual([]);
  });

  it('waits for a cluster that is away, holds up nothing elsewhere, and is paid first when it is back', async () => {
    const { hub, a, b } = scene;
    await hub.apply(app);
    await ready(app);
    b.leave();
    await until(() => hub.observer.seen('b')?.reachable.ok === false);
    await hub.delete(app);
    await until(async () => (await uid(a)) === undefined);
    await aWhile();
    expect(await hub.condition(app, 'Ready')).toContain('False Deleting: waits until its objects are gone from b');
    expect(await uid(b, 'front')).toBeDefined();
    b.comeBack();
    await until(async () => (await hub.get(app)) === undefined, 20_000);
    expect(await uid(b, 'front')).toBeUndefined();
  });

  it('with a deletion lock is refused with 409', async () => {
    const { hub, a } = scene;
    await hub.apply({ ...app, metadata: { ...app.metadata, annotations: { 'fleet.kurator.dev/deletion-lock': 'true' } } });
    await ready(app);
    await expect(hub.delete(app)).rejects.toMatchObject({ code: 409 });
    await expect(hub.delete(namespace())).rejects.toMatchObject({ code: 409 });
    expect(await uid(a)).toBeDefined();
  });

  it('with its namespace goes the same way, and the namespace after it', async () => {
    const { hub, a, b } = scene;
    await hub.apply(app);
    await ready(app);
    await hub.delete(namespace());
    await until(async () => (await hub.get(namespace())) === undefined);
    expect([await uid(a), await uid(b, 'front'), await hub.get(app)]).toEqual([undefined, undefined, undefined]);
  });
});

it('debt is paid only to the cluster it is owed to, not to another one at its address', async () => {
  const { hub, a } = scene;
  const app = anApplication([aComponent('api', on('a'))]);
  await hub.apply(app);
  await ready(app);
  const twin = await Member.open('twin', await testCertificates());
  try {
    await twin.create(namespace());
    // The very object, of another cluster: restored there from a backup, marks and all.
    const { metadata, spec, ...rest } = (await a.deployment('shop', 'api'))!;
    await twin.create({ ...rest, spec, metadata: { name: 'api', namespace: 'shop', labels: metadata.labels, annotations: metadata.annotations } });
    await hub.apply(kubeconfigSecret('a', a.kubeconfig(twin)));
    await until(async () => (await hub.condition(aCluster('a'), 'Ready')).includes('Held'));
    await hub.delete(app);
    await aWhile();
    expect(await uid(twin)).toBeDefined();
    expect(await hub.get(app)).toBeDefined();
    await hub.apply(kubeconfigSecret('a', a.kubeconfig()));
    await until(async () => (await hub.get(app)) === undefined, 20_000);
    expect([await uid(a), (await uid(twin)) !== undefined]).toEqual([undefined, true]);
  } finally {
    await twin.close();
  }
});

describe('a Job', () => {
  const app = anApplication([aComponent('train', { type: 'Job', ...on('a') })]);
  const made = () => scene.a.created.filter(each => each.startsWith('Job '));
  beforeEach(async () => {
    await scene.hub.apply(app);
    await ready(app);
  });

  it.each(['Complete', 'Failed'] as const)('that ended (%s) and was then taken away by its TTL is never made again', async type => {
    const { hub, a } = scene;
    const job = (await a.job('shop', 'train'))!;
    await a.writeStatus(job, endedJob(type));
    await until(async () => (await hub.stores.works.all()).some(work => work.state === 'completed'));
    await a.delete(job);
    await hub.patch(app, { metadata: { annotations: { touched: 'yes' } } });
    await aWhile();
    expect(made()).toEqual(['Job shop/train']);
    expect(await hub.condition(app, 'Ready')).toMatch(type === 'Complete' ? /^True/ : /^False/);
  });

  it('that vanished is recorded and not made again', async () => {
    const { hub, a } = scene;
    await a.delete((await a.job('shop', 'train'))!);
    await until(async () => (await hub.condition(app, 'Ready')).includes('deleted in the cluster'));
    await aWhile();
    expect(made()).toEqual(['Job shop/train']);
  });

  it('of a new revision waits for the running one, and then runs once under a name of its own', async () => {
    const { hub, a } = scene;
    await hub.apply(anApplication([aComponent('train', { type: 'Job', ...on('a'), image: 'train:2' })]));
    await aWhile();
    expect(made()).toEqual(['Job shop/train']);
    await a.writeStatus((await a.job('shop', 'train'))!, endedJob('Complete'));
    await until(() => made().length === 2);
    await aWhile();
    expect(made()).toEqual(['Job shop/train', expect.stringMatching(/^Job shop\/train-[0-9a-f]{10}$/)]);
  });
});
