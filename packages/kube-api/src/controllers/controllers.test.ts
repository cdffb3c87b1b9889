import { randomUUID } from 'node:crypto';
import { MemoryStorage } from '../memoryStorage';
import { createRegistry } from '../registry';
import type { Registry } from '../registry';
import { createResourceService, systemContext } from '../resourceService';
import type { DeleteOptions, ResourceService } from '../service';
import type { ObjectKey } from '../storage';
import type { KubeObject, OwnerReference } from '../types';
import { startEventExpiry } from './eventExpiry';
import { startGarbageCollector } from './garbageCollector';
import { startNamespaceController } from './namespaceController';

let storage: MemoryStorage;
let registry: Registry;
let service: ResourceService;
let stop: AbortController;
const ctx = systemContext('test');

beforeEach(async () => {
  storage = new MemoryStorage();
  registry = createRegistry();
  service = createResourceService({ storage, registry, now: () => new Date(), uid: () => randomUUID() });
  stop = new AbortController();
  for (const name of ['default', 'other']) await service.create(ctx, { info: registry.byKind('v1', 'Namespace')! }, object('v1', 'Namespace', name), {});
});
afterEach(() => stop.abort());

const object = (apiVersion: string, kind: string, name: string, metadata: object = {}, rest: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name, ...metadata }, ...rest });
const owner = (of: KubeObject, rest: Partial<OwnerReference> = {}): OwnerReference => ({ apiVersion: of.apiVersion, kind: of.kind, name: of.metadata.name!, uid: of.metadata.uid!, ...rest });
const infoOf = (of: KubeObject) => registry.byKind(of.apiVersion, of.kind)!;
const targetOf = (of: KubeObject) => ({ info: infoOf(of), namespace: infoOf(of).namespaced ? of.metadata.namespace ?? 'default' : undefined, name: of.metadata.name });

async function make(name: string, owners: OwnerReference[] = [], metadata: object = {}): Promise<KubeObject> {
  const wanted = object('v1', 'ConfigMap', name, { namespace: 'default', ...metadata, ...(owners.length ? { ownerReferences: owners } : {}) });
  return service.create(ctx, { info: infoOf(wanted), namespace: wanted.metadata.namespace }, wanted, {});
}
const remove = (of: KubeObject, options: DeleteOptions = {}) => service.delete(ctx, targetOf(of), options);
const read = (of: KubeObject) => storage.get({ group: infoOf(of).group, resource: infoOf(of).resource, namespace: infoOf(of).namespaced ? of.metadata.namespace! : '', name: of.metadata.name! });
const exists = async (of: KubeObject) => (await read(of)) !== undefined;

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 4_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('did not come true within four seconds');
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
const settle = () => new Promise(resolve => setTimeout(resolve, 150));
const options = (log: string[] = []) => ({ storage, registry, service, signal: stop.signal, log: (message: string, error: unknown) => log.push(`${message}: ${error}`) });

