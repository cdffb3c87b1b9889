/** The hub's database is put back to what it was; the members go on as they are (product rule on deleting: nothing is destroyed by absence). */
import type { Change, KubeObject } from '@flotilla/kube-api';
import { readFileSync } from 'node:fs';
import { testbeds, type TestDatabase } from '../store/testbed';
import { Member } from './testing/Member';
import { testCertificates } from './testing/scene';
import { aCluster, aComponent, aFleet, anApplication, aStart, kubeconfigSecret, on } from './testing/shop';
import { TestHub, until } from './testing/TestHub';

jest.setTimeout(180_000);

const PLAIN = 'hunter2-in-plain-text';
const app = (name: string, components: object[]) => anApplication(components, { name });
const ready = (hub: TestHub, of: KubeObject) =>
  until(async () => (await hub.condition(of, 'Ready')).startsWith('True') || [of.metadata.name, (await hub.get(of))?.status?.conditions, hub.logged.slice(-3)], 60_000);
const uidOf = async (member: Member, name: string) => (await member.deployment('shop', name))?.metadata.uid;
const imageOf = async (member: Member, name: string) => (await member.deployment('shop', name))?.spec.template.spec.containers[0].image;
const aWhile = () => new Promise(resolve => setTimeout(resolve, 3_000));

/** Everything that leaves a member from now on, as `Kind namespace/name`. */
async function deletionsIn(member: Member, signal: AbortSignal): Promise<string[]> {
  const gone: string[] = [];
  const since = await member.storage.version();
  void (async () => {
    for await (const change of member.storage.changes('all', since, signal)) {
      const { last } = change as Change;
      if (last && last.kind !== 'Event') gone.push(`${last.kind} ${last.metadata.namespace}/${last.metadata.name}`);
    }
  })().catch(() => undefined);
  return gone;
}

const kept = app('kept', [aComponent('kept', on('a')), aComponent('train', { type: 'Job', ...on('a') })]);
const moved = app('moved', [aComponent('moved', on('a'))]);
const changed = app('changed', [aComponent('changed', { ...on('b'), replicas: 1 })]);
const deleted = app('deleted', [aComponent('deleted', on('b'))]);
const fresh = app('fresh', [aComponent('fresh', on('a'))]);
const late = app('late', [aComponent('late', on('c'))]);
const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name: 'pass', namespace: 'shop' }, data: { pass: Buffer.from(PLAIN).toString('base64') } };

