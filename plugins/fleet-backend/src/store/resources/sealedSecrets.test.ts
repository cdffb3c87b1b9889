import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import { openTestStores, sqliteFile, testbeds } from '../testbed';
import type { TestDatabase } from '../testbed';

jest.setTimeout(60_000);

const MARK = 'c2VjcmV0LXZhbHVl';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const key = (name: string): ObjectKey => ({ group: '', resource: 'secrets', namespace: 'default', name });
const secret = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, labels: { app: 'web' }, annotations: { [LAST_APPLIED]: `{"data":{"token":"${MARK}"}}`, note: 'plain' } },
  type: 'Opaque',
  data: { token: MARK },
  stringData: { more: MARK },
});
const oldKey = { id: 'old', key: Buffer.alloc(32, 1) };
const newKey = { id: 'new', key: Buffer.alloc(32, 2) };

async function secretTexts(database: TestDatabase): Promise<string> {
  const knex = database.connect();
  const texts = JSON.stringify([await knex('objects').select(), await knex('changes').select()]);
  await knex.destroy();
  return texts;
}

describe.each(testbeds.filter(({ name }) => name !== 'SQLite in memory'))('Secrets on $name', ({ make }) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());
  const open = (...keys: { id: string; key: Buffer }[]) => openTestStores({ ...database, drop: async () => {} }, { encryption: { keys } });

  it('are stored without a trace of their data, in object rows and in change rows', async () => {
    const { stores, close } = await open(oldKey);
    const created = await stores.resources.create(key('a'), secret('a'));
    const updated = await stores.resources.update(key('a'), { ...secret('a'), type: 'Other' }, created.metadata.resourceVersion!);
    await stores.resources.remove(key('a'), updated.metadata.resourceVersion!);
    await stores.resources.create(key('b'), secret('b'));
    await close();
    const texts = await secretTexts(database);
    expect(texts).toContain('uid-b');
    expect(texts).not.toContain(MARK);
    expect(texts).not.toContain(Buffer.from(MARK).toString('base64'));
  });

  it('read back whole after a restart, in lists and changes too', async () => {
    const first = await open(oldKey);
    const created = await first.stores.resources.create(key('a'), secret('a'));
    await first.close();
    const { stores, close } = await open(oldKey);
    expect(await stores.resources.get(key('a'))).toEqual(created);
    const page = await stores.resources.list({ group: '', resource: 'secrets' }, { labels: [{ key: 'app', operator: 'In', values: ['web'] }] });
    expect(page.items).toEqual([created]);
    for await (const change of stores.resources.changes('all', '0', new AbortController().signal)) {
      expect(change).toMatchObject({ after: created });
      break;
    }
    await close();
  });

  it('fail without the key that sealed them, and say which one is missing', async () => {
    const first = await open(oldKey);
    const created = await first.stores.resources.create(key('a'), secret('a'));
    await first.close();

    const { stores, close } = await open(newKey);
    const fresh = await stores.resources.create(key('b'), secret('b'));
    expect(await stores.resources.get(key('b'))).toEqual(fresh);
    const missing = 'Secret "default/a" is encrypted with the key "old", which is not configured';
    await expect(stores.resources.get(key('a'))).rejects.toThrow(missing);
    await expect(stores.resources.list({ group: '', resource: 'secrets' })).rejects.toThrow(missing);
    await expect(stores.resources.update(key('a'), secret('a'), created.metadata.resourceVersion!)).rejects.toThrow(missing);
    await close();
  });

  it('are sealed anew when a new key comes first, so that the old one can go', async () => {
    const first = await open(oldKey);
    const created = await first.stores.resources.create(key('a'), secret('a'));
    const updated = await first.stores.resources.update(key('a'), secret('a'), created.metadata.resourceVersion!);
    await first.close();

    const both = await open(newKey, oldKey);
    expect(await both.stores.resources.get(key('a'))).toEqual(updated);
    while ((await secretTexts(database)).includes('old:')) await new Promise(resolve => setTimeout(resolve, 10));
    await both.close();

    const { stores, close } = await open(newKey);
    expect(await stores.resources.get(key('a'))).toEqual(updated);
    const changes = stores.resources.changes('all', '0', new AbortController().signal)[Symbol.asyncIterator]();
    expect((await changes.next()).value).toMatchObject({ after: created });
    expect((await changes.next()).value).toMatchObject({ before: created, after: updated });
    await close();
  });

  it('are rotated to the end over kills, a row nobody can open keeping no other waiting, and it is said when the old key may go', async () => {
    const lost = { id: 'lost', key: Buffer.alloc(32, 3) };
    const zeroth = await open(lost);
    await zeroth.stores.resources.create(key('lost'), secret('lost'));
    await zeroth.close();
    const first = await open(oldKey);
    await Promise.all(Array.from({ length: 170 }, (_, n) => first.stores.resources.create(key(`s${n}`), secret(`s${n}`))));
    await first.close();
    const staleTexts = async () => (await secretTexts(database)).split('old:').length - 1;
    expect(await staleTexts()).toBe(340);

    // Killed at the commit of each of its batches in turn: what was committed before is not done again.
    const left: number[] = [];
    for (let round = 0; round < 3; round++) {
      const dies = (statement: string, when: string) => {
        if (`${when} ${statement}` !== 'before reseal: commit') return;
        if (++commits > 1) throw new Error('killed');
      };
      let commits = 0;
      const { stores } = await openTestStores({ ...database, drop: async () => {} }, { encryption: { keys: [newKey, oldKey] }, onStatement: dies, onError: () => {} });
      for (let tries = 0; tries < 500 && commits < 2; tries++) await new Promise(resolve => setTimeout(resolve, 10));
      await stores.close();
      left.push(await staleTexts());
    }
    expect(left).toEqual([290, 240, 190].map(n => expect.closeTo(n, -1)));

    const said: string[] = [];
    const errors: string[] = [];
    const last = await openTestStores({ ...database, drop: async () => {} }, { encryption: { keys: [newKey, oldKey] }, onNotice: message => said.push(message), onError: error => errors.push(String(error)) });
    for (let tries = 0; tries < 500 && !errors.length; tries++) await new Promise(resolve => setTimeout(resolve, 10));
    expect(await staleTexts()).toBe(0);
    // What needs a key that is gone is named, with the key's id and never the key, and the rest is not told to be done.
    expect(errors).toEqual([expect.stringContaining('2 stored texts of Secrets open with no configured key. The first: Secret "default/lost" is encrypted with the key "lost", which is not configured')]);
    expect(said).toEqual([]);
    await last.close();

    const whole = await openTestStores({ ...database, drop: async () => {} }, { encryption: { keys: [newKey, oldKey, lost] }, onNotice: message => said.push(message) });
    for (let tries = 0; tries < 500 && !said.length; tries++) await new Promise(resolve => setTimeout(resolve, 10));
    expect(said).toEqual(['every Secret is sealed with the key "new" (2 were sealed anew); once every backend says so, older keys may go from fleet.encryption.keys']);
    await whole.close();
    const { stores, close } = await open(newKey);
    expect((await stores.resources.list({ group: '', resource: 'secrets' })).items).toHaveLength(171);
    await close();
  });

  it('do not start with another key under a known id', async () => {
    await (await open(oldKey)).close();
    await expect(open({ id: 'old', key: newKey.key })).rejects.toThrow('The encryption key "old" is not the one this database was written with');
  });

  it('a watch of other objects does not mind a Secret that does not open', async () => {
    const first = await open(oldKey);
    await first.stores.resources.create(key('a'), secret('a'));
    await first.stores.resources.create({ ...key('map'), resource: 'configmaps' }, secret('map'));
    await first.close();
    const { stores, close } = await open(newKey);
    for await (const change of stores.resources.changes({ group: '', resource: 'configmaps' }, '0', new AbortController().signal)) {
      expect(change).toMatchObject({ key: { name: 'map' } });
      break;
    }
    const watched = stores.resources.changes('all', '0', new AbortController().signal)[Symbol.asyncIterator]();
    await expect(watched.next()).rejects.toThrow('the key "old", which is not configured');
    await close();
  });
});

