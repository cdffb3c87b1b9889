import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import { claimFile } from './sql/claimFile';
import { openTestStores, sqliteFile, testbeds } from './testbed';
import type { TestDatabase } from './testbed';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const RANGE = { group: '', resource: 'configmaps' };
const key = (name: string): ObjectKey => ({ ...RANGE, namespace: 'default', name });
const object = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const expired = { reason: 'expired' };

describe.each(testbeds.filter(({ name }) => name !== 'SQLite in memory'))('A new start on $name', ({ make }) => {
  let database: TestDatabase;
  const clock = { now: 1_700_000_000_000 };
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());
  const open = (more = {}) => openTestStores({ ...database, drop: async () => {} }, { now: () => clock.now, ...more });
  const next = (stores: Awaited<ReturnType<typeof open>>['stores'], since: string) =>
    stores.resources.changes(RANGE, since, new AbortController().signal)[Symbol.asyncIterator]().next();

  it('within a minute goes on where it was: watches keep their place', async () => {
    const first = await open();
    await first.stores.resources.create(key('a'), object('a'));
    await first.close();
    clock.now += MINUTE;
    const { stores, close } = await open();
    expect(await stores.resources.version()).toBe('1');
    await stores.resources.create(key('b'), object('b'));
    expect((await next(stores, '1')).value).toMatchObject({ version: 2, key: { name: 'b' } });
    await close();
  });

  it('after a silence begins beyond every version and epoch that can have been given out, and says expired to those from before', async () => {
    const notices: string[] = [];
    const first = await open();
    for (const name of ['a', 'b']) await first.stores.resources.create(key(name), object(name));
    const page = await first.stores.resources.list(RANGE, { limit: 1 });
    const fence = (await first.stores.leases.acquire('engine', 'p', 15))!;
    await first.close();
    clock.now += 10 * MINUTE;
    const { stores, close } = await open({ onNotice: (message: string) => notices.push(message) });
    // Ten minutes at the highest rate that was ever measured (bench/store.ts) are far fewer.
    expect(Number(await stores.resources.version())).toBeGreaterThan(10 * 60 * 10_000);
    await expect(next(stores, '2')).rejects.toMatchObject(expired);
    await expect(stores.resources.list(RANGE, { limit: 1, continue: page.continue })).rejects.toMatchObject(expired);
    expect((await stores.resources.list(RANGE)).items).toHaveLength(2);
    // The same holder's name gets a new epoch: the old process may still be there.
    expect((await stores.leases.acquire('engine', 'p', 15))!.epoch).toBeGreaterThan(fence.epoch + 10 * 60 * 1_000);
    await expect(stores.revisions.save('t', 'r', {}, fence)).rejects.toMatchObject({ reason: 'fenced' });
    expect(notices).toEqual([expect.stringContaining('clients list again')]);

    const since = await stores.resources.version();
    await stores.resources.create(key('c'), object('c'));
    expect((await next(stores, since)).value).toMatchObject({ key: { name: 'c' } });
    await close();
    const again = await open();
    expect((await next(again.stores, since)).value).toMatchObject({ key: { name: 'c' } });
    await again.close();
  });

  it('keeps what it said to be gone when the history of before is cut', async () => {
    const first = await open();
    for (const name of ['a', 'b']) await first.stores.resources.create(key(name), object(name));
    await first.close();
    clock.now += 10 * MINUTE;
    const { stores, knex, close } = await open({ compactEveryMs: 10 });
    for (let tries = 0; tries < 300 && (await knex('changes').first()); tries++) await new Promise(resolve => setTimeout(resolve, 10));
    expect(await knex('changes').first()).toBeUndefined();
    await expect(next(stores, '2')).rejects.toMatchObject(expired);
    await close();
  });
});

// Whoever comes first notices: the poll, or a writer before the next poll, who else would give out a version a second time.
it.each([['a poll', 20], ['a write', 3_600_000]])('A backup put back under a running process, noticed by %s, ends its watches, forgets what it had read, and begins a new timeline', async (by, pollMs) => {
  const database = await sqliteFile.make();
  const { stores, knex, close } = await openTestStores(database, { pollMs });
  const made = await stores.resources.create(key('a'), object('a'));
  const knexBackup = `${database.address}.backup`;
  await knex.raw('VACUUM INTO ?', [knexBackup]);
  const lost = await stores.resources.update(key('a'), { ...object('a'), data: { lost: 'yes' } }, made.metadata.resourceVersion!);
  const watch = stores.resources.changes(RANGE, made.metadata.resourceVersion!, new AbortController().signal)[Symbol.asyncIterator]();
  // The watch runs before the backup is put back: one that begins after it may be refused before anybody has noticed.
  expect((await watch.next()).value).toMatchObject({ after: { data: { lost: 'yes' } } });
  const told = watch.next();
  // As a copy over the tables does it, which PostgreSQL allows while a backend runs.
  await knex.raw('ATTACH DATABASE ? AS backup', [knexBackup]);
  await knex.transaction(async tx => {
    for (const table of ['counter', 'objects', 'changes']) {
      await tx.raw(`DELETE FROM ${table}`);
      await tx.raw(`INSERT INTO ${table} SELECT * FROM backup.${table}`);
    }
  });
  const refused = told.catch(error => error);
  const write = () => stores.resources.update(key('a'), { ...object('a'), data: { lost: 'no' } }, made.metadata.resourceVersion!);
  const early = by === 'a write' ? await write() : undefined;
  expect(await refused).toMatchObject(expired);
  if (!early) expect(await stores.resources.get(key('a'))).toEqual(made);
  const fresh = early ?? (await write());
  expect(Number(fresh.metadata.resourceVersion)).toBeGreaterThan(Number(lost.metadata.resourceVersion) + 1_000_000);
  await close();
});

describe('A SQLite file', () => {
  it('serves one process: a second is refused, in words, and may come when the first has gone', async () => {
    const database = await sqliteFile.make();
    const first = await openTestStores({ ...database, drop: async () => {} });
    await expect(claimFile(database.connect(), 300)).rejects.toThrow('Another backend process runs on');
    await first.close();
    const second = await openTestStores(database);
    await second.stores.resources.create(key('a'), object('a'));
    await second.close();
  });
});
