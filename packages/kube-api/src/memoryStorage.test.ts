import { MemoryStorage } from './memoryStorage';
import { storageContract } from './storageContract';
import type { ObjectKey } from './storage';

storageContract('MemoryStorage', async () => ({ storage: new MemoryStorage(), close: async () => {} }));

const key = (name: string): ObjectKey => ({ group: '', resource: 'configmaps', namespace: 'default', name });
const object = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });

async function first(storage: MemoryStorage, since: string) {
  const stop = new AbortController();
  for await (const each of storage.changes('all', since, stop.signal)) return each;
  return undefined;
}

describe('MemoryStorage', () => {
  it('forgets the oldest changes: watches and pages from before are expired', async () => {
    const storage = new MemoryStorage({ history: 8 });
    await storage.create(key('a'), object('a'));
    await storage.create(key('b'), object('b'));
    const page = await storage.list(key('a'), { limit: 1 });
    for (let i = 0; i < 20; i++) await storage.create(key(`c${i}`), object(`c${i}`));
    await expect(first(storage, '1')).rejects.toMatchObject({ reason: 'expired' });
    await expect(storage.list(key('a'), { continue: page.continue })).rejects.toMatchObject({ reason: 'expired' });
    expect(await first(storage, '15')).toMatchObject({ version: 16 });
  });

  it('tells a silent watcher how far it is, also while others write elsewhere', async () => {
    const storage = new MemoryStorage({ heartbeatMs: 40 });
    const writing = setInterval(() => storage.create({ ...key(`x${Math.random()}`), resource: 'secrets' }, object('x')), 5);
    const stop = new AbortController();
    try {
      for await (const each of storage.changes({ group: '', resource: 'configmaps' }, '0', stop.signal)) {
        expect(Number((each as { bookmark: string }).bookmark)).toBeGreaterThan(0);
        break;
      }
    } finally {
      clearInterval(writing);
    }
  });

  it('saves and restores', async () => {
    const storage = new MemoryStorage();
    await storage.create(key('b'), object('b'));
    await storage.create(key('a'), object('a'));
    const copy = new MemoryStorage();
    copy.restore(JSON.parse(JSON.stringify(storage.entries())));
    expect(await copy.list(key('a'))).toEqual(await storage.list(key('a')));
    await expect(first(copy, '1')).rejects.toMatchObject({ reason: 'expired' });
    const next = await copy.create(key('c'), object('c'));
    expect(next.metadata.resourceVersion).toBe('3');
  });

  it('reads 20,000 objects in pages without copying them', async () => {
    const storage = new MemoryStorage();
    for (let i = 0; i < 20_000; i++) await storage.create(key(`n${i}`), object(`n${i}`));
    let token: string | undefined;
    let count = 0;
    do {
      const page: Awaited<ReturnType<MemoryStorage['list']>> = await storage.list(key('a'), { limit: 500, continue: token });
      count += page.items.length;
      token = page.continue;
    } while (token);
    expect(count).toBe(20_000);
    expect(await storage.get(key('n7'))).toBe(await storage.get(key('n7')));
  });
});
