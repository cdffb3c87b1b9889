/** What goes and leaves what it placed running, or takes it along: rows of the product's rule on deleting, about policies, fleets, clusters and ways in. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Ground } from '../testing/Ground';
import type { Place } from '../testing/Place';
import { aComponent, aDeployment, aPolicy, on, where } from '../testing/shop';
import { until } from '../testing/TestHub';

const DELETE = { deletionPolicy: 'Delete' };
const FINALIZER = 'fleet.kurator.dev/members';

export function orphaningContract(ground: () => Ground) {
  /** May go to either cluster, so that a wrong step would make it elsewhere. */
  const anywhere = () => ground().app([aComponent('api', where({ tier: 'gold' }))]);
  let app: KubeObject;
  let home: Place;
  let other: Place;
  let before: string | undefined;
  async function placed(placing = anywhere()) {
    const { a, b, hub, uid, ready } = ground();
    app = placing;
    await hub.apply(app);
    await ready(app);
    [home, other] = (await uid(a)) ? [a, b] : [b, a];
    before = await uid(home);
  }
  async function expectLeft(of = app) {
    const { hub, live, says, uid } = ground();
    await says(of, 'Orphaned', 'True');
    await hub.lookAtAll();
    expect([await uid(home), await uid(other)]).toEqual([before, undefined]);
    expect((await live(home))?.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'flotilla' });
  }
  async function expectTakenBack(of = app) {
    const { says, uid } = ground();
    await says(of, 'Orphaned', '');
    await ground().isLookedAfter(home);
    expect([await uid(home), await uid(other)]).toEqual([before, undefined]);
  }
  const isAway = (place: Place) => until(async () => (await ground().uid(place)) === undefined);
  const has = (of: KubeObject, finalizer = FINALIZER) => until(async () => (await ground().hub.get(of))?.metadata.finalizers?.includes(finalizer) ?? false);

  describe('left running with our marks, made nowhere else, and taken back by whoever adds it again: what was placed through', () => {
    beforeEach(() => placed());

    it('an entry of the fleet', async () => {
      const { fleet, hub } = ground();
      await hub.apply(fleet([other.name]));
      await expectLeft();
      await hub.apply(fleet());
      await expectTakenBack();
    });

    it('the fleet', async () => {
      const { fleet, hub } = ground();
      await hub.delete(fleet());
      await expectLeft();
      await hub.apply(fleet());
      await expectTakenBack();
    });

    it('the Cluster', async () => {
      const { cluster, gone, hub } = ground();
      await hub.delete(cluster(home));
      await gone(cluster(home));
      await expectLeft();
      await hub.apply(cluster(home));
      await expectTakenBack();
    });

    it('the kubeconfig Secret, which is not used again from memory', async () => {
      const { hub, live, wayInto } = ground();
      await hub.delete(wayInto(home));
      await expectLeft();
      await home.person.patch((await live(home))!, { spec: { replicas: 7 } });
      await hub.lookAtAll();
      expect((await live(home))?.spec.replicas).toBe(7);
      await hub.apply(wayInto(home));
      await expectTakenBack();
    });
  });

  it('what a policy placed is left running, and taken up by one that comes back', async () => {
    const { a, b, gone, hub, uid, within } = ground();
    const [plain, policy] = [within(aDeployment('api')), within(aPolicy('p', on('a').placement))];
    await hub.apply(plain, policy);
    await until(async () => (before = await uid(a)) !== undefined);
    [home, other] = [a, b];
    await hub.delete(policy);
    await gone(policy);
    await expectLeft(plain);
    await hub.apply(policy);
    await expectTakenBack(plain);
  });

  describe('what is left running counts as placed', () => {
    it('until its owner releases it: then it is made elsewhere, and stays', async () => {
      const { fleet, hub, uid } = ground();
      await placed();
      await hub.apply(fleet([other.name]));
      await expectLeft();
      await hub.patch(app, { metadata: { annotations: { 'fleet.kurator.dev/release': 'true' } } });
      await until(async () => (await uid(other)) !== undefined);
      expect(await uid(home)).toBe(before);
    });

    it('until its owner is deleted: then it goes too', async () => {
      const { fleet, gone, hub, uid } = ground();
      await placed();
      await hub.apply(fleet([other.name]));
      await expectLeft();
      await hub.delete(app);
      await gone(app);
      expect(await uid(home)).toBeUndefined();
    });
  });

  describe('deletionPolicy Delete takes along what was placed through', () => {
    it('the policy; its object stays in the hub, and a new policy places it again', async () => {
      const { a, gone, hub, uid, within } = ground();
      const [plain, policy] = [within(aDeployment('api')), within(aPolicy('p', on('a').placement, DELETE))];
      await hub.apply(plain, policy);
      await until(async () => (await uid(a)) !== undefined);
      await has(policy);
      await hub.delete(policy);
      await gone(policy);
      await hub.lookAtAll();
      expect([await uid(a), (await hub.get(plain)) !== undefined]).toEqual([undefined, true]);
      await hub.apply(within(aPolicy('again', on('a').placement)));
      await until(async () => (await uid(a)) !== undefined);
    });

    it('the policy, but for what another policy takes up', async () => {
      const { a, gone, hub, uid, within } = ground();
      const policy = within(aPolicy('p', on('a').placement, DELETE));
      await hub.apply(within(aDeployment('api')), policy, within(aPolicy('second', on('a').placement, { priority: -1 })));
      await until(async () => (await uid(a)) !== undefined);
      await has(policy);
      const standing = await uid(a);
      await hub.delete(policy);
      await gone(policy);
      await hub.lookAtAll();
      expect(await uid(a)).toBe(standing);
    });

    it('the fleet, and nothing of another fleet', async () => {
      const { a, app: anApp, fleet, gone, hub, own, ready, uid, says } = ground();
      const second = { ...fleet(), metadata: { name: `${own}-second`, namespace: fleet().metadata.namespace } };
      await hub.apply(fleet(['a', 'b'], DELETE), second);
      const there = { ...anApp([aComponent('kept', on('a'))], { spec: { destination: { fleet: second.metadata.name } } }), metadata: { name: 'there', namespace: own } };
      await hub.apply(there);
      await placed();
      await ready(there);
      const kept = await uid(a, 'kept');
      await has(fleet());
      await hub.delete(fleet());
      await gone(fleet());
      expect([await uid(home), await uid(other), await uid(a, 'kept')]).toEqual([undefined, undefined, kept]);
      await says(app, 'Scheduled', 'False FleetNotFound');
      await hub.delete(second);
    });

    it('the Cluster; replacements are made where they may be', async () => {
      const { cluster, gone, hub, uid } = ground();
      await placed();
      await hub.apply(cluster(home, {}, DELETE));
      await hub.delete(cluster(home));
      await gone(cluster(home));
      expect(await uid(home)).toBeUndefined();
      await until(async () => (await uid(other)) !== undefined);
    });

    it('an entry of the fleet; replacements are made where they may be', async () => {
      const { fleet, hub, uid } = ground();
      await hub.apply(fleet(['a', 'b'].map(name => ({ name, ...DELETE }))));
      await placed();
      await hub.apply(fleet([{ name: other.name, ...DELETE }]));
      await isAway(home);
      await until(async () => (await uid(other)) !== undefined);
    });

    it('nothing any more, once it says Orphan', async () => {
      const { a, gone, hub, says, uid, within } = ground();
      const [plain, policy] = [within(aDeployment('api')), within(aPolicy('p', on('a').placement, DELETE))];
      await hub.apply(plain, policy);
      await until(async () => (before = await uid(a)) !== undefined);
      await has(policy);
      await hub.patch(policy, { spec: { deletionPolicy: 'Orphan' } });
      await until(async () => !(await hub.get(policy))?.metadata.finalizers?.length);
      await hub.delete(policy);
      await gone(policy);
      await says(plain, 'Orphaned', 'True');
      expect(await uid(a)).toBe(before);
    });
  });

  it('a second fleet does not move what runs', async () => {
    const { a, app: anApp, b, fleet, hub, ready, uid } = ground();
    await hub.apply(fleet(['a']));
    const undirected = anApp([aComponent('api')], { spec: { destination: undefined } });
    await hub.apply(undirected);
    await ready(undirected);
    const second = { ...fleet(['b']), metadata: { name: `${ground().own}-second`, namespace: fleet().metadata.namespace } };
    await hub.apply(second);
    await hub.lookAtAll();
    expect([(await uid(a)) !== undefined, await uid(b), (await hub.get(undirected))?.status.fleet]).toEqual([true, undefined, `kurator-system/${ground().own}`]);
    await hub.delete(second);
  });
}
