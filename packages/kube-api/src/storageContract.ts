/**
 * The tests every {@link ResourceStorage} passes, whatever it stores in. Call {@link storageContract} from a jest test
 * file; this module is not part of the package's main entry, so that no server loads a test framework.
 */
import { StorageError } from './storage';
import type { Change, ObjectKey, ObjectRange, ResourceStorage } from './storage';
import type { KubeObject } from './types';

/** A storage to test, empty, and the way to let go of it. */
export interface StorageUnderTest {
  storage: ResourceStorage;
  close(): Promise<void>;
}

const MAPS: ObjectRange = { group: '', resource: 'configmaps' };
const key = (name: string, namespace = 'default'): ObjectKey => ({ group: '', resource: 'configmaps', namespace, name });
const map = (name: string, namespace = 'default', rest: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: `uid-${namespace}-${name}`, ...(rest.labels ? { labels: rest.labels as Record<string, string> } : {}) },
  data: { value: String(rest.value ?? '') },
});
const versionOf = (object: KubeObject) => object.metadata.resourceVersion!;
const names = (items: KubeObject[]) => items.map(item => item.metadata.name);
const isChange = (each: Change | { bookmark: string }): each is Change => 'version' in each;

/** Collects changes until there are `count`, or fails the test after five seconds. */
async function take(storage: ResourceStorage, range: ObjectRange | 'all', since: string, count: number): Promise<Change[]> {
  const found: Change[] = [];
  if (count === 0) return found;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 5_000);
  try {
    for await (const each of storage.changes(range, since, stop.signal)) {
      if (isChange(each) && found.push(each) === count) break;
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  if (found.length < count) throw new Error(`saw ${found.length} of ${count} changes after ${since}`);
  return found;
}

/**
 * Declares the tests.
 *
 * @param name - stands in the test titles
 * @param make - a fresh, empty storage for each test
 */
export function storageContract(name: string, make: () => Promise<StorageUnderTest>): void {
  describe(`${name} keeps the storage contract`, () => {
    let storage: ResourceStorage;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ storage, close } = await make());
    });
    afterEach(() => close());

    describe('one object', () => declareObjectTests(() => storage));
    describe('lists', () => declareListTests(() => storage));
    describe('changes', () => declareChangeTests(() => storage));
    describe('many writers', () => declareConcurrencyTests(() => storage));
  });
}

function declareObjectTests(current: () => ResourceStorage): void {
  it('reads back what was created, with a version', async () => {
    const created = await current().create(key('a'), map('a', 'default', { value: 1 }));
    expect(versionOf(created)).toMatch(/^[1-9]\d*$/);
    expect(await current().get(key('a'))).toEqual(created);
    expect(created.data).toEqual({ value: '1' });
    expect(await current().get(key('b'))).toBeUndefined();
    expect(await current().get(key('a', 'other'))).toBeUndefined();
  });

  it('refuses a second object of the same key', async () => {
    await current().create(key('a'), map('a'));
    await expect(current().create(key('a'), map('a'))).rejects.toMatchObject({ name: 'StorageError', reason: 'exists' });
    await current().create(key('a', 'other'), map('a', 'other'));
  });

  it('updates and removes only at the expected version', async () => {
    const first = await current().create(key('a'), map('a'));
    const second = await current().update(key('a'), map('a', 'default', { value: 2 }), versionOf(first));
    await expect(current().update(key('a'), map('a'), versionOf(first))).rejects.toMatchObject({ reason: 'conflict', current: versionOf(second) });
    await expect(current().remove(key('a'), versionOf(first))).rejects.toMatchObject({ reason: 'conflict' });
    expect((await current().get(key('a')))!.data).toEqual({ value: '2' });
    const removed = await current().remove(key('a'), versionOf(second));
    expect(Number(versionOf(removed))).toBeGreaterThan(Number(versionOf(second)));
    expect(await current().get(key('a'))).toBeUndefined();
    await expect(current().update(key('a'), map('a'), versionOf(removed))).rejects.toMatchObject({ reason: 'missing' });
    await expect(current().remove(key('a'), versionOf(removed))).rejects.toMatchObject({ reason: 'missing' });
  });

  it('has no trouble with names that are properties of every object', async () => {
    for (const odd of ['constructor', 'tostring', '__proto__', 'hasownproperty', 'prototype']) {
      expect(await current().get(key(odd))).toBeUndefined();
      await current().create(key(odd, odd), map(odd, odd));
      expect((await current().get(key(odd, odd)))!.metadata.name).toBe(odd);
    }
    expect((await current().list({ ...MAPS, namespace: '__proto__' })).items).toHaveLength(1);
    expect((await current().list({ group: '', resource: 'constructor' })).items).toEqual([]);
  });
}

