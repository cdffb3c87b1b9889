/** What a cluster that does not answer is owed, and what it finds when it returns: rows of the product's rule on deleting. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Ground } from '../testing/Ground';
import { aComponent, aDeployment, aPolicy, on } from '../testing/shop';
import { until } from '../testing/TestHub';

export function debtContract(ground: () => Ground) {
  let app: KubeObject;
  let before: KubeObject;
  const components = (over = {}) => [aComponent('api', { ...on('a'), ...over }), aComponent('front', on('b'))];
  beforeEach(async () => {
    const { a, app: anApp, hub, live, ready } = ground();
    app = anApp(components());
    await hub.apply(app);
    await ready(app);
    before = (await live(a))!;
  });
  const back = () => ground().a.door.comeBack();
  /** Somebody else's object of the same name. */
  const theirs = (over: object = {}): KubeObject => ground().within({ ...aDeployment('api', { image: 'theirs:1' }), ...over });
  /** As a backup of the cluster would bring it back: everything of it but who it was. */
  const restored = (): KubeObject => theirs({ spec: before.spec, metadata: { name: 'api', labels: before.metadata.labels, annotations: before.metadata.annotations } });
  async function replaceWith(object: KubeObject): Promise<string> {
    await ground().a.person.delete(before);
    await until(async () => (await ground().uid(ground().a)) === undefined);
    return (await ground().a.person.create(object)).metadata.uid!;
  }

  describe('a deletion, on a cluster that does not answer', () => {
    beforeEach(async () => {
      await ground().leaves(ground().a);
      await ground().hub.delete(app);
    });

    it('waits, holds up nothing elsewhere, is shown as debt, and is paid on return', async () => {
      const { a, b, cluster, gone, hub, says } = ground();
      await until(async () => (await ground().uid(b, 'front')) === undefined);
      await says(app, 'Ready', 'waits until its objects are gone from a');
      await until(async () => (await hub.get(cluster(a)))?.status?.debt === 1);
      await hub.lookAtAll();
      expect([await ground().uid(a), (await hub.get(app))?.metadata.finalizers]).toEqual([before.metadata.uid, ['fleet.kurator.dev/members']]);
      back();
      await gone(app);
      expect(await ground().uid(a)).toBeUndefined();
      await until(async () => (await hub.get(cluster(a)))?.status?.debt === 0);
    });

    it('takes nothing that somebody put in its place meanwhile', async () => {
      const { a, gone } = ground();
      const other = await replaceWith(theirs());
      back();
      await gone(app);
      expect(await ground().uid(a)).toBe(other);
    });

    it('takes nothing that was restored there with our marks meanwhile: it is another object', async () => {
      const { a, gone } = ground();
      const other = await replaceWith(restored());
      back();
      await gone(app);
      expect(await ground().uid(a)).toBe(other);
    });

    it('has nothing to do where the object was deleted meanwhile', async () => {
      const { a, gone } = ground();
      await a.person.delete(before);
      back();
      await gone(app);
    });

    it('takes nothing from another cluster at the address, which is held; it is paid to the one it is owed to', async () => {
      const { a, b, cluster, gone, hub, own, says } = ground();
      await until(async () => (await b.person.namespace(own)) === undefined);
      await b.person.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: own } });
      const twin = (await b.person.create(restored())).metadata.uid;
      a.door.leadTo(b.person.kubeconfig);
      back();
      await says(cluster(a), 'Ready', 'False Held');
      ground().writes.length = 0;
      await hub.lookAtAll();
      expect(ground().writes.filter(step => / a\//.test(step))).toEqual([]);
      expect([await ground().uid(b), await ground().uid(a), (await hub.get(app)) !== undefined]).toEqual([twin, before.metadata.uid, true]);
      a.door.leadTo(a.person.kubeconfig);
      await gone(app);
      expect([await ground().uid(a), await ground().uid(b)]).toEqual([undefined, twin]);
    });

    it('keeps the Cluster from being deleted, until it is waived: then what is left is listed, and nobody waits', async () => {
      const { a, cluster, gone, hub, own } = ground();
      await until(async () => (await hub.get(cluster(a)))?.status?.debt === 1);
      await expect(hub.delete(cluster(a))).rejects.toMatchObject({ code: 409, message: expect.stringContaining('1 object is still to be removed in cluster a') });
      await hub.patch(cluster(a), { metadata: { annotations: { 'fleet.kurator.dev/waive-debt': 'true' } } });
      await hub.delete(cluster(a));
      await gone(cluster(a));
      await gone(app);
      expect(await hub.events('Cluster', 'a', 'DebtWaived')).toEqual([expect.stringContaining(`Deployment ${own}/api`)]);
      expect(await ground().uid(a)).toBe(before.metadata.uid);
      back();
    });
  });

  it('a policy that takes along what it placed waits for a cluster that does not answer, too', async () => {
    const { a, gone, hub, says, uid, within } = ground();
    const [plain, policy] = [within(aDeployment('cart')), within(aPolicy('p', on('a').placement, { deletionPolicy: 'Delete' }))];
    await hub.apply(plain, policy);
    await until(async () => (await uid(a, 'cart')) !== undefined && (await hub.get(policy))?.metadata.finalizers?.length === 1);
    await ground().leaves(a);
    await hub.delete(policy);
    await says(policy, 'Ready', 'waits until what it placed is gone from a');
    back();
    await gone(policy);
    expect(await uid(a, 'cart')).toBeUndefined();
  });

  describe('a cluster that returns', () => {
    it('is paid its debt before anything else', async () => {
      const { a, gone, hub, own, ready } = ground();
      const next = (image: string) => ({ ...ground().app([aComponent('next', { ...on('a'), image })]), metadata: { name: 'next', namespace: own } });
      await hub.apply(next('web:1'));
      await ready(next('web:1'));
      await ground().leaves(a);
      await hub.apply(next('web:2'));
      await hub.delete(app);
      await hub.lookAtAll();
      ground().writes.length = 0;
      back();
      await until(async () => (await ground().image(a, 'next')) === 'web:2');
      await gone(app);
      const there = ground().writes.filter(step => step.includes(` a/Deployment/${own}/`));
      expect(there).toEqual([`delete a/Deployment/${own}/api`, `apply a/Deployment/${own}/next`]);
    });

    it('is paid, too, what was to leave it for another reason than a deletion', async () => {
      const { a, b, cluster, hub } = ground();
      const bound = { placement: { ...on('a', 'b').placement, residency: { jurisdictions: ['CN'] } } };
      await hub.apply(ground().app([aComponent('api', bound), aComponent('front', on('b'))]));
      await hub.lookAtAll();
      await ground().leaves(a);
      await hub.apply(cluster(a, { 'fleet.kurator.dev/jurisdiction': 'SG' }));
      await until(async () => (await ground().uid(b)) !== undefined);
      await hub.lookAtAll();
      expect(await ground().uid(a)).toBe(before.metadata.uid);
      back();
      await until(async () => (await ground().uid(a)) === undefined);
      expect(await ground().uid(b)).toBeDefined();
    });

    it('keeps what is wished for again: it is the same object', async () => {
      const { a, hub, ready } = ground();
      await ground().leaves(a);
      await hub.apply(ground().app([aComponent('front', on('b'))]));
      await until(async () => (await hub.stores.works.byCluster('a')).some(work => work.state === 'removing'));
      await hub.apply(app);
      await until(async () => !(await hub.stores.works.byCluster('a')).some(work => work.state === 'removing'));
      back();
      await ready(app);
      await hub.lookAtAll();
      expect(await ground().uid(a)).toBe(before.metadata.uid);
    });

    it('gets the newest revision, and none of those between', async () => {
      const { a, hub, image, live } = ground();
      await ground().leaves(a);
      for (const next of ['web:2', 'web:3']) {
        await hub.apply(ground().app(components({ image: next })));
        await hub.lookAtAll();
      }
      ground().writes.length = 0;
      back();
      await until(async () => (await image(a)) === 'web:3');
      await hub.lookAtAll();
      expect(ground().writes.filter(step => step.startsWith('apply a/Deployment'))).toHaveLength(1);
      expect((await live(a))?.metadata.uid).toBe(before.metadata.uid);
    });

    it('with our object changed has it put back', async () => {
      const { a, live } = ground();
      await ground().leaves(a);
      await a.person.patch(before, { spec: { replicas: 7 } });
      back();
      await until(async () => (await live(a))?.spec.replicas === 2);
      expect((await live(a))?.metadata.uid).toBe(before.metadata.uid);
    });

    it('with our object deleted has it made anew, once', async () => {
      const { a, hub } = ground();
      await ground().leaves(a);
      await a.person.delete(before);
      ground().writes.length = 0;
      back();
      await until(async () => (await ground().uid(a)) !== undefined && (await ground().uid(a)) !== before.metadata.uid);
      const made = await ground().uid(a);
      await hub.lookAtAll();
      expect(await ground().uid(a)).toBe(made);
    });

    it('with our object re-created by somebody else keeps theirs, and it is said whose it is', async () => {
      const { a, image, says } = ground();
      await ground().leaves(a);
      const other = await replaceWith(theirs());
      back();
      await says(app, 'Applied', 'is there already and belongs to kubectl');
      expect([await ground().uid(a), await image(a)]).toEqual([other, 'theirs:1']);
    });

    it('with our object restored from a backup, marks and all, has that one looked after', async () => {
      const { a, hub } = ground();
      await ground().leaves(a);
      const other = await replaceWith(restored());
      back();
      await until(async () => (await hub.stores.works.byCluster('a')).some(work => work.memberUid === other));
      await ground().isLookedAfter(a);
      expect(await ground().uid(a)).toBe(other);
    });

    it('as another cluster at the same address is held, and nothing is written or taken for ours there', async () => {
      const { a, b, cluster, hub, ready, says } = ground();
      a.door.leadTo(b.person.kubeconfig);
      await says(cluster(a), 'Ready', 'another cluster answers');
      await hub.apply(ground().app(components({ image: 'web:2' })));
      await hub.lookAtAll();
      expect(await ground().uid(b)).toBeUndefined();
      expect([...hub.observer.live('a').values()].filter(({ metadata }) => metadata.namespace === ground().own).map(({ metadata }) => metadata.uid)).toEqual([before.metadata.uid]);
      a.door.leadTo(a.person.kubeconfig);
      await ready(cluster(a));
      await until(async () => (await ground().image(a)) === 'web:2');
      expect(await ground().uid(a)).toBe(before.metadata.uid);
    });
  });

  describe('a Job that a cluster lost while it was away', () => {
    it('is not run again', async () => {
      const { a, app: anApp, hub, own, says } = ground();
      await a.hold(own);
      app = { ...anApp([aComponent('train', { type: 'Job', ...on('a') })]), metadata: { name: 'jobs', namespace: own } };
      await hub.apply(app);
      await until(async () => (await hub.stores.works.byCluster('a')).some(work => work.kind === 'Job' && work.memberUid !== '' && work.namespace === own));
      await ground().leaves(a);
      await a.person.delete((await a.person.get('batch/v1', 'Job', own, 'train'))!);
      back();
      await says(app, 'Ready', 'deleted in the cluster');
      await hub.lookAtAll();
      expect(await a.person.get('batch/v1', 'Job', own, 'train')).toBeUndefined();
    });
  });
}
