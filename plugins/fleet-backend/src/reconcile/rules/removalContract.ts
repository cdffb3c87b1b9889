/** What a deletion takes along: rows of the product's rule on deleting, about owners and namespaces. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Ground } from '../testing/Ground';
import { aComponent, aDeployment, aPolicy, namespace, on, pods } from '../testing/shop';
import { until } from '../testing/TestHub';

const LOCK = { 'fleet.kurator.dev/deletion-lock': 'true' };

export function removalContract(ground: () => Ground) {
  const both = () => ground().app([aComponent('api', on('a')), aComponent('front', on('b'))]);
  const onA = () => ground().app([aComponent('api', on('a'))]);
  async function placed(app: KubeObject): Promise<KubeObject> {
    await ground().hub.apply(app);
    await ground().ready(app);
    return app;
  }

  describe('an Application', () => {
    it('that is deleted takes its objects, and goes after them', async () => {
      const { a, b, hub, uid, gone, own } = ground();
      const app = await placed(both());
      expect((await hub.get(app))?.metadata.finalizers).toContain('fleet.kurator.dev/members');
      await hub.delete(app);
      await gone(app);
      expect([await uid(a), await uid(b, 'front')]).toEqual([undefined, undefined]);
      expect((await hub.stores.works.all()).filter(work => work.namespace === own)).toEqual([]);
      expect((await hub.stores.decisions.reservations()).filter(({ target }) => target.includes(`/${own}/`))).toEqual([]);
    });

    it('says before what its deletion would touch, and touches nothing then', async () => {
      const { a, hub, uid, own } = ground();
      const app = await placed(both());
      const before = await uid(a);
      expect(await hub.deletionPreview(app)).toEqual([`would remove Deployment ${own}/api on a`, `would remove Deployment ${own}/front on b`]);
      await hub.lookAtAll();
      expect([await uid(a), (await hub.get(app))?.metadata.deletionTimestamp]).toEqual([before, undefined]);
    });

    it('with a deletion lock is refused with 409, and so is its namespace', async () => {
      const { a, hub, uid, own } = ground();
      const app = await placed(ground().app([aComponent('api', on('a'))], { metadata: { annotations: LOCK } }));
      const before = await uid(a);
      await expect(hub.delete(app)).rejects.toMatchObject({ code: 409, message: expect.stringContaining('locked against deletion') });
      await expect(hub.delete(namespace(own))).rejects.toMatchObject({ code: 409 });
      await hub.lookAtAll();
      expect(await uid(a)).toBe(before);
      await hub.patch(app, { metadata: { annotations: { 'fleet.kurator.dev/deletion-lock': null } } });
    });
  });

  it('a component that is taken out takes its own, and restarts no other', async () => {
    const { a, b, hub, live, uid } = ground();
    await placed(both());
    const { metadata } = (await live(a))!;
    await hub.apply(onA());
    await until(async () => (await uid(b, 'front')) === undefined);
    await hub.lookAtAll();
    expect((await live(a))?.metadata).toMatchObject({ uid: metadata.uid, generation: metadata.generation });
  });

  it('two components that read one ConfigMap have a copy each, and one that goes takes nothing from the other', async () => {
    const { a, app, hub, live, own, uid } = ground();
    const reading = (name: string) => aComponent(name, { ...on('a'), spec: { template: pods('web:1', { envFrom: [{ configMapRef: { name: 'conf' } }] }) } });
    await hub.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: own }, data: { a: 'b' } });
    await placed(app([reading('one'), reading('two')]));
    const named = async (name: string) => (await live(a, name))?.spec.template.spec.containers[0].envFrom[0].configMapRef.name;
    const [one, two] = [await named('one'), await named('two')];
    await hub.apply(app([reading('two')]));
    await until(async () => (await uid(a, 'one')) === undefined);
    await hub.lookAtAll();
    expect([await a.person.get('v1', 'ConfigMap', own, one), await a.person.get('v1', 'ConfigMap', own, two)]).toEqual([undefined, expect.objectContaining({ immutable: true, data: { a: 'b' } })]);
  });

  it('a selected template that is deleted takes its objects, and goes after them', async () => {
    const { a, hub, gone, uid, within } = ground();
    const template = within(aDeployment('api'));
    await hub.apply(template, within(aPolicy('p', on('a').placement)));
    await until(async () => (await uid(a)) !== undefined);
    await hub.delete(template);
    await gone(template);
    expect(await uid(a)).toBeUndefined();
  });

  describe('a Namespace', () => {
    const isGone = (of = ground().a) => until(async () => (await of.person.namespace(ground().own)) === undefined);

    it('takes its Applications, and in the member the namespace that we made, once it is empty', async () => {
      const { a, b, hub, gone, own, uid } = ground();
      await b.person.create(namespace(own));
      await placed(both());
      await hub.delete(namespace(own));
      await gone(namespace(own));
      expect([await uid(a), await uid(b, 'front')]).toEqual([undefined, undefined]);
      await isGone();
      await hub.lookAtAll();
      expect((await b.person.namespace(own))?.metadata.deletionTimestamp).toBeUndefined();
    });

    it('that we made goes when what ends in it has ended, however long that takes', async () => {
      const { a, hub, gone, live, own } = ground();
      const app = await placed(onA());
      await a.person.patch((await live(a))!, { metadata: { finalizers: ['example.com/slow'] } });
      await hub.delete(app);
      await gone(app);
      await until(async () => (await live(a))?.metadata.deletionTimestamp !== undefined);
      await hub.lookAtAll();
      expect((await a.person.namespace(own))?.metadata.deletionTimestamp).toBeUndefined();
      await a.person.patch((await live(a))!, { metadata: { finalizers: null } });
      await isGone();
    });

    it('that we made stays while somebody else keeps something in it, and nobody waits for that', async () => {
      const { a, hub, gone, own } = ground();
      const app = await placed(onA());
      await a.person.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: own } });
      await hub.delete(app);
      await gone(app);
      await until(async () => (await hub.stores.works.byCluster('a')).every(work => work.name !== own));
      expect((await a.person.namespace(own))?.metadata.deletionTimestamp).toBeUndefined();
    });

    it('that we made stays while another Application has something in it', async () => {
      const { a, hub, gone, own, uid } = ground();
      const app = await placed(onA());
      const other = { ...ground().app([aComponent('kept', on('a'))]), metadata: { name: 'other', namespace: own } };
      await placed(other);
      const before = await uid(a, 'kept');
      await hub.delete(app);
      await gone(app);
      await hub.lookAtAll();
      expect([await uid(a, 'kept'), (await a.person.namespace(own))?.metadata.deletionTimestamp]).toEqual([before, undefined]);
    });
  });
}
