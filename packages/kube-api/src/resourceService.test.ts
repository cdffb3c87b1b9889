import { createRegistry } from './registry';
import type { Schema, StatusObject, WatchEvent } from './types';
import { configMap, refusal, testService, widget, widgetCrd } from './verbs/testKit';
import { followCrds } from './verbs/followCrds';

const spec: Schema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer', minimum: 0, default: 1 },
    size: { type: 'string', enum: ['S', 'L'] },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  },
};

async function withWidgets() {
  const kit = testService();
  await kit.create(widgetCrd(spec));
  return kit;
}

describe('create', () => {
  it('gives identity, time, version and first generation', async () => {
    const { create } = await withWidgets();
    const made = await create(widget('a', { size: 'S' }));
    expect(made.metadata).toMatchObject({ name: 'a', namespace: 'default', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' });
    expect(made.metadata.uid).toBeDefined();
    expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(0);
    expect(made.spec).toEqual({ size: 'S', replicas: 1 });
  });

  it('drops a status sent to the main resource and warns of unknown fields', async () => {
    const { create, warnings } = await withWidgets();
    const made = await create({ ...widget('a', { colour: 'red' }), status: { done: true } });
    expect(made.status).toBeUndefined();
    expect(warnings).toEqual(['unknown field "spec.colour"']);
  });

  it('refuses unknown fields when asked to be strict', async () => {
    const { service, ctx, target } = await withWidgets();
    const call = service.create(ctx, target('example.com/v1', 'Widget'), widget('a', { colour: 'red' }), { fieldValidation: 'Strict' });
    expect(await refusal(call)).toMatchObject({
      code: 400,
      message: 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.colour"',
    });
  });

  it('names path, found and wanted of every wrong value', async () => {
    const { create } = await withWidgets();
    const answer = await refusal(create(widget('a', { replicas: 'many', size: 'M', tags: ['x', 'x'] })));
    expect(answer.code).toBe(422);
    expect(answer.causes).toEqual([
      { field: 'spec.replicas', reason: 'FieldValueTypeInvalid', message: 'Invalid value: "string": spec.replicas in body must be of type integer: "string"' },
      { field: 'spec.size', reason: 'FieldValueNotSupported', message: 'Unsupported value: "M": supported values: "S", "L"' },
      { field: 'spec.tags[1]', reason: 'FieldValueDuplicate', message: 'Duplicate value: "x"' },
      { field: '.spec.replicas', reason: 'FieldValueInvalid', message: 'Invalid value: 0: .spec.replicas accessor error: many is of the type string, expected int64' },
    ]);
  });

  it('refuses a second object of the same name', async () => {
    const { create } = await withWidgets();
    await create(widget('a', {}));
    expect(await refusal(create(widget('a', {})))).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'widgets.example.com "a" already exists' });
  });

  it('makes a name from generateName', async () => {
    const { service, ctx, target } = testService();
    const raw = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'job-' } };
    const made = await service.create(ctx, target('v1', 'ConfigMap'), raw, {});
    expect(made.metadata.name).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('needs its namespace to be there and not ending', async () => {
    const { create, service, ctx, target } = testService({ enforceNamespaces: true });
    expect(await refusal(create(configMap('a')))).toMatchObject({ code: 404, message: 'namespaces "default" not found' });
    await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', finalizers: ['example.com/hold'] } });
    await create(configMap('a', {}, { namespace: 'other' }));
    await service.delete(ctx, target('v1', 'Namespace', 'other'), {});
    expect(await refusal(create(configMap('b', {}, { namespace: 'other' })))).toMatchObject({ code: 403, causes: [{ reason: 'NamespaceTerminating' }] });
  });

  it.each([
    ['another kind', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }, 400],
    ['another version', { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } }, 400],
    ['another namespace', configMap('a', {}, { namespace: 'other' }), 400],
    ['a list', [], 400],
    ['no name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }, 422],
    ['a bad name', configMap('A_b'), 422],
    ['wrong types', { ...configMap('a'), data: { a: 1 } }, 400],
    ['a prototype key', JSON.parse('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"x"}}'), 400],
  ])('refuses %s', async (_what, raw, code) => {
    const { service, ctx, target } = testService();
    expect(await refusal(service.create(ctx, target('v1', 'ConfigMap'), raw, {}))).toMatchObject({ code });
  });

  it('writes nothing on a dry run, and says what would be', async () => {
    const { service, ctx, target, storage } = testService();
    const before = await storage.version();
    const made = await service.create(ctx, target('v1', 'ConfigMap'), configMap('a', { k: 'v' }), { dryRun: true });
    expect(made.data).toEqual({ k: 'v' });
    expect(await storage.version()).toBe(before);
    expect(await refusal(service.get(ctx, target('v1', 'ConfigMap', 'a')))).toMatchObject({ code: 404 });
  });
});