function declareListTests(current: () => ResourceStorage): void {
  it('lists one namespace, all namespaces, and no other resource, in order', async () => {
    for (const [n, ns] of [['b', 'two'], ['a', 'two'], ['z', 'one']]) await current().create(key(n, ns), map(n, ns));
    await current().create({ ...key('other'), resource: 'secrets' }, map('other'));
    await current().create({ ...key('other'), group: 'example.org' }, map('other'));
    expect(names((await current().list({ ...MAPS, namespace: 'two' })).items)).toEqual(['a', 'b']);
    const all = await current().list(MAPS);
    expect(names(all.items)).toEqual(['z', 'a', 'b']);
    expect(all.resourceVersion).toBe(await current().version());
    expect(all.continue).toBeUndefined();
  });

  it('selects by labels and fields', async () => {
    await current().create(key('a'), map('a', 'default', { labels: { app: 'web', tier: 'front' } }));
    await current().create(key('b'), map('b', 'default', { labels: { app: 'db' } }));
    await current().create(key('c'), map('c'));
    const select = async (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values: string[] = []) =>
      names((await current().list(MAPS, { labels: [{ key: 'app', operator, values }] })).items);
    expect(await select('In', ['web', 'x'])).toEqual(['a']);
    expect(await select('NotIn', ['web'])).toEqual(['b', 'c']);
    expect(await select('Exists')).toEqual(['a', 'b']);
    expect(await select('DoesNotExist')).toEqual(['c']);
    const field = { path: 'metadata.name', operator: '!=' as const, value: 'b' };
    expect(names((await current().list(MAPS, { fields: [field] })).items)).toEqual(['a', 'c']);
    const odd = [{ key: 'constructor', operator: 'Exists' as const, values: [] }];
    expect((await current().list(MAPS, { labels: odd })).items).toEqual([]);
  });

  it('continues on the snapshot of the first page while writes go on', async () => {
    const versions = new Map<string, string>();
    for (const n of ['a', 'b', 'c', 'd', 'e', 'f']) versions.set(n, versionOf(await current().create(key(n), map(n, 'default', { value: 'old' }))));
    const first = await current().list(MAPS, { limit: 2 });
    expect(names(first.items)).toEqual(['a', 'b']);
    expect(first.remaining).toBe(4);
    await current().remove(key('c'), versions.get('c')!);
    await current().update(key('d'), map('d', 'default', { value: 'new' }), versions.get('d')!);
    await current().create(key('bb'), map('bb'));
    await current().create(key('zz'), map('zz'));
    const second = await current().list(MAPS, { limit: 2, continue: first.continue });
    const third = await current().list(MAPS, { limit: 2, continue: second.continue });
    expect(names([...second.items, ...third.items])).toEqual(['c', 'd', 'e', 'f']);
    expect(second.items[1].data).toEqual({ value: 'old' });
    expect([second.resourceVersion, third.resourceVersion]).toEqual([first.resourceVersion, first.resourceVersion]);
    expect(third.continue).toBeUndefined();
    expect(names((await current().list(MAPS)).items)).toEqual(['a', 'b', 'bb', 'd', 'e', 'f', 'zz']);
  });

  it('orders namespaces and names as one text, as etcd does', async () => {
    for (const ns of ['a', 'a-b', 'ab', 'a.b']) for (const n of ['y', 'x']) await current().create(key(n, ns), map(n, ns));
    const wanted = ['a-b/x', 'a-b/y', 'a.b/x', 'a.b/y', 'a/x', 'a/y', 'ab/x', 'ab/y'];
    const paths = (items: KubeObject[]) => items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(paths((await current().list(MAPS)).items)).toEqual(wanted);
    const first = await current().list(MAPS, { limit: 3 });
    const rest = await current().list(MAPS, { continue: first.continue });
    expect(paths([...first.items, ...rest.items])).toEqual(wanted);
  });

  it('lists at exactly an older version, in pages too', async () => {
    const made = await current().create(key('a'), map('a', 'default', { value: 'old' }));
    const at = versionOf(await current().create(key('b'), map('b')));
    await current().update(key('a'), map('a', 'default', { value: 'new' }), versionOf(made));
    await current().create(key('c'), map('c'));
    const whole = await current().list(MAPS, { at });
    expect([names(whole.items), whole.items[0].data, whole.resourceVersion]).toEqual([['a', 'b'], { value: 'old' }, at]);
    const first = await current().list(MAPS, { at, limit: 1 });
    expect([names(first.items), first.resourceVersion]).toEqual([['a'], at]);
    // Who does not know how many are left says nothing.
    expect([1, undefined]).toContain(first.remaining);
    expect(names((await current().list(MAPS, { continue: first.continue })).items)).toEqual(['b']);
    expect(names((await current().list(MAPS, { at: await current().version() })).items)).toEqual(['a', 'b', 'c']);
  });

  it('refuses a continue it did not make', async () => {
    await expect(current().list(MAPS, { continue: 'rubbish' })).rejects.toMatchObject({ code: 400 });
  });
}

