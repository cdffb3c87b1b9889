/** What a label, a taint, a law or a better place does to what runs: rows of the product's rule on deleting. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Ground } from '../testing/Ground';
import { aComponent, on, where } from '../testing/shop';
import { until } from '../testing/TestHub';

const GOLD = where({ tier: 'gold' });
const TAINTS = [{ key: 'leaving', effect: 'NoSchedule' }];

export function movingContract(ground: () => Ground) {
  const component = (over = {}) => aComponent('api', { ...GOLD, ...over });
  /** Ready on `a`, while `b` is no place for it yet. */
  async function placed(over = {}): Promise<KubeObject> {
    const { app, b, cluster, hub, ready, fleet } = ground();
    await hub.apply(cluster(b, { tier: 'silver' }), fleet(['a']));
    const placing = app([component(over)]);
    await hub.apply(placing);
    await ready(placing);
    await hub.apply(fleet());
    return placing;
  }
  const admitB = () => ground().hub.apply(ground().cluster(ground().b));

  describe.each([
    ['label', () => ground().cluster(ground().a, { tier: 'silver' })],
    ['freedom from taints', () => ground().cluster(ground().a, {}, { taints: TAINTS })],
  ])('a cluster that loses its %s', (_what, lost) => {
    it('is left by a Deployment once its replacement is Ready, and not before', async () => {
      const { a, b, hub, own, uid } = ground();
      await placed();
      await b.hold(own);
      await admitB();
      await hub.apply(lost());
      await until(async () => (await uid(b)) !== undefined);
      await hub.lookAtAll();
      expect(await uid(a)).toBeDefined();
      await b.release(own);
      await until(async () => (await uid(a)) === undefined);
      expect(await uid(b)).toBeDefined();
    });

    it('keeps a Deployment that has nowhere else to go, which says PlacementViolated', async () => {
      const { a, hub, says, uid } = ground();
      const app = await placed();
      const before = await uid(a);
      await hub.apply(lost());
      await says(app, 'PlacementViolated', 'True');
      await hub.lookAtAll();
      expect(await uid(a)).toBe(before);
    });
  });

  const losesA = () => ground().hub.apply(ground().cluster(ground().a, { tier: 'silver' }));

  it('a StatefulSet stays where it may not be any more until a recorded wish, and says PlacementViolated', async () => {
    const { a, b, hub, says, own } = ground();
    const app = await placed({ type: 'StatefulSet', spec: { serviceName: 'api' } });
    const set = (of = a) => of.person.get('apps/v1', 'StatefulSet', own, 'api');
    const before = (await set())!.metadata.uid;
    await admitB();
    await losesA();
    await says(app, 'PlacementViolated', 'True');
    await hub.lookAtAll();
    expect([(await set())?.metadata.uid, await set(b)]).toEqual([before, undefined]);
  });

  describe('a Job', () => {
    const job = async (of = ground().a, name = 'api') => of.person.get('batch/v1', 'Job', ground().own, name);
    /** Its pods work for a moment, once there is room for them. */
    const brief = (over = {}) => {
      const made = component({ type: 'Job', ...over });
      made.template.spec.template.metadata = { annotations: { 'simulated.flotilla.dev/run-for': '1s' } };
      return made;
    };
    const ended = async (app: KubeObject) => {
      const { uid } = (await ground().hub.get(app))!.metadata;
      await until(async () => (await ground().hub.stores.works.byOwner(uid!)).some(work => work.state === 'completed'));
    };
    async function running(): Promise<KubeObject> {
      const { a, app, b, cluster, fleet, hub, own } = ground();
      await a.hold(own);
      await hub.apply(cluster(b, { tier: 'silver' }), fleet(['a']));
      const placing = app([brief()]);
      await hub.apply(placing);
      await until(async () => (await job()) !== undefined);
      await until(async () => (await hub.stores.works.byOwner((await hub.get(placing))!.metadata.uid!)).some(work => work.memberUid !== ''));
      await hub.apply(fleet());
      return placing;
    }

    it('stays until it has finished, and is not run again elsewhere', async () => {
      const { a, b, hub, own, says } = ground();
      const app = await running();
      const before = (await job())!.metadata.uid;
      await admitB();
      await losesA();
      await says(app, 'PlacementViolated', 'True');
      await hub.lookAtAll();
      expect([(await job())?.metadata.uid, await job(b)]).toEqual([before, undefined]);
      await a.release(own);
      await ended(app);
      await says(app, 'Ready', 'True');
      await hub.lookAtAll();
      expect(await job(b)).toBeUndefined();
    });

    it('that ended and was then taken away is not made again', async () => {
      const { a, b, hub, own } = ground();
      const app = await running();
      await a.release(own);
      await ended(app);
      await a.person.delete((await job())!);
      await until(() => ![...hub.observer.live('a').keys()].includes(`batch/v1/Job/${own}/api`));
      await hub.lookAtAll();
      expect([await job(), await job(b), (await hub.condition(app, 'Ready')).slice(0, 4)]).toEqual([undefined, undefined, 'True']);
    });

    it('that vanished is recorded as gone and not made again', async () => {
      const { a, b, hub, says } = ground();
      const app = await running();
      await a.person.delete((await job())!);
      await says(app, 'Ready', 'deleted in the cluster');
      await hub.lookAtAll();
      expect([await job(), await job(b)]).toEqual([undefined, undefined]);
    });

    it('of a new revision waits for the running one, and then runs once, under a name of its own', async () => {
      const { a, hub, own } = ground();
      const app = await running();
      await hub.apply({ ...app, spec: { ...app.spec, components: [brief({ image: 'train:2' })] } });
      await hub.lookAtAll();
      const names = async () => (await hub.stores.works.byOwner((await hub.get(app))!.metadata.uid!)).map(work => work.name).sort();
      expect(await names()).toEqual(['api']);
      await a.release(own);
      await until(async () => (await names()).length === 2);
      const [, second] = await names();
      expect(second).toMatch(/^api-[0-9a-f]{10}$/);
      await until(async () => (await job(a, second)) !== undefined);
      await hub.lookAtAll();
      expect(await names()).toEqual(['api', second]);
    });
  });

  it('a cluster whose jurisdiction is not allowed any more is left at once, replacement or not', async () => {
    const { a, app, cluster, hub, ready, says, uid } = ground();
    const placing = app([aComponent('api', { placement: { ...on('a').placement, residency: { jurisdictions: ['CN'] } } })]);
    await hub.apply(placing);
    await ready(placing);
    await hub.apply(cluster(a, { 'fleet.kurator.dev/jurisdiction': 'SG' }));
    await until(async () => (await uid(a)) === undefined);
    await says(placing, 'Scheduled', 'False');
  });

  it('a better price and a better score elsewhere move nothing', async () => {
    const { a, b, cluster, hub, uid } = ground();
    await placed();
    const before = await uid(a);
    await hub.apply(cluster(a, {}, { prices: { currency: 'CNY', perNodeHour: 100 } }), cluster(b, {}, { prices: { currency: 'CNY', perNodeHour: 1 }, performance: { p95LatencyMs: 1 } }));
    await hub.lookAtAll();
    expect([await uid(a), await uid(b)]).toEqual([before, undefined]);
  });

  it('a new revision goes cluster by cluster, the next only when the last is Ready', async () => {
    const { a, app, b, hub, image, own, ready } = ground();
    const both = (image_: string) => app([aComponent('api', { placement: { ...on('a', 'b').placement, replicaScheduling: { replicaSchedulingType: 'Duplicated' } }, image: image_ })]);
    await hub.apply(both('web:1'));
    await ready(both('web:1'));
    await a.hold(own);
    await b.hold(own);
    await hub.apply(both('web:2'));
    const images = async () => [await image(a), await image(b)].sort();
    await until(async () => (await images())[1] === 'web:2');
    await hub.lookAtAll();
    expect(await images()).toEqual(['web:1', 'web:2']);
    await a.release(own);
    await b.release(own);
    await until(async () => (await images())[0] === 'web:2');
  });
}