describe('update', () => {
  it('counts a generation for a changed wish only', async () => {
    const { create, service, ctx, of } = await withWidgets();
    const made = await create(widget('a', { size: 'S' }));
    const labelled = await service.update(ctx, of(made), { ...made, metadata: { ...made.metadata, labels: { a: 'b' } } }, {});
    expect(labelled.object.metadata.generation).toBe(1);
    const resized = await service.update(ctx, of(made), { ...labelled.object, spec: { size: 'L', replicas: 1 } }, {});
    expect(resized.object.metadata.generation).toBe(2);
  });

  it('leaves the version alone when nothing changes', async () => {
    const { create, service, ctx, of } = await withWidgets();
    const made = await create(widget('a', { size: 'S' }));
    const again = await service.update(ctx, of(made), made, {});
    expect(again.object.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it('refuses an old version, and for custom kinds none', async () => {
    const { create, service, ctx, of } = await withWidgets();
    const made = await create(widget('a', { size: 'S' }));
    await service.update(ctx, of(made), { ...made, spec: { size: 'L' } }, {});
    expect(await refusal(service.update(ctx, of(made), made, {}))).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(await refusal(service.update(ctx, of(made), widget('a', {}), {}))).toMatchObject({ code: 422 });
    expect(await refusal(service.update(ctx, of(made), widget('b', {}), {}))).toMatchObject({ code: 400 });
  });

  it('keeps status and spec apart', async () => {
    const { create, service, ctx, of } = await withWidgets();
    const made = await create(widget('a', { size: 'S' }));
    const status = { ...of(made), subresource: 'status' as const };
    const said = await service.update(ctx, status, { ...made, spec: { size: 'L' }, status: { replicas: 3 } }, {});
    expect(said.object).toMatchObject({ spec: { size: 'S' }, status: { replicas: 3 }, metadata: { generation: 1 } });
    const wished = await service.update(ctx, of(made), { ...said.object, spec: { size: 'L' }, status: {} }, {});
    expect(wished.object).toMatchObject({ spec: { size: 'L' }, status: { replicas: 3 } });
  });
});

describe('patch', () => {
  it.each([
    ['merge' as const, { data: { b: '2', a: null } }, { b: '2' }],
    ['json' as const, [{ op: 'add', path: '/data/b', value: '2' }, { op: 'remove', path: '/data/a' }], { b: '2' }],
  ])('applies a %s patch', async (type, body, data) => {
    const { create, service, ctx, of } = testService();
    const made = await create(configMap('c', { a: '1' }));
    const { object } = await service.patch(ctx, of(made), { type, body }, {});
    expect(object.data).toEqual(data);
  });

  it.each([
    ['a failed test', [{ op: 'test', path: '/data/a', value: '9' }], 422],
    ['a path that is not there', [{ op: 'remove', path: '/data/zz' }], 422],
    ['an unknown operation', [{ op: 'jump', path: '/data/a' }], 422],
    ['no list', { op: 'jump' }, 400],
    ['a prototype key', [{ op: 'add', path: '/data/__proto__/x', value: '9' }], 422],
    ['a prototype key at the end', [{ op: 'add', path: '/data/__proto__', value: '9' }], 400],
  ])('refuses a JSON patch with %s', async (_what, body, code) => {
    const { create, service, ctx, of } = testService();
    const made = await create(configMap('c', { a: '1' }));
    expect(await refusal(service.patch(ctx, of(made), { type: 'json', body }, {}))).toMatchObject({ code });
  });

  it('tries again when another writer was faster, unless it names a version', async () => {
    const { create, service, ctx, of, storage } = testService();
    const made = await create(configMap('c', { a: '1' }));
    const update = storage.update.bind(storage);
    let races = 2;
    storage.update = async (key, object, expected) => {
      if (races-- > 0) {
        const now = (await storage.get(key))!;
        await update(key, { ...now, data: { ...now.data, race: String(races) } }, now.metadata.resourceVersion!);
      }
      return update(key, object, expected);
    };
    const { object } = await service.patch(ctx, of(made), { type: 'merge', body: { data: { b: '2' } } }, {});
    expect(object.data).toEqual({ a: '1', b: '2', race: '0' });
    races = 1;
    const body = { metadata: { resourceVersion: object.metadata.resourceVersion }, data: { b: '3' } };
    expect(await refusal(service.patch(ctx, of(made), { type: 'merge', body }, {}))).toMatchObject({ code: 409 });
  });
});

describe('scale', () => {
  it('reads and writes replicas by the paths of the definition', async () => {
    const { create, service, ctx, of } = await withWidgets();
    const target = { ...of(await create(widget('a', { replicas: 2 }))), subresource: 'scale' as const };
    expect(await service.get(ctx, target)).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 2 }, status: { replicas: 0 } });
    const { object } = await service.patch(ctx, target, { type: 'merge', body: { spec: { replicas: 5 } } }, {});
    expect(object.spec).toEqual({ replicas: 5 });
    expect((await service.get(ctx, { ...target, subresource: undefined })).spec.replicas).toBe(5);
    expect(await refusal(service.patch(ctx, target, { type: 'merge', body: { spec: { replicas: -1 } } }, {}))).toMatchObject({ code: 422 });
  });
});

