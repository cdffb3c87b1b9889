import { createRegistry, createResourceService, StorageError, type KubeObject, type RequestContext, type ResourceService, type Target } from '@flotilla/kube-api';
import { openTestStores, testbeds } from '../store/testbed';
import type { Activity, Stores } from '../store/types';
import { auditedService } from './AuditedService';

const registry = createRegistry();
const info = registry.find('', 'v1', 'configmaps')!;
const at = (name?: string): Target => ({ info, namespace: 'shop', name });
const map = (name: string, data: object = { a: 'b' }): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data });
const lin: RequestContext = { principal: { kind: 'user', name: 'user:default/lin', groups: [] }, warn: () => undefined };
const said = ({ verb, name, outcome }: Activity) => `${verb} ${name} ${outcome}`;

describe.each(testbeds)('writes are put on record by their own commit: $name', ({ make }) => {
  let stores: Stores;
  let service: ResourceService;
  let close: () => Promise<void>;
  /** What is written a moment later, and would be lost by an end before. */
  let late: Activity[];
  /** The statement that fails. */
  let broken = '';
  const stored = async () => (await stores.activity.list({})).map(said);

  beforeEach(async () => {
    const onStatement = (name: string, when: string) => {
      if (name === broken && when === 'before') throw new Error(`no ${name}`);
    };
    ({ stores, close } = await openTestStores(await make(), { onStatement }));
    late = [];
    const inner = createResourceService({ storage: stores.resources, registry, now: () => new Date(), uid: () => crypto.randomUUID(), enforceNamespaces: false });
    service = auditedService(inner, entry => late.push(entry), Date.now);
  });
  afterEach(() => {
    broken = '';
    return close();
  });

  it('each verb, with the name that was generated', async () => {
    const { metadata } = (await service.create(lin, at(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } }, {})) as KubeObject;
    await service.update(lin, at(metadata.name), map(metadata.name!), {});
    await service.patch(lin, at(metadata.name), { type: 'merge', body: { data: { c: 'd' } } }, {});
    await service.delete(lin, at(metadata.name), {});
    expect(await stored()).toEqual(['delete', 'patch', 'update', 'create'].map(verb => `${verb} ${metadata.name} done`));
    expect(late).toEqual([]);
  });

  it('a collection once', async () => {
    for (const name of ['a', 'b', 'c']) await service.create({ ...lin, principal: { ...lin.principal, kind: 'system' } }, at(), map(name), {});
    await service.deleteCollection(lin, at(), {}, {});
    expect(await stored()).toEqual(['deletecollection  done']);
  });

  it('what changes nothing, and what is refused, a moment later; a dry run never', async () => {
    await service.create(lin, at(), map('one'), { dryRun: true });
    await service.create(lin, at(), map('one'), {});
    await service.patch(lin, at('one'), { type: 'merge', body: {} }, {});
    await expect(service.create(lin, at(), map('one'), {})).rejects.toMatchObject({ code: 409 });
    expect(await stored()).toEqual(['create one done']);
    expect(late.map(said)).toEqual(['patch one done', 'create one refused']);
  });

  it.each(['activity.insert', 'changes.insert'])('neither is stored when %s fails', async statement => {
    broken = statement;
    await expect(service.create(lin, at(), map('one'), {})).rejects.not.toBeInstanceOf(StorageError);
    broken = '';
    expect([await stored(), await stores.resources.get({ group: '', resource: 'configmaps', namespace: 'shop', name: 'one' })]).toEqual([[], undefined]);
    expect(late.map(said)).toEqual(['create one failed']);
  });
});