describe.each(testbeds.filter(({ name }) => name !== 'SQLite in memory'))('A backup of the hub on $name, put back after much has happened', ({ make }) => {
  let database: TestDatabase;
  let copy: TestDatabase;
  let hub: TestHub;
  let members: Member[];
  const stop = new AbortController();
  const before = new Map<string, string | undefined>();
  let gone: string[][];
  let lostVersion: string;
  const [A, B, C] = [0, 1, 2];

  beforeAll(async () => {
    database = await make();
    members = await Promise.all(['a', 'b', 'c'].map(async name => Member.open(name, await testCertificates())));
    hub = await TestHub.open({ knex: database.connect() });
    await hub.apply(...aStart(members.slice(0, 2)), secret, kept, moved, changed, deleted);
    for (const each of [moved, changed, deleted]) await ready(hub, each);
    await until(async () => (await uidOf(members[A], 'kept')) !== undefined && (await members[A].job('shop', 'train')) !== undefined);
    copy = await database.restored!();

    await hub.apply(fresh, app('changed', [aComponent('changed', { ...on('b'), replicas: 3, image: 'web:2' })]), app('moved', [aComponent('moved', on('b'))]));
    await hub.delete(deleted);
    await hub.apply(kubeconfigSecret('c', members[C].kubeconfig()), aCluster('c'), aFleet(['a', 'b', 'c']), late);
    for (const each of [fresh, late, moved]) await ready(hub, each);
    await until(async () => (await uidOf(members[A], 'moved')) === undefined && (await hub.get(deleted)) === undefined && (await imageOf(members[B], 'changed')) === 'web:2', 60_000);
    lostVersion = await hub.stores.resources.version();
    await hub.close();

    for (const [at, name] of [[A, 'kept'], [A, 'fresh'], [B, 'moved'], [B, 'changed'], [C, 'late']] as const) before.set(name, await uidOf(members[at], name));
    gone = await Promise.all(members.map(member => deletionsIn(member, stop.signal)));
    // The backup is an hour old when it is put back.
    hub = await TestHub.open({ knex: copy.connect(), now: () => Date.now() + 3_600_000 });
    for (const each of [moved, deleted]) await ready(hub, each);
    await until(async () => (await imageOf(members[B], 'changed')) === 'web:1');
    await aWhile();
  });
  afterAll(async () => {
    stop.abort();
    await hub?.close();
    await Promise.all((members ?? []).map(member => member.close()));
    await copy?.drop();
    await database?.drop();
  });

  it('deletes nothing in any member, and makes no Job again', async () => {
    expect(gone).toEqual([[], [], []]);
    for (const [at, name] of [[A, 'kept'], [A, 'fresh'], [B, 'moved'], [B, 'changed'], [C, 'late']] as const) {
      expect([name, await uidOf(members[at], name)]).toEqual([name, before.get(name)]);
    }
    expect(members[A].created.filter(each => each.startsWith('Job '))).toEqual(['Job shop/train']);
  });

  it('goes by the wishes of the backup: what was deleted or moved since is made again where it was', async () => {
    expect(await uidOf(members[B], 'deleted')).toBeDefined();
    expect(await uidOf(members[A], 'moved')).toBeDefined();
    expect((await members[B].deployment('shop', 'changed'))?.spec.replicas).toBe(1);
  });

  it('shows what it does not know, and takes it up where it stands when its owner comes back', async () => {
    const finding = async (cluster: string) => (await hub.get(aCluster(cluster)))?.status.findings?.find((each: any) => each.code === 'NotOnRecord')?.because ?? '';
    await until(async () => (await finding('a')).startsWith('Deployment shop/fresh carry') && (await finding('b')).startsWith('Deployment shop/moved carry'), 60_000);
    await hub.apply(fresh);
    await ready(hub, fresh);
    await hub.apply(kubeconfigSecret('c', members[C].kubeconfig()), aCluster('c'), aFleet(['a', 'b', 'c']), late);
    await ready(hub, late);
    expect([await uidOf(members[A], 'fresh'), await uidOf(members[C], 'late')]).toEqual([before.get('fresh'), before.get('late')]);
    await until(async () => (await finding('a')) === '', 60_000);
    expect(gone).toEqual([[], [], []]);
  });

  it('never gives a version twice: who watched before the restore is told to list again', async () => {
    expect(Number(await hub.stores.resources.version())).toBeGreaterThan(Number(lostVersion));
    const watch = hub.stores.resources.changes('all', lostVersion, stop.signal)[Symbol.asyncIterator]();
    await expect(watch.next()).rejects.toMatchObject({ reason: 'expired' });
  });

  it('holds no plain Secret, wherever the hub keeps things', async () => {
    const knex = copy.connect();
    const tables = ['objects', 'changes', 'decisions', 'decision_inputs', 'revisions', 'works', 'facts', 'activity', 'settings', 'reservations', 'object_labels'];
    const texts = [JSON.stringify(await Promise.all(tables.map(table => knex(table).select())))];
    if (!copy.address!.startsWith('postgresql:')) for (const end of ['', '-wal']) texts.push(readFileSync(copy.address! + end, 'latin1'));
    const traces = [PLAIN, Buffer.from(PLAIN).toString('base64'), members[A].kubeconfig().match(/"token":"(\w+)"/)![1]];
    expect(texts[0]).toContain('Secret');
    for (const text of texts) for (const trace of traces) expect(text.includes(trace)).toBe(false);
  });
});