function declareChangeTests(current: () => ResourceStorage): void {
  it('gives every change once, in order, from any version', async () => {
    const start = await current().version();
    const a = await current().create(key('a'), map('a', 'default', { value: 1 }));
    const b = await current().create(key('b', 'other'), map('b', 'other'));
    const a2 = await current().update(key('a'), map('a', 'default', { value: 2 }), versionOf(a));
    const gone = await current().remove(key('a'), versionOf(a2));
    const all = await take(current(), 'all', start, 4);
    expect(all.map(change => String(change.version))).toEqual([a, b, a2, gone].map(versionOf));
    expect([all[0].before, all[0].after]).toEqual([undefined, a]);
    expect([all[2].before, all[2].after]).toEqual([a, a2]);
    expect([all[3].before, all[3].after, all[3].last]).toEqual([a2, undefined, gone]);
    expect(all[3].key).toEqual(key('a'));
    for (let from = 0; from < 4; from++) {
      const rest = await take(current(), 'all', String(all[from].version), 3 - from);
      expect(rest).toEqual(all.slice(from + 1));
    }
    const inDefault = await take(current(), { ...MAPS, namespace: 'default' }, start, 3);
    expect(inDefault.map(change => change.version)).toEqual([all[0], all[2], all[3]].map(change => change.version));
  });

  it('wakes a waiting watcher', async () => {
    const since = await current().version();
    const waiting = take(current(), MAPS, since, 1);
    await new Promise(resolve => setTimeout(resolve, 30));
    await current().create({ ...key('x'), resource: 'secrets' }, map('x'));
    const made = await current().create(key('a'), map('a'));
    const [change] = await waiting;
    expect(change.after).toEqual(made);
  });

  it('ends when the watcher goes', async () => {
    const stop = new AbortController();
    const ended = (async () => {
      for await (const each of current().changes('all', await current().version(), stop.signal)) void each;
    })();
    setTimeout(() => stop.abort(), 30);
    await ended;
    expect(stop.signal.aborted).toBe(true);
  });

  it('says expired for a version it does not know', async () => {
    await current().create(key('a'), map('a'));
    const ahead = String(Number(await current().version()) + 1_000);
    await expect(take(current(), 'all', ahead, 1)).rejects.toBeInstanceOf(StorageError);
    await expect(take(current(), 'all', ahead, 1)).rejects.toMatchObject({ reason: 'expired' });
  });
}

function declareConcurrencyTests(current: () => ResourceStorage): void {
  it('16 writers: versions grow in commit order, and list and watch together miss nothing', async () => {
    const start = await current().version();
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let turn = 0; turn < 5; turn++) {
        const name = `w${writer}-${turn}`;
        const made = await current().create(key(name), map(name));
        const changed = await current().update(key(name), map(name, 'default', { value: turn }), versionOf(made));
        if (turn % 2 === 0) await current().remove(key(name), versionOf(changed));
      }
    });
    const total = 16 * (5 + 5 + 3);
    const live = take(current(), 'all', start, total);
    const midway = current().list(MAPS);
    await Promise.all(writers);
    const seen = await live;
    const versions = seen.map(change => change.version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    const afterwards = await take(current(), 'all', start, total);
    expect(afterwards.map(change => change.version)).toEqual(versions);

    const page = await midway;
    const known = new Map(page.items.map(item => [item.metadata.name!, versionOf(item)]));
    const since = Number(page.resourceVersion);
    for (const change of afterwards.filter(each => each.version > since)) {
      if (change.after) known.set(change.key.name, versionOf(change.after));
      else known.delete(change.key.name);
    }
    const end = (await current().list(MAPS)).items;
    expect([...known].sort()).toEqual(end.map(item => [item.metadata.name, versionOf(item)]).sort());
  });

  it('of 16 writers to one version one wins', async () => {
    const made = await current().create(key('a'), map('a'));
    const results = await Promise.allSettled(
      Array.from({ length: 16 }, (_, i) => current().update(key('a'), map('a', 'default', { value: i }), versionOf(made))),
    );
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ reason: 'conflict' });
    }
  });
}
