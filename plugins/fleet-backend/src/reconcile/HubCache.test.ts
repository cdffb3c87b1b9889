import { MemoryStorage, type Change, type KubeObject } from '@flotilla/kube-api';
import { HubCache } from './HubCache';
import { CACHED_KINDS } from './world';

const KIND = { group: '', resource: 'configmaps' };
const key = (name: string, resource = 'configmaps') => ({ group: '', resource, namespace: 'shop', name });
const object = (name: string, kind = 'ConfigMap'): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', annotations: { a: 'secret' } }, data: { a: 'secret' } });
let storage: MemoryStorage;
let cache: HubCache;
const until = async (what: () => boolean) => {
  for (let i = 0; i < 500 && !what(); i++) await new Promise(resolve => setTimeout(resolve, 10));
  expect(what()).toBe(true);
};
beforeEach(() => {
  storage = new MemoryStorage({ history: 5 });
});
afterEach(() => cache.stop());

it('holds what was there before, and follows what comes, changes and goes', async () => {
  await storage.create(key('before'), object('before'));
  cache = await HubCache.start(storage, [KIND], () => undefined);
  expect(cache.all('', 'configmaps').map(each => each.metadata.name)).toEqual(['before']);
  const made = await storage.create(key('after'), object('after'));
  await until(() => cache.get('', 'configmaps', 'shop', 'after') !== undefined);
  const changed = await storage.update(key('after'), { ...made, data: { b: 'c' } }, made.metadata.resourceVersion!);
  await until(() => cache.get('', 'configmaps', 'shop', 'after')!.data.b === 'c');
  await storage.remove(key('after'), changed.metadata.resourceVersion!);
  await until(() => cache.get('', 'configmaps', 'shop', 'after') === undefined);
});

it('tells of changes after it took them, of kinds it does not hold as well', async () => {
  cache = await HubCache.start(storage, [KIND], () => undefined);
  const told: string[] = [];
  cache.onChange(change => told.push(`${change.key.resource} ${cache.get('', 'configmaps', 'shop', change.key.name) !== undefined}`));
  await storage.create(key('a'), object('a'));
  await storage.create(key('b', 'pods'), object('b'));
  await until(() => told.length === 2);
  expect(told).toEqual(['configmaps true', 'pods false']);
});

it('keeps no data of Secrets', async () => {
  cache = await HubCache.start(storage, CACHED_KINDS, () => undefined);
  await storage.create(key('s', 'secrets'), object('s', 'Secret'));
  await until(() => cache.get('', 'secrets', 'shop', 's') !== undefined);
  expect(JSON.stringify(cache.inNamespace('shop'))).not.toContain('secret"');
});

it('after history no longer reaches back, lists again and tells what changed meanwhile', async () => {
  const faults: unknown[] = [];
  const gone = await storage.create(key('gone'), object('gone'));
  await storage.create(key('same'), object('same'));
  const broken = Object.create(storage) as MemoryStorage;
  let breaks = true;
  broken.changes = async function* changes(...args: Parameters<MemoryStorage['changes']>) {
    if (breaks) throw new Error('the database is away');
    yield* storage.changes(...args);
  };
  cache = await HubCache.start(broken, [KIND], error => faults.push(error));
  const told: Change[] = [];
  cache.onChange(change => told.push(change));
  await storage.remove(key('gone'), gone.metadata.resourceVersion!);
  await storage.create(key('new'), object('new'));
  breaks = false;
  await until(() => cache.get('', 'configmaps', 'shop', 'new') !== undefined && told.length > 0);
  expect(faults).toHaveLength(1);
  expect(cache.all('', 'configmaps').map(each => each.metadata.name).sort()).toEqual(['new', 'same']);
  expect(told.map(({ key: { name }, before, after }) => [name, Boolean(before), Boolean(after)]).sort()).toEqual([['gone', true, false], ['new', false, true]]);
}, 10_000);
