import type { Change, KubeObject, ObjectKey } from '@flotilla/kube-api';
import { StorageError } from '@flotilla/kube-api';
import { inconsistencies } from './crash/inconsistencies';
import { expectKept, writeAndKill } from './crash/writeAndKill';
import { openTestStores, postgres, hasPostgres } from './testbed';
import type { TestDatabase } from './testbed';
import type { Stores } from './types';

jest.setTimeout(60_000);

const RANGE = { group: '', resource: 'configmaps' };
const key = (name: string): ObjectKey => ({ ...RANGE, namespace: 'default', name });
const object = (name: string, by: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { by } }, data: { by } });
const versionOf = (each: KubeObject) => each.metadata.resourceVersion!;

/** Says why it is skipped: without PostgreSQL there are no two processes on one store. */
const onPostgres = hasPostgres ? describe : describe.skip;

onPostgres(`Two processes on one database${hasPostgres ? '' : ' (skipped: BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING is not set)'}`, () => {
  let database: TestDatabase;
  let both: Awaited<ReturnType<typeof openTestStores>>[];
  beforeEach(async () => {
    database = await postgres.make();
    // Opened at the same moment on an empty database: one migrates, the other waits for it.
    both = await Promise.all([0, 1].map(() => openTestStores({ ...database, drop: async () => {} }, { pollMs: 100 })));
  });
  afterEach(async () => {
    await Promise.all(both.map(each => each.close()));
    await database.drop();
  });

  it('start together on an empty database, as one hub', async () => {
    const ids = await Promise.all(both.map(({ stores }) => stores.instanceId()));
    expect(ids[0]).toBe(ids[1]);
  });

  it('write and watch at once: every watcher sees every change once, in order', async () => {
    let writes = 0;
    const writer = async ({ resources }: Stores, who: string) => {
      for (let turn = 0; turn < 40; turn++) {
        const at = key(`n${(turn * 7 + Number(who.slice(-1)) * 3) % 31}`);
        try {
          const found = await resources.get(at);
          if (!found) await resources.create(at, object(at.name, who));
          else if (turn % 4 === 0) await resources.remove(at, versionOf(found));
          else await resources.update(at, object(at.name, who), versionOf(found));
          writes += 1;
        } catch (error) {
          if (!(error instanceof StorageError)) throw error;
        }
      }
    };
    const stop = new AbortController();
    const all: Change[][] = [];
    const watcher = async ({ resources }: Stores) => {
      const seen: Change[] = [];
      all.push(seen);
      for await (const each of resources.changes(RANGE, '0', stop.signal)) if ('version' in each) seen.push(each);
    };
    const watching = both.flatMap(({ stores }) => [watcher(stores), watcher(stores)]);
    await Promise.all(both.flatMap(({ stores }, process) => Array.from({ length: 6 }, (_, n) => writer(stores, `${process}-${n}`))));
    for (let tries = 0; tries < 500 && all.some(seen => seen.length < writes); tries++) await new Promise(resolve => setTimeout(resolve, 20));
    stop.abort();
    await Promise.all(watching);
    const [first, ...others] = all;
    expect(writes).toBeGreaterThan(50);
    expect(first.map(change => change.version)).toEqual(Array.from({ length: writes }, (_, n) => n + 1));
    for (const other of others) expect(other).toEqual(first);
    expect(new Set(first.map(change => change.after?.data.by?.[0])).size).toBeGreaterThan(1);
    expect(await inconsistencies(both[0].knex)).toEqual([]);
  });

  it('of all who change one version, one wins', async () => {
    const made = await both[0].stores.resources.create(key('a'), object('a', 'first'));
    const results = await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) => both[n % 2].stores.resources.update(key('a'), object('a', String(n)), versionOf(made))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('one acts; who lost the lease is fenced', async () => {
    const [one, two] = both.map(({ stores }) => stores);
    const got = await Promise.all([one.leases.acquire('loop', 'one', 60), two.leases.acquire('loop', 'two', 60)]);
    expect(got.filter(Boolean)).toHaveLength(1);
    const [winner, loser, fence] = got[0] ? [one, two, got[0]] : [two, one, got[1]!];
    await winner.leases.release('loop', got[0] ? 'one' : 'two');
    await loser.leases.acquire('loop', 'other', 60);
    await expect(winner.revisions.save('t', 'r', {}, fence)).rejects.toMatchObject({ reason: 'fenced' });
  });

  it('one is killed while both write: what either acknowledged is there', async () => {
    await Promise.all(both.map(({ stores }) => stores.close()));
    const acknowledged = (await Promise.all([150, 400, 600].map(ms => writeAndKill(database.address!, ms)))).flat();
    expect(acknowledged.length).toBeGreaterThanOrEqual(6);
    await expectKept(database.address!, acknowledged);
  });
});