describe('delete', () => {
  it('answers Success with the name and uid', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create(configMap('a'));
    expect(await service.delete(ctx, of(made), {})).toMatchObject({ status: 'Success', details: { name: 'a', kind: 'configmaps', uid: made.metadata.uid } });
    expect(await refusal(service.delete(ctx, of(made), {}))).toMatchObject({ code: 404 });
  });

  it('waits for finalizers, takes no new ones, and goes with the last', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create(configMap('a', {}, { finalizers: ['example.com/hold'] }));
    const ending = (await service.delete(ctx, of(made), {})) as typeof made;
    expect(ending.metadata).toMatchObject({ deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['example.com/hold'] });
    const add = { type: 'merge' as const, body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } } };
    expect((await refusal(service.patch(ctx, of(made), add, {}))).causes[0].field).toBe('metadata.finalizers');
    await service.patch(ctx, of(made), { type: 'merge', body: { metadata: { finalizers: null } } }, {});
    expect(await refusal(service.get(ctx, of(made)))).toMatchObject({ code: 404 });
  });

  it.each([
    ['Foreground' as const, ['foregroundDeletion']],
    ['Orphan' as const, ['orphan']],
  ])('holds the object with the finalizer of %s', async (propagationPolicy, finalizers) => {
    const { create, service, ctx, of } = testService();
    const made = await create(configMap('a'));
    expect(await service.delete(ctx, of(made), { propagationPolicy })).toMatchObject({ metadata: { finalizers } });
  });

  it('keeps to its preconditions and dry runs', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create(configMap('a'));
    expect(await refusal(service.delete(ctx, of(made), { preconditions: { uid: 'other' } }))).toMatchObject({ code: 409 });
    await service.delete(ctx, of(made), { dryRun: true });
    await service.get(ctx, of(made));
  });

  it('empties a collection by selector', async () => {
    const { create, service, ctx, target } = testService();
    for (const name of ['a', 'b', 'c']) await create(configMap(name, {}, { labels: { half: name === 'c' ? 'no' : 'yes' } }));
    const labels = [{ key: 'half', operator: 'In' as const, values: ['yes'] }];
    await service.deleteCollection(ctx, target('v1', 'ConfigMap'), { labels }, {});
    const left = await service.list(ctx, target('v1', 'ConfigMap'), {});
    expect(left.items.map(item => item.metadata.name)).toEqual(['c']);
  });
});

describe('definitions', () => {
  it('are served at once, with their status settled', async () => {
    const { create, registry } = testService();
    const crd = await create(widgetCrd(spec));
    expect(crd.status.conditions.map((each: any) => `${each.type}=${each.status}`)).toEqual(['NamesAccepted=True', 'Established=True']);
    expect(crd.status.storedVersions).toEqual(['v1']);
    expect(registry.byKind('example.com/v1', 'Widget')).toMatchObject({ resource: 'widgets', shortNames: ['wd'], custom: true });
  });

  it('take their objects with them', async () => {
    const { create, service, ctx, of, registry, storage } = await withWidgets();
    await create(widget('a', {}));
    await service.delete(ctx, of(widgetCrd(spec)), {});
    expect(registry.byKind('example.com/v1', 'Widget')).toBeUndefined();
    expect((await storage.list({ group: 'example.com', resource: 'widgets' })).items).toEqual([]);
  });

  it('wait for objects that finalizers hold', async () => {
    const { create, service, ctx, of, registry } = await withWidgets();
    const held = await create(widget('a', {}, { finalizers: ['example.com/hold'] }));
    await service.delete(ctx, of(widgetCrd(spec)), {});
    expect(registry.byKind('example.com/v1', 'Widget')).toBeDefined();
    await service.patch(ctx, of(held), { type: 'merge', body: { metadata: { finalizers: null } } }, {});
    expect(registry.byKind('example.com/v1', 'Widget')).toBeUndefined();
  });
});

