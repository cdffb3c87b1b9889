/** Whose an object in a member is: rows of the product's rule on ownership. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Ground } from '../testing/Ground';
import { aComponent, aDeployment, aPolicy, on, pods } from '../testing/shop';
import { until } from '../testing/TestHub';

const MARKS = { 'app.kubernetes.io/managed-by': 'flotilla', 'fleet.kurator.dev/hub': 'another' };

export function ownershipContract(ground: () => Ground) {
  const onA = (over = {}) => ground().app([aComponent('api', { ...on('a'), ...over })]);
  async function placed(over = {}): Promise<KubeObject> {
    const app = onA(over);
    await ground().hub.apply(app);
    await ground().ready(app);
    return (await ground().live(ground().a))!;
  }

  describe('what we write', () => {
    it('is applied as flotilla, and carries the id of this hub', async () => {
      const { metadata } = await placed();
      const applied = metadata.managedFields!.filter(({ operation }) => operation === 'Apply');
      expect(applied.map(({ manager }) => manager)).toEqual(['flotilla']);
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'flotilla', 'fleet.kurator.dev/hub': await ground().hub.stores.instanceId() });
    });

    it('is put back where it is changed', async () => {
      const { a, image, live } = ground();
      const mine = await placed();
      await a.person.patch(mine, { metadata: { labels: { 'app.kubernetes.io/managed-by': 'me', 'fleet.kurator.dev/hub': null } }, spec: { template: { spec: { containers: [{ ...mine.spec.template.spec.containers[0], image: 'theirs:1' }] } } } });
      await until(async () => (await image(a)) === 'web:1' && (await live(a))?.metadata.labels?.['fleet.kurator.dev/hub'] !== undefined);
      expect((await live(a))?.metadata.uid).toBe(mine.metadata.uid);
    });

    it('is made anew where it is deleted', async () => {
      const { a, uid } = ground();
      const mine = await placed();
      await a.person.delete(mine);
      await until(async () => ((await uid(a)) ?? mine.metadata.uid) !== mine.metadata.uid);
    });

    it('stays as it is in fields that were never ours', async () => {
      const { a, hub, live } = ground();
      await a.person.patch(await placed(), { metadata: { annotations: { theirs: 'x' } }, spec: { replicas: 5, minReadySeconds: 3 } });
      await until(async () => (await live(a))?.spec.replicas === 2);
      await hub.lookAtAll();
      expect(await live(a)).toMatchObject({ metadata: { annotations: { theirs: 'x' } }, spec: { minReadySeconds: 3 } });
    });
  });

  describe('spec.replicas', () => {
    it('is left to an autoscaler that exists in the member', async () => {
      const { a, hub, live, own } = ground();
      const mine = await placed();
      await a.person.create({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'scaler', namespace: own }, spec: { minReplicas: 6, maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } } });
      await until(() => [...hub.observer.live('a').keys()].includes(`autoscaling/v2/HorizontalPodAutoscaler/${own}/scaler`));
      await a.person.patch(mine, { spec: { replicas: 6 }, metadata: { labels: { 'app.kubernetes.io/managed-by': 'me' } } });
      await until(async () => (await live(a))?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'flotilla');
      await hub.lookAtAll();
      expect((await live(a))?.spec.replicas).toBe(6);
    });

    it('is put back where autoscaling is only declared and nothing does it', async () => {
      const { a, live } = ground();
      await a.person.patch(await placed({ placement: { ...on('a').placement, autoscaling: { minReplicas: 2, maxReplicas: 9 } } }), { spec: { replicas: 6 } });
      await until(async () => (await live(a))?.spec.replicas === 2);
    });
  });

  describe('an object that was there before us', () => {
    const theirs = (over: Parameters<typeof aDeployment>[1] = {}) => ground().within(aDeployment('api', { image: 'theirs:1', ...over }));
    async function stands(object = theirs()): Promise<string> {
      await ground().a.person.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ground().own } });
      return (await ground().a.person.create(object)).metadata.uid!;
    }
    const selected = (over: object) => [ground().within(aDeployment('api')), ground().within(aPolicy('p', on('a').placement, over))];
    const untouched = async (before: string) => {
      await ground().hub.lookAtAll();
      expect([await ground().uid(ground().a), await ground().image(ground().a)]).toEqual([before, 'theirs:1']);
    };

    it('is left alone, and it is said whose it is; the end of the wish leaves it alone too', async () => {
      const { hub, says, gone } = ground();
      const before = await stands();
      const app = onA();
      await hub.apply(app);
      await says(app, 'Applied', 'api is there already and belongs to kubectl');
      await untouched(before);
      expect((await ground().live(ground().a))?.metadata.labels).toEqual({ app: 'api' });
      await hub.delete(app);
      await gone(app);
      await untouched(before);
    });

    it('is left alone with adoption IfNoDiff, where it differs', async () => {
      const before = await stands();
      const [object, policy] = selected({ adoption: 'IfNoDiff' });
      await ground().hub.apply(object, policy);
      await ground().says(object, 'Applied', 'is there already');
      await untouched(before);
    });

    it('is taken over as it runs with adoption IfNoDiff, where nothing differs', async () => {
      const { a, hub, live } = ground();
      const before = await stands(theirs({ image: 'web:1' }));
      const { spec } = (await live(a))!;
      const [object, policy] = selected({ adoption: 'IfNoDiff' });
      await hub.apply(object, policy);
      await until(async () => (await live(a))?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'flotilla');
      expect([(await live(a))?.metadata.uid, (await live(a))?.spec]).toEqual([before, spec]);
      await ground().isLookedAfter(a);
    });

    it('is taken over with adoption Always, and keeps the selector it has', async () => {
      const { a, hub, live, image } = ground();
      const before = await stands();
      await hub.apply(onA({ adoption: 'Always', spec: { template: { metadata: { labels: { app: 'api' } }, ...pods() } } }));
      await until(async () => (await image(a)) === 'web:1');
      expect([(await live(a))?.metadata.uid, (await live(a))?.spec.selector]).toEqual([before, { matchLabels: { app: 'api' } }]);
    });

    it('is never touched where it is another hub’s, whatever adoption says', async () => {
      const { hub, says, gone } = ground();
      const before = await stands(theirs({ labels: MARKS }));
      const app = onA({ adoption: 'Always' });
      await hub.apply(app);
      await says(app, 'Applied', 'belongs to hub another');
      await hub.delete(app);
      await gone(app);
      await untouched(before);
    });
  });

  it('an object that a policy selects is applied unchanged', async () => {
    const { a, hub, live, within } = ground();
    await hub.apply(within(aDeployment('api')), within(aPolicy('p', on('a').placement)));
    await until(async () => (await live(a)) !== undefined);
    expect((await live(a))?.spec).toMatchObject({ selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { app: 'api' } } } });
    expect(Object.keys((await live(a))!.spec.template.metadata.labels)).toEqual(['app']);
  });
}
