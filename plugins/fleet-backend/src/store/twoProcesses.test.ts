import type { Change, KubeObject, ObjectKey } from '@flotilla/kube-api';
import { StorageError } from '@flotilla/kube-api';
import { inconsistencies } from './crash/inconsistencies';
import { startBackend } from './crash/backendProcess';
import { expectKept, writeAndKill } from './crash/writeAndKill';
import type { Said } from './crash/writeAndWatch';
import { openTestStores, postgres, hasPostgres } from './testbed';
import type { TestDatabase } from './testbed';
import type { Stores } from './types';

jest.setTimeout(60_000);

/** By each of two processes; the nightly run does more. */
const WRITES = Number(process.env.FLEET_TWO_PROCESS_WRITES ?? 1_600);

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

  it(`as processes of their own, with ${2 * WRITES} writes: no write is lost, every watch sees each once and in order, lists stay on one version`, async () => {
    await Promise.all(both.map(({ stores }) => stores.close()));
    const began = Date.now();
    const backends = [0, 1].map(() => startBackend(database.address!, 'write', String(WRITES)));
    expect(await Promise.all(backends.map(({ ended }) => ended))).toEqual([0, 0]);
    const all = backends.flatMap(({ said }) => said);
    const of = <K extends string>(word: K) => all.filter((each): each is Extract<Said, Record<K, unknown>> => word in each);

    // Every count of every object was reached exactly once: an update that was lost would give one twice.
    const counted = of('counted').map(({ counted: name, n }) => `${name} ${n}`);
    expect([counted.length, new Set(counted).size]).toEqual([2 * WRITES, 2 * WRITES]);
    const watches = of('seen').map(({ seen }) => seen);
    expect(watches).toHaveLength(4);
    for (const seen of watches) {
      expect(seen.every(([version], at) => version === at + 1)).toBe(true);
      expect(seen.map(([version, name, n]) => [version, name, n])).toEqual(watches[0].map(([version, name, n]) => [version, name, n]));
    }
    expect(new Set(watches[0].map(([, name, n]) => `${name} ${n}`))).toEqual(new Set(counted));
    expect(of('list').map(({ list }) => [list.wrong, list.pages > 5])).toEqual([[0, true], [0, true]]);
    expect(await inconsistencies(both[0].knex)).toEqual([]);

    const lags = watches.flat().flatMap(([, , , lag]) => (lag === null ? [] : [lag])).sort((a, b) => a - b);
    const at = (share: number) => lags[Math.min(lags.length - 1, Math.floor(lags.length * share))];
    process.stdout.write(`two processes: ${2 * WRITES} writes in ${Date.now() - began} ms with start; a watch hears of the other's writes after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`);
    expect(at(0.99)).toBeLessThan(2_000);
  }, 180_000);

  it('as processes of their own, one leads; killed, it is succeeded under a newer epoch, and what it still sends is fenced', async () => {
    const backends = [0, 1].map(() => startBackend(database.address!, 'lead'));
    const turns = (at: number) => backends[at].said.flatMap(each => ('leads' in each ? [each] : []));
    const until = async (holds: () => boolean) => {
      for (let tries = 0; tries < 3_000 && !holds(); tries++) await new Promise(resolve => setTimeout(resolve, 10));
    };
    try {
      await until(() => turns(0).length + turns(1).length >= 10 && backends.every(({ said }) => said.length > 0));
      const leader = turns(0).length > 0 ? 0 : 1;
      expect(turns(1 - leader)).toEqual([]);
      const epochs = new Set(turns(leader).map(({ leads }) => leads));
      expect(epochs.size).toBe(1);
      backends[leader].kill();
      expect(await backends[leader].ended).toBe('SIGKILL');
      await until(() => turns(1 - leader).length > 3);
      const [first] = turns(1 - leader);
      const [old] = epochs;
      expect(first.leads).toBeGreaterThan(old);
      // Its lease was of a second: the other waited for it to run out, and not long after.
      const gap = first.at - turns(leader).at(-1)!.at;
      expect(gap).toBeGreaterThan(700);
      expect(gap).toBeLessThan(10_000);
      await expect(both[0].stores.revisions.save('t', 'late', {}, { epoch: old })).rejects.toMatchObject({ reason: 'fenced' });
    } finally {
      for (const each of backends) each.kill();
      await Promise.all(backends.map(({ ended }) => ended));
    }
  }, 120_000);
});