describe('definitions with several processes', () => {
  it('are followed from a shared storage', async () => {
    const { create, service, ctx, of, storage } = testService();
    const stop = new AbortController();
    const other = createRegistry();
    await create(widgetCrd(spec));
    await followCrds(storage, other, stop.signal);
    expect(other.byKind('example.com/v1', 'Widget')).toBeDefined();
    const served = () => other.byKind('example.com/v1', 'Widget') !== undefined;
    await service.delete(ctx, of(widgetCrd(spec)), {});
    for (let tries = 0; served() && tries < 100; tries++) await new Promise(resolve => setTimeout(resolve, 10));
    expect(served()).toBe(false);
    stop.abort();
  });

  it('go when the last finalizer goes, whose ever it is', async () => {
    const { create, service, ctx, of, registry } = testService();
    const crd = widgetCrd(spec);
    await create({ ...crd, metadata: { ...crd.metadata, finalizers: ['example.com/hold'] } });
    await service.delete(ctx, of(crd), {});
    expect(registry.byKind('example.com/v1', 'Widget')).toBeDefined();
    await service.patch(ctx, of(crd), { type: 'merge', body: { metadata: { finalizers: null } } }, {});
    expect(await refusal(service.get(ctx, of(crd)))).toMatchObject({ code: 404 });
    expect(registry.byKind('example.com/v1', 'Widget')).toBeUndefined();
  });
});

describe('watch', () => {
  async function collect(events: Promise<AsyncIterable<WatchEvent>>, count: number) {
    const seen: string[] = [];
    for await (const { type, object } of await events) {
      seen.push(`${type} ${(object as any).metadata?.name ?? (object as StatusObject).reason ?? ''}`.trim());
      if (seen.length === count) break;
    }
    return seen;
  }

  it('shows what is there, then what enters, changes and leaves the selector', async () => {
    const { create, service, ctx, of, target } = testService();
    await create(configMap('old', {}, { labels: { on: 'yes' } }));
    const labels = [{ key: 'on', operator: 'Exists' as const, values: [] }];
    const seen = collect(service.watch(ctx, target('v1', 'ConfigMap'), { labels }), 5);
    await new Promise(resolve => setTimeout(resolve, 20));
    const made = await create(configMap('a'));
    const merge = (body: object) => service.patch(ctx, of(made), { type: 'merge', body }, {});
    await merge({ metadata: { labels: { on: 'yes' } } });
    await merge({ data: { k: 'v' } });
    await merge({ metadata: { labels: null } });
    await create(configMap('b', {}, { labels: { on: 'yes' } }));
    expect(await seen).toEqual(['ADDED old', 'ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
  });

  it('ends the initial events with a marked bookmark', async () => {
    const { create, service, ctx, target } = testService();
    await create(configMap('a'));
    const events = await service.watch(ctx, target('v1', 'ConfigMap'), { sendInitialEvents: true, allowBookmarks: true, timeoutSeconds: 1 });
    const seen: WatchEvent[] = [];
    for await (const event of events) if (seen.push(event) === 2) break;
    expect(seen[1]).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } });
  });

  it('ends with the caller and with the token', async () => {
    const { service, ctx, target, clock } = testService();
    const stop = new AbortController();
    const ended = collect(service.watch({ ...ctx, signal: stop.signal }, target('v1', 'ConfigMap'), {}), 1);
    stop.abort();
    expect(await ended).toEqual([]);
    const principal = { ...ctx.principal, expiresAt: clock.now.getTime() + 20 };
    expect(await collect(service.watch({ ...ctx, principal }, target('v1', 'ConfigMap'), {}), 1)).toEqual([]);
  });
});

describe('list', () => {
  it('pages at one version', async () => {
    const { create, service, ctx, target } = testService();
    for (const name of ['a', 'b', 'c']) await create(configMap(name));
    const first = await service.list(ctx, target('v1', 'ConfigMap'), { limit: 2 });
    await create(configMap('bb'));
    const rest = await service.list(ctx, target('v1', 'ConfigMap'), { limit: 2, continue: first.metadata.continue });
    expect([...first.items, ...rest.items].map(item => item.metadata.name)).toEqual(['a', 'b', 'c']);
    expect(first).toMatchObject({ kind: 'ConfigMapList', metadata: { remainingItemCount: 1 } });
  });

  it('refuses a version not reached, and one that is none', async () => {
    const { service, ctx, target } = testService();
    expect(await refusal(service.list(ctx, target('v1', 'ConfigMap'), { resourceVersion: '999' }))).toMatchObject({ code: 504 });
    expect(await refusal(service.list(ctx, target('v1', 'ConfigMap'), { resourceVersion: 'x' }))).toMatchObject({ code: 400 });
  });
});