describe('garbage collector', () => {
  it('deletes, level by level, what lost its only owner, and nothing else', async () => {
    void startGarbageCollector(options());
    const top = await make('top');
    const middle = await make('middle', [owner(top)]);
    const bottom = await make('bottom', [owner(middle)]);
    const free = await make('free');
    await settle();
    expect(await exists(bottom)).toBe(true);
    await remove(top);
    await until(async () => !(await exists(middle)) && !(await exists(bottom)));
    expect(await exists(free)).toBe(true);
  });

  it('finds at its start what was lost before', async () => {
    const top = await make('top');
    const child = await make('child', [owner(top)]);
    await remove(top);
    void startGarbageCollector(options());
    await until(async () => !(await exists(child)));
  });

  it('keeps who has another owner, and forgets the lost one', async () => {
    void startGarbageCollector(options());
    const [one, two] = [await make('one'), await make('two')];
    const child = await make('child', [owner(one), owner(two)]);
    await remove(one);
    await until(async () => (await read(child))!.metadata.ownerReferences!.length === 1);
    expect((await read(child))!.metadata.ownerReferences![0].uid).toBe(two.metadata.uid);
  });

  it('takes a new owner of the same name for another one', async () => {
    void startGarbageCollector(options());
    const top = await make('top');
    const child = await make('child', [owner(top, { uid: randomUUID() })]);
    await until(async () => !(await exists(child)));
    expect(await exists(top)).toBe(true);
  });

  it('deletes dependents of an owner in another namespace; leaves kinds it does not know and cluster-scoped dependents alone', async () => {
    void startGarbageCollector(options());
    const elsewhere = await make('elsewhere', [], { namespace: 'other' });
    const lost = await make('lost', [owner(elsewhere)]);
    const unknown = await make('unknown', [{ apiVersion: 'example.org/v1', kind: 'Thing', name: 'x', uid: randomUUID() }]);
    const clusterScoped = object('v1', 'Namespace', 'spare', { ownerReferences: [owner(elsewhere)] });
    await service.create(ctx, { info: infoOf(clusterScoped) }, clusterScoped, {});
    await until(async () => !(await exists(lost)));
    await settle();
    expect([await exists(unknown), await exists(clusterScoped)]).toEqual([true, true]);
  });

  it('deletes in the foreground: the owner goes last', async () => {
    void startGarbageCollector(options());
    const top = await make('top');
    const child = await make('child', [owner(top, { blockOwnerDeletion: true })], { finalizers: ['example.org/hold'] });
    await remove(top, { propagationPolicy: 'Foreground' });
    await until(async () => (await read(child))!.metadata.deletionTimestamp !== undefined);
    expect(await exists(top)).toBe(true);
    await service.patch(ctx, targetOf(child), { type: 'merge', body: { metadata: { finalizers: null } } }, {});
    await until(async () => !(await exists(child)) && !(await exists(top)));
  });

  it('orphans when asked to', async () => {
    void startGarbageCollector(options());
    const top = await make('top');
    const child = await make('child', [owner(top)]);
    await remove(top, { propagationPolicy: 'Orphan' });
    await until(async () => !(await exists(top)));
    await settle();
    expect((await read(child))!.metadata.ownerReferences).toBeUndefined();
  });

  it('deletes nothing on a failed read, and goes on when reads work again', async () => {
    const top = await make('top');
    const child = await make('child', [owner(top)]);
    const real = storage.get.bind(storage);
    let broken = true;
    storage.get = (key: ObjectKey) => (broken && key.name === 'top' ? Promise.reject(new Error('disk')) : real(key));
    void startGarbageCollector(options());
    await settle();
    expect(await real({ group: '', resource: 'configmaps', namespace: 'default', name: 'child' })).toBeDefined();
    broken = false;
    await remove(top);
    await until(async () => !(await exists(child)));
  });
});

describe('namespace controller', () => {
  const namespace = object('v1', 'Namespace', 'other');
  it('empties an ending namespace and lets it go', async () => {
    void startNamespaceController(options());
    const inside = await make('inside', [], { namespace: 'other' });
    const outside = await make('outside');
    await remove(namespace);
    await until(async () => !(await exists(namespace)));
    expect([await exists(inside), await exists(outside)]).toEqual([false, true]);
  });

  it('waits for finalizers, and says for what', async () => {
    void startNamespaceController(options());
    const held = await make('held', [], { namespace: 'other', finalizers: ['example.org/hold'] });
    await remove(namespace);
    await until(async () => (await read(namespace))?.status?.conditions?.length === 5);
    const { status } = (await read(namespace))!;
    expect(status.phase).toBe('Terminating');
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'NamespaceFinalizersRemaining', status: 'True', message: expect.stringContaining('example.org/hold in 1 resource instances') }));
    await service.patch(ctx, targetOf(held), { type: 'merge', body: { metadata: { finalizers: null } } }, {});
    await until(async () => !(await exists(namespace)));
  });

  it('goes on after a restart, and keeps what it cannot read', async () => {
    await make('inside', [], { namespace: 'other' });
    await remove(namespace);
    const real = storage.list.bind(storage);
    let broken = true;
    storage.list = (range, how) => (broken && range.namespace === 'other' && range.resource === 'secrets' ? Promise.reject(new Error('disk')) : real(range, how));
    void startNamespaceController(options());
    await settle();
    expect(await exists(namespace)).toBe(true);
    broken = false;
    await until(async () => !(await exists(namespace)));
  });
});

describe('event expiry', () => {
  it('removes Events not seen for an hour', async () => {
    const info = registry.byKind('v1', 'Event')!;
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    for (const [name, created, last] of [['old', 90, 61], ['seen', 90, 10], ['new', 1, 1]] as const) {
      const event = object('v1', 'Event', name, { namespace: 'default', uid: name, creationTimestamp: ago(created) }, { lastTimestamp: ago(last) });
      await storage.create({ group: '', resource: 'events', namespace: 'default', name }, event);
    }
    void startEventExpiry({ ...options(), everyMs: 20 });
    await until(async () => (await storage.list({ group: '', resource: info.resource })).items.length === 2);
    await settle();
    expect((await storage.list({ group: '', resource: 'events' })).items.map(each => each.metadata.name)).toEqual(['new', 'seen']);
  });
});
