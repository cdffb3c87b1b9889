/** What every ClusterConnection does, against whatever speaks Kubernetes. Called inside a `describe`. */
import type { KubeObject } from '@flotilla/kube-api';
import { connect, type TestCluster, testDirectory } from './testing/openCluster';
import type { ClusterConnection, MemberResource, MemberWatchEvent } from './types';

const CONFIG_MAPS: MemberResource = { apiVersion: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true };
const NAMESPACES: MemberResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };

export function connectionContract(open: () => Promise<TestCluster>): void {
  // Hundreds of writes on a machine that does other things too.
  jest.setTimeout(60_000);
  const directory = testDirectory();
  const namespace = `contract-${Math.random().toString(36).slice(2, 8)}`;
  let cluster: TestCluster;
  let connection: ClusterConnection;

  const map = (name: string, data: Record<string, string> = { a: '1' }): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { suite: 'contract' } },
    data,
  });
  const value = <T>(outcome: { ok: true; value: T } | { ok: false; because: string }): T => {
    if (!outcome.ok) throw new Error(outcome.because);
    return outcome.value;
  };

  beforeAll(async () => {
    cluster = await open();
    connection = connect(directory, cluster.kubeconfig);
    value(await connection.apply(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, { force: true }));
  }, 60_000);

  afterAll(async () => {
    const found = await connection.get(NAMESPACES, '', namespace);
    if (found.ok) await connection.delete(NAMESPACES, '', namespace, found.value.metadata.uid!);
    directory.close();
    await cluster.close();
  });

  it('says who the cluster is and which version', async () => {
    const kubeSystem = value(await connection.get(NAMESPACES, '', 'kube-system'));
    expect(value(await connection.identity())).toBe(kubeSystem.metadata.uid);
    expect(value(await connection.version()).gitVersion).toMatch(/^v1\.\d+/);
  });

  it('names the kinds served, without subresources', async () => {
    const served = value(await connection.resources());
    expect(served).toContainEqual(CONFIG_MAPS);
    expect(served).toContainEqual({ apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', namespaced: true });
    expect(served.filter(each => each.resource.includes('/'))).toEqual([]);
    expect(value(await connection.resourceOf('v1', 'Namespace'))).toEqual(NAMESPACES);
    expect(value(await connection.resourceOf('nowhere.test/v1', 'Nothing'))).toBeUndefined();
  });

  it('applies as flotilla and says whether anything moved', async () => {
    const first = value(await connection.apply(CONFIG_MAPS, map('applied'), { force: true }));
    const second = value(await connection.apply(CONFIG_MAPS, map('applied'), { force: true }));
    expect(first.metadata.managedFields).toMatchObject([{ manager: 'flotilla', operation: 'Apply' }]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const third = value(await connection.apply(CONFIG_MAPS, map('applied', { b: '2' }), { force: true }));
    expect(third.data).toEqual({ b: '2' });
  });

  it('writes nothing on a dry run', async () => {
    value(await connection.apply(CONFIG_MAPS, map('dry'), { force: true, dryRun: true }));
    expect(await connection.get(CONFIG_MAPS, namespace, 'dry')).toMatchObject({ ok: false, reason: 'Refused', status: { code: 404 } });
  });

  it('creates at a version that none has, and only where nothing stands', async () => {
    const guarded = map('guarded');
    guarded.metadata.resourceVersion = '1';
    const made = value(await connection.apply(CONFIG_MAPS, guarded, { force: true }));
    expect(made.metadata.uid).toBeTruthy();
    expect(await connection.apply(CONFIG_MAPS, guarded, { force: true })).toMatchObject({ ok: false, status: { code: 409 } });
  });

  it('applies onto the very object that was read, or not at all', async () => {
    const made = value(await connection.apply(CONFIG_MAPS, map('exact'), { force: true }));
    const at = (uid?: string, resourceVersion?: string): KubeObject => {
      const object = map('exact', { a: '2' });
      return { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
    };
    const { uid, resourceVersion } = made.metadata;
    value(await connection.apply(CONFIG_MAPS, at(uid, resourceVersion), { force: true }));
    expect(await connection.apply(CONFIG_MAPS, at(uid, resourceVersion), { force: true }))
      .toMatchObject({ ok: false, status: { code: 409 } });
    await connection.delete(CONFIG_MAPS, namespace, 'exact', uid!);
    expect(await connection.apply(CONFIG_MAPS, at(uid, resourceVersion), { force: true })).toMatchObject({ ok: false, status: { code: 409 } });
    expect(await connection.get(CONFIG_MAPS, namespace, 'exact')).toMatchObject({ ok: false, status: { code: 404 } });
  });

  it('lists by label, in pages, without managedFields', async () => {
    const many = Array.from({ length: 520 }, (_, i) => ({ ...map(`many-${i}`), metadata: { name: `many-${i}`, namespace, labels: { many: 'yes' } } }));
    (await Promise.all(many.map(each => connection.apply(CONFIG_MAPS, each, { force: true }, { timeoutMs: 50_000 })))).forEach(value);
    const list = value(await connection.list(CONFIG_MAPS, { namespace, labelSelector: 'many=yes' }));
    expect(new Set(list.items.map(item => item.metadata.name)).size).toBe(520);
    expect(list.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace } });
    expect(list.items.some(item => item.metadata.managedFields)).toBe(false);
    let handed = 0;
    const each = value(await connection.list(CONFIG_MAPS, { namespace, labelSelector: 'many=yes', each: () => handed++ }));
    expect([handed, each.items.length]).toEqual([520, 0]);
  });

  it('watches from the version of a list until it is told to stop', async () => {
    const { resourceVersion } = value(await connection.list(CONFIG_MAPS, { namespace }));
    const events: MemberWatchEvent[] = [];
    const stop = new AbortController();
    const ended = connection.watch(CONFIG_MAPS, { namespace, resourceVersion }, event => {
      if (event.type !== 'BOOKMARK') events.push(event);
      if (events.length === 3) stop.abort();
    }, stop.signal);
    const made = value(await connection.apply(CONFIG_MAPS, map('seen'), { force: true }));
    value(await connection.mergePatch(CONFIG_MAPS, namespace, 'seen', { data: { c: '3' } }));
    value(await connection.delete(CONFIG_MAPS, namespace, 'seen', made.metadata.uid!));
    expect(await ended).toMatchObject({ ok: false, reason: 'Cancelled' });
    expect(events.map(event => [event.type, event.object.metadata.name])).toEqual([['ADDED', 'seen'], ['MODIFIED', 'seen'], ['DELETED', 'seen']]);
    expect(events[1].object).toMatchObject({ data: { a: '1', c: '3' }, metadata: { uid: made.metadata.uid } });
    expect(events[1].object.metadata.managedFields).toBeUndefined();
  });

  it('deletes only the object of that UID', async () => {
    const made = value(await connection.create(CONFIG_MAPS, map('doomed')));
    const other = await connection.delete(CONFIG_MAPS, namespace, 'doomed', '00000000-0000-0000-0000-000000000000');
    expect(other).toMatchObject({ ok: false, reason: 'Refused', status: { code: 409 } });
    expect((await connection.delete(CONFIG_MAPS, namespace, 'doomed', made.metadata.uid!)).ok).toBe(true);
    expect(await connection.delete(CONFIG_MAPS, namespace, 'doomed', made.metadata.uid!)).toMatchObject({ ok: false, status: { code: 404 } });
  });

  it('tells a wrong token from everything else', async () => {
    const wrong = JSON.parse(cluster.kubeconfig);
    wrong.users[0].user = { token: 'nobody' };
    const refused = await connect(directory, JSON.stringify(wrong), 'wrong').identity();
    expect(refused).toMatchObject({ ok: false, reason: 'SignInNeeded', status: { code: 401 } });
  });

  it('answers a cancelled request with an outcome', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await connection.list(CONFIG_MAPS, { namespace }, { signal: stop.signal })).toMatchObject({ ok: false, reason: 'Cancelled' });
  });
}
