import { closeScene, openScene, type TestScene } from './testing/scene';
import { aComponent, aDeployment, aFleet, anApplication, aPolicy, on } from './testing/shop';
import { until } from './testing/TestHub';

jest.setTimeout(120_000);

let scene: TestScene;
beforeEach(async () => {
  scene = await openScene(['a', 'b']);
});
afterEach(() => closeScene(scene));

/** Long enough for a wrong move to show: several probes and reconciles. */
const aWhile = () => new Promise(resolve => setTimeout(resolve, 1_500));
const gone = async (of: Parameters<TestScene['hub']['get']>[0]) => (await scene.hub.get(of)) === undefined;
const finalizers = async (of: Parameters<TestScene['hub']['get']>[0]) => (await scene.hub.get(of))?.metadata.finalizers ?? [];
const uidOf = async (name: string) => (await scene.a.deployment('shop', name))?.metadata.uid;
const takesAlong = { deletionPolicy: 'Delete' };

describe('a policy', () => {
  const cart = aDeployment('cart');
  const policy = aPolicy('spread', on('a').placement, takesAlong);
  let before: string | undefined;
  async function placed(...objects: Parameters<TestScene['hub']['apply']>) {
    await scene.hub.apply(cart, ...objects);
    await until(async () => (before = await uidOf('cart')) !== undefined);
  }

  it('that says Delete removes what it placed, and keeps the object in the hub, which a new policy places again', async () => {
    await placed(policy);
    await until(async () => (await finalizers(policy)).includes('fleet.kurator.dev/members'));
    await scene.hub.delete(policy);
    await until(() => gone(policy));
    expect(await uidOf('cart')).toBeUndefined();
    expect(await finalizers(cart)).toEqual([]);
    await aWhile();
    expect(await uidOf('cart')).toBeUndefined();
    await scene.hub.apply(aPolicy('again', on('a').placement));
    await until(async () => (await uidOf('cart')) !== undefined);
  });

  it('that says nothing, or no longer says Delete, leaves it running', async () => {
    await placed(policy);
    await until(async () => (await finalizers(policy)).length === 1);
    await scene.hub.patch(policy, { spec: { deletionPolicy: 'Orphan' } });
    await until(async () => (await finalizers(policy)).length === 0);
    await scene.hub.delete(policy);
    await until(async () => (await scene.hub.condition(cart, 'Orphaned')).startsWith('True'));
    await aWhile();
    expect(await uidOf('cart')).toBe(before);
  });

  it('that says Delete leaves to another policy what that one takes up', async () => {
    await placed(policy, aPolicy('second', on('a').placement, { priority: -1 }));
    await until(async () => (await finalizers(policy)).length === 1);
    await scene.hub.delete(policy);
    await until(() => gone(policy));
    await aWhile();
    expect(await uidOf('cart')).toBe(before);
  });

  it('that says Delete waits for a cluster that is away, and removes nothing that was made anew there meanwhile', async () => {
    await placed(policy);
    await until(async () => (await finalizers(policy)).length === 1);
    scene.a.leave();
    await until(() => scene.hub.observer.seen('a')?.reachable.ok === false);
    await scene.hub.delete(policy);
    await until(async () => (await scene.hub.condition(policy, 'Ready')).includes('waits until what it placed is gone from a'));
    await scene.a.delete((await scene.a.deployment('shop', 'cart'))!);
    await scene.a.create({ ...aDeployment('cart'), metadata: { name: 'cart', namespace: 'shop', labels: { owner: 'somebody' } } });
    const theirs = await uidOf('cart');
    expect(await gone(policy)).toBe(false);
    await scene.a.comeBack();
    await until(() => gone(policy));
    expect(await uidOf('cart')).toBe(theirs);
  });
});

describe('a fleet', () => {
  const app = anApplication([aComponent('api', on('a'))]);

  it('that says Delete removes what was placed on it before it goes, and touches nothing of another', async () => {
    await scene.hub.apply(aFleet(['a', 'b'], 'main', takesAlong), aFleet(['a', 'b'], 'other'));
    const there = anApplication([aComponent('web', on('a'))], { name: 'there', spec: { destination: { fleet: 'other' } } });
    const here = anApplication([aComponent('api', on('a'))], { spec: { destination: { fleet: 'main' } } });
    await scene.hub.apply(here, there);
    await until(async () => (await uidOf('api')) !== undefined && (await uidOf('web')) !== undefined);
    const other = await uidOf('web');
    await until(async () => (await finalizers(aFleet([]))).length === 1);
    await scene.hub.delete(aFleet([]));
    await until(() => gone(aFleet([])));
    expect([await uidOf('api'), await uidOf('web')]).toEqual([undefined, other]);
    await until(async () => (await scene.hub.condition(here, 'Scheduled')).startsWith('False FleetNotFound'));
  });

  it('that says nothing leaves it running', async () => {
    await scene.hub.apply(app);
    await until(async () => (await uidOf('api')) !== undefined);
    const before = await uidOf('api');
    await scene.hub.delete(aFleet([]));
    await until(async () => (await scene.hub.condition(app, 'Orphaned')).startsWith('True'));
    expect(await uidOf('api')).toBe(before);
  });
});