describe('A sealed row', () => {
  it('does not open under another name, nor altered', async () => {
    const database = await sqliteFile.make();
    const { stores, close } = await openTestStores(database);
    await stores.resources.create(key('mine'), secret('mine'));
    await stores.resources.create(key('yours'), secret('yours'));
    await stores.close();
    const knex = database.connect();
    const [{ body }] = await knex('objects').where({ name: 'yours' }).select('body');
    await knex('objects').where({ name: 'mine' }).update({ body });
    await knex('objects').where({ name: 'yours' }).update({ body: body.replace(/"k1:(....)/, '"k1:AAAA') });
    const again = await openTestStores({ ...database, drop: async () => {} });
    await expect(again.stores.resources.get(key('mine'))).rejects.toThrow('Secret "default/mine" does not open');
    await expect(again.stores.resources.get(key('yours'))).rejects.toThrow('or the row was altered');
    await again.close();
    await close();
  });

  it.each([
    [[], 'No encryption key is configured'],
    [[{ id: 'short', key: Buffer.alloc(16) }], '"short" has 16 bytes, not 32'],
    [[{ id: 'a:b', key: Buffer.alloc(32) }], '"a:b" is no id'],
    [[oldKey, oldKey], 'Two encryption keys have one id'],
  ])('keys %j are refused', async (keys, message) => {
    const database = await sqliteFile.make();
    await expect(openTestStores(database, { encryption: { keys } })).rejects.toThrow(message);
    await database.drop();
  });
});
