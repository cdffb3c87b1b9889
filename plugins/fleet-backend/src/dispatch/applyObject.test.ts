/** Every row of "who owns what in a member", on our own API server and on real Kubernetes. */
import type { KubeObject } from '@flotilla/kube-api';
import { connect, eachCluster, type TestCluster, testDirectory } from '../clusters/testing/openCluster';
import type { ClusterConnection, MemberResource } from '../clusters/types';
import { applyObject } from './applyObject';
import { ensureNamespace, removeNamespaceIfOursAndEmpty } from './namespaces';
import { removeObject } from './removeObject';
import type { ApplyOrder, ApplyResult } from './types';

jest.setTimeout(60_000);

const DEPLOYMENTS: MemberResource = { apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', namespaced: true };
const CONFIG_MAPS: MemberResource = { apiVersion: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true };
const TARGET = 'Application/shop/web/api';
const HUB = 'hub-of-the-test';

eachCluster('writing objects into a member', open => {
  const directory = testDirectory();
  const namespace = `apply-${Math.random().toString(36).slice(2, 8)}`;
  let cluster: TestCluster;
  let connection: ClusterConnection;

  beforeAll(async () => {
    cluster = await open();
    connection = connect(directory, cluster.kubeconfig);
    expect(await ensureNamespace(connection, namespace, HUB)).toEqual({ ok: true, did: 'created' });
  });

  afterAll(async () => {
    const found = await connection.get({ apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false }, '', namespace);
    if (found.ok) await connection.delete({ apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false }, '', namespace, found.value.metadata.uid!);
    directory.close();
    await cluster.close();
  });

  const deployment = (name: string, replicas = 2, image = 'web:1'): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, annotations: { 'fleet.kurator.dev/target': TARGET } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image, resources: { requests: { cpu: '1000m' } } }] } },
    },
  });
  const order = (object: KubeObject, more: Partial<ApplyOrder> = {}): ApplyOrder => ({ object, hub: HUB, adoption: 'Never', leave: [], memberUid: '', ...more });
  const apply = (object: KubeObject, more?: Partial<ApplyOrder>) => applyObject(connection, order(object, more));
  const live = async (name: string, of = DEPLOYMENTS): Promise<KubeObject> => {
    const found = await connection.get(of, namespace, name);
    if (!found.ok) throw new Error(found.because);
    return found.value;
  };
  const liveOf = (result: ApplyResult): KubeObject => {
    if (!('live' in result)) throw new Error(JSON.stringify(result));
    return result.live;
  };

  it('makes what is absent, with our labels and nobody else in managedFields', async () => {
    const made = await apply(deployment('new'));
    expect(made.did).toBe('created');
    expect(liveOf(made).metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'flotilla', 'fleet.kurator.dev/hub': HUB });
    expect(liveOf(made).metadata.managedFields).toMatchObject([{ manager: 'flotilla', operation: 'Apply' }]);
  });

  it('makes nothing again that is to run once and was deleted', async () => {
    const made = await apply(deployment('once'), { once: true });
    const { uid } = liveOf(made).metadata;
    expect(await apply(deployment('once'), { once: true, memberUid: uid })).toMatchObject({ did: 'unchanged' });
    await connection.delete(DEPLOYMENTS, namespace, 'once', uid!);
    expect(await apply(deployment('once'), { once: true, memberUid: uid })).toEqual({ did: 'failed', because: `Deployment ${namespace}/once was deleted in the cluster, and is not made again` });
    expect(await apply(deployment('once'), { memberUid: uid })).toMatchObject({ did: 'created' });
  });

  it('says unchanged when nothing moved, and updated when something did', async () => {
    await apply(deployment('again'));
    expect(await apply(deployment('again'))).toMatchObject({ did: 'unchanged' });
    expect(await apply(deployment('again', 3))).toMatchObject({ did: 'updated', live: { spec: { replicas: 3 } } });
  });

  it('puts back what somebody changed, and leaves what was never ours', async () => {
    await apply(deployment('drift'));
    await connection.mergePatch(DEPLOYMENTS, namespace, 'drift', { spec: { replicas: 9, paused: true }, metadata: { labels: { team: 'theirs' } } });
    expect(await apply(deployment('drift'))).toMatchObject({ did: 'updated', live: { spec: { replicas: 2, paused: true }, metadata: { labels: { team: 'theirs' } } } });
  });

  it('removes a field that is not wanted any more', async () => {
    const wanted = deployment('fewer');
    await apply({ ...wanted, spec: { ...wanted.spec, minReadySeconds: 30 } });
    expect(liveOf(await apply(wanted)).spec.minReadySeconds ?? 0).toBe(0);
  });

  it('leaves an object that was there before, and says whose it is', async () => {
    const theirs = await connection.create(DEPLOYMENTS, { ...deployment('theirs', 1), metadata: { name: 'theirs', namespace, annotations: { 'meta.helm.sh/release-name': 'shop' } } });
    expect(await apply(deployment('theirs'))).toMatchObject({ did: 'left', why: 'NotOurs', owner: 'Helm release shop', live: { spec: { replicas: 1 } } });
    expect((await live('theirs')).metadata.resourceVersion).toBe(theirs.ok && theirs.value.metadata.resourceVersion);
  });

  it('adopts with IfNoDiff only what is as we want it', async () => {
    await connection.create(DEPLOYMENTS, { ...deployment('same'), metadata: { name: 'same', namespace } });
    expect(await apply(deployment('same', 3), { adoption: 'IfNoDiff' })).toMatchObject({ did: 'left', why: 'Differs', live: { spec: { replicas: 2 } } });
    const adopted = await apply(deployment('same'), { adoption: 'IfNoDiff' });
    expect(adopted).toMatchObject({ did: 'adopted', live: { metadata: { labels: { 'fleet.kurator.dev/hub': HUB } } } });
    expect(await apply(deployment('same', 4))).toMatchObject({ did: 'updated', live: { spec: { replicas: 4 } } });
  });

  it('adopts with Always what differs, and makes it as we want it', async () => {
    await connection.create(DEPLOYMENTS, { ...deployment('taken', 7), metadata: { name: 'taken', namespace } });
    expect(await apply(deployment('taken'), { adoption: 'Always' })).toMatchObject({ did: 'adopted', live: { spec: { replicas: 2 } } });
  });

  it("never touches another hub's object, whatever the adoption", async () => {
    await apply(deployment('others'), { hub: 'another-hub' });
    expect(await apply(deployment('others', 5), { adoption: 'Always' })).toMatchObject({ did: 'left', why: 'OtherHub', owner: 'hub another-hub' });
    expect((await live('others')).spec.replicas).toBe(2);
  });

  it('puts its label back when the object of that UID lost it', async () => {
    const made = liveOf(await apply(deployment('bare')));
    await connection.mergePatch(DEPLOYMENTS, namespace, 'bare', { metadata: { labels: { 'fleet.kurator.dev/hub': null } } });
    expect(await apply(deployment('bare'))).toMatchObject({ did: 'left', why: 'NotOurs' });
    expect(await apply(deployment('bare'), { memberUid: made.metadata.uid })).toMatchObject({ did: 'updated', live: { metadata: { labels: { 'fleet.kurator.dev/hub': HUB } } } });
  });

  describe('when somebody slips in between our read and our write', () => {
    it('does not overwrite a foreign object that appears where there was none', async () => {
      let slipped = false;
      const result = await applyObject(connection, order(deployment('race')), async (_step, when) => {
        if (when === 'after' || slipped) return;
        slipped = true;
        await connection.create(DEPLOYMENTS, { ...deployment('race', 1), metadata: { name: 'race', namespace } });
      });
      expect(result).toMatchObject({ did: 'left', why: 'NotOurs', live: { spec: { replicas: 1 } } });
      expect((await live('race')).spec.replicas).toBe(1);
    });

    it('does not overwrite a foreign object that took the place of ours', async () => {
      const made = liveOf(await apply(deployment('swap')));
      let slipped = false;
      const result = await applyObject(connection, order(deployment('swap', 5), { memberUid: made.metadata.uid }), async (_step, when) => {
        if (when === 'after' || slipped) return;
        slipped = true;
        await connection.delete(DEPLOYMENTS, namespace, 'swap', made.metadata.uid!);
        await connection.create(DEPLOYMENTS, { ...deployment('swap', 1), metadata: { name: 'swap', namespace } });
      });
      expect(result).toMatchObject({ did: 'left', why: 'NotOurs' });
      expect((await live('swap')).spec.replicas).toBe(1);
    });

    it('makes the object anew when ours was deleted', async () => {
      const made = liveOf(await apply(deployment('lost')));
      let slipped = false;
      const result = await applyObject(connection, order(deployment('lost'), { memberUid: made.metadata.uid }), async (_step, when) => {
        if (when === 'after' || slipped) return;
        slipped = true;
        await connection.delete(DEPLOYMENTS, namespace, 'lost', made.metadata.uid!);
      });
      expect(result.did).toBe('created');
    });

    it('gives up for now when the object changes each time', async () => {
      await apply(deployment('busy'));
      let count = 0;
      const result = await applyObject(connection, order(deployment('busy', 3)), async (_step, when) => {
        if (when === 'before') await connection.mergePatch(DEPLOYMENTS, namespace, 'busy', { metadata: { annotations: { count: String(count++) } } });
      });
      expect(result).toMatchObject({ did: 'failed', because: expect.stringContaining('changed each time') });
    });
  });

  describe('fields that belong to somebody in the member', () => {
    const leave = ['spec.replicas'];

    it('keep their live value while nobody has taken them over, instead of falling to the default', async () => {
      await apply(deployment('scaled', 5));
      expect(await apply(deployment('scaled', 2), { leave })).toMatchObject({ live: { spec: { replicas: 5 } } });
    });

    it('are let go once their owner wrote them, and keep its value', async () => {
      await apply(deployment('handed', 5));
      const patched = await asManager('autoscaler', 'handed', { spec: { replicas: 8 } });
      expect(patched).toBe(true);
      const after = liveOf(await apply(deployment('handed', 2), { leave }));
      expect(after.spec.replicas).toBe(8);
      const owners = after.metadata.managedFields!.filter(entry => entry.fieldsV1['f:spec'] && 'f:replicas' in (entry.fieldsV1['f:spec'] as object));
      expect(owners.map(entry => entry.manager)).toEqual(['autoscaler']);
      expect(liveOf(await apply(deployment('handed', 2, 'web:2'), { leave })).spec.replicas).toBe(8);
    });

    it('are let go to an autoscaler that writes through /scale, as the real one does', async () => {
      await apply(deployment('hpa', 4));
      expect(await asManager('kube-controller-manager', 'hpa/scale', { spec: { replicas: 6 } })).toBe(true);
      expect(liveOf(await apply(deployment('hpa', 2, 'web:2'), { leave })).spec.replicas).toBe(6);
      expect(liveOf(await apply(deployment('hpa', 2, 'web:3'), { leave })).spec.replicas).toBe(6);
    });

    it('are taken back when they are ours again', async () => {
      expect(await apply(deployment('handed', 3))).toMatchObject({ live: { spec: { replicas: 3 } } });
    });

    /** Writes as another field manager: the connection itself always writes as flotilla. */
    async function asManager(manager: string, name: string, body: object): Promise<boolean> {
      const transport = (connection as any).transport;
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}?fieldManager=${manager}`;
      return (await transport.json({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })).ok;
    }
  });

  it('says Immutable when a field that cannot change differs', async () => {
    await apply(deployment('fixed'));
    const other = deployment('fixed');
    other.spec.selector.matchLabels.app = 'other';
    other.spec.template.metadata.labels.app = 'other';
    expect(await apply(other)).toMatchObject({ did: 'refused', why: 'Immutable' });
  });

  it('says Invalid when the object is wrong, with the path', async () => {
    const wrong = deployment('wrong');
    wrong.spec.template.spec.containers[0].name = 'Not A Name';
    expect(await apply(wrong)).toMatchObject({ did: 'refused', why: 'Invalid', because: expect.stringContaining('spec.template.spec.containers[0].name') });
  });

  it('says NoSuchKind when the member does not serve it', async () => {
    const result = await apply({ apiVersion: 'nowhere.test/v1', kind: 'Nothing', metadata: { name: 'x', namespace } });
    expect(result).toEqual({ did: 'refused', why: 'NoSuchKind', because: 'the cluster does not serve Nothing of nowhere.test/v1' });
  });

  it('says failed when the namespace is not there', async () => {
    const object = deployment('homeless');
    object.metadata.namespace = 'no-such-namespace';
    expect(await apply(object)).toMatchObject({ did: 'failed', because: expect.stringContaining('no-such-namespace') });
  });

  describe('removing', () => {
    const removal = (name: string, memberUid: string, target = TARGET) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name, memberUid, target });
    const remove = (name: string, memberUid: string, target?: string) => removeObject(connection, removal(name, memberUid, target), HUB);

    it('takes away the object we wrote, once', async () => {
      const { uid } = liveOf(await apply(deployment('done'))).metadata;
      expect(await remove('done', uid!)).toEqual({ did: 'removed' });
      expect((await remove('done', uid!)).did).toMatch(/gone|removed/);
    });

    it('leaves another object of that name', async () => {
      const { uid } = liveOf(await apply(deployment('reborn'))).metadata;
      await connection.delete(DEPLOYMENTS, namespace, 'reborn', uid!);
      await connection.create(DEPLOYMENTS, deployment('reborn'));
      expect(await remove('reborn', uid!)).toEqual({ did: 'left', because: 'ours is gone; another object stands in its place' });
      expect((await live('reborn')).metadata.uid).not.toBe(uid);
    });

    it('leaves what lost our label or got another hub', async () => {
      const { uid } = liveOf(await apply(deployment('freed'))).metadata;
      await connection.mergePatch(DEPLOYMENTS, namespace, 'freed', { metadata: { labels: { 'fleet.kurator.dev/hub': 'another-hub' } } });
      expect(await remove('freed', uid!)).toEqual({ did: 'left', because: 'it does not carry our label; it belongs to hub another-hub' });
      expect((await live('freed')).metadata.deletionTimestamp).toBeUndefined();
    });

    it('finds by hub and target what was written when the answer was lost', async () => {
      await apply(deployment('perhaps'));
      expect(await remove('perhaps', '', 'Application/shop/web/other')).toMatchObject({ did: 'left' });
      expect(await remove('perhaps', '')).toEqual({ did: 'removed' });
    });

    it('does not delete an object that took the place of ours at the last moment', async () => {
      const { uid } = liveOf(await apply(deployment('late'))).metadata;
      const result = await removeObject(connection, removal('late', uid!), HUB, async (_step, when) => {
        if (when === 'after') return;
        await connection.delete(DEPLOYMENTS, namespace, 'late', uid!);
        await connection.create(DEPLOYMENTS, deployment('late'));
      });
      expect(result).toMatchObject({ did: 'left' });
      expect((await live('late')).metadata.deletionTimestamp).toBeUndefined();
    });
  });

  describe('namespaces', () => {
    const own = `${namespace}-own`;

    it('that were there before stay as they are', async () => {
      expect(await ensureNamespace(connection, 'default', HUB)).toEqual({ ok: true, did: 'there' });
      expect(await removeNamespaceIfOursAndEmpty(connection, 'default', HUB)).toEqual({ did: 'left', because: 'we did not make it' });
    });

    it('of ours are removed when nothing lives in them', async () => {
      expect(await ensureNamespace(connection, own, HUB)).toEqual({ ok: true, did: 'created' });
      const inside = await connection.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: own } });
      expect(await removeNamespaceIfOursAndEmpty(connection, own, HUB)).toEqual({ did: 'left', because: 'it is not empty: ConfigMap theirs' });
      expect(await removeNamespaceIfOursAndEmpty(connection, own, 'another-hub')).toMatchObject({ did: 'left' });
      await connection.delete(CONFIG_MAPS, own, 'theirs', inside.ok ? inside.value.metadata.uid! : '');
      expect(await removeNamespaceIfOursAndEmpty(connection, own, HUB)).toEqual({ did: 'removed' });
    });
  });
});
