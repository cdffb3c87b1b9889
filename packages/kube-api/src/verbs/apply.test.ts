import type { Target } from '../service';
import type { KubeObject } from '../types';
import { configMap, refusal, testService, widget, widgetCrd } from './testKit';

const spec = {
  type: 'object' as const,
  properties: { replicas: { type: 'integer' as const, default: 1 }, size: { type: 'string' as const } },
};

async function kit() {
  const made = testService();
  await made.create(widgetCrd(spec));
  const apply = async (fieldManager: string, body: object, more: { force?: boolean; subresource?: 'status' } = {}) => {
    const target: Target = { ...made.of(body as KubeObject), subresource: more.subresource };
    return made.service.patch(made.ctx, target, { type: 'apply', body, force: more.force }, { fieldManager });
  };
  return { ...made, apply };
}

const managers = ({ metadata }: KubeObject) => metadata.managedFields!.map(entry => `${entry.manager} ${entry.operation}${entry.subresource ? ` ${entry.subresource}` : ''}`);

describe('server-side apply', () => {
  it('creates, and says so', async () => {
    const { apply } = await kit();
    const { object, created } = await apply('flotilla', widget('a', { size: 'S' }));
    expect(created).toBe(true);
    expect(object.metadata).toMatchObject({ generation: 1, name: 'a' });
    expect(object.spec).toEqual({ size: 'S', replicas: 1 });
    expect(object.metadata.managedFields).toEqual([
      { manager: 'flotilla', operation: 'Apply', apiVersion: 'example.com/v1', time: '2026-01-02T03:04:05Z', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:size': {} } } },
    ]);
  });

  it('leaves the version alone when nothing changes', async () => {
    const { apply, clock } = await kit();
    const first = await apply('flotilla', widget('a', { size: 'S' }, { labels: { a: 'b' } }));
    clock.now = new Date('2026-01-02T04:00:00Z');
    const again = await apply('flotilla', widget('a', { size: 'S' }, { labels: { a: 'b' } }));
    expect(again).toEqual({ object: first.object, created: false });
  });

  it('refuses to take a field from another manager, in the words of Kubernetes', async () => {
    const { apply, create } = await kit();
    await create(widget('a', { replicas: 3 }));
    const answer = await refusal(apply('flotilla', widget('a', { replicas: 5 })));
    expect(answer).toEqual({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl" using example.com/v1: .spec.replicas',
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using example.com/v1', field: '.spec.replicas' }],
    });
    const { object } = await apply('flotilla', widget('a', { replicas: 5 }), { force: true });
    expect(object.spec.replicas).toBe(5);
    expect(managers(object)).toEqual(['flotilla Apply', 'kubectl Update']);
  });

  it('removes what it applied before and names no more', async () => {
    const { apply } = await kit();
    await apply('flotilla', widget('a', { size: 'S' }, { labels: { a: '1', b: '2' } }));
    await apply('other', widget('a', {}, { labels: { c: '3' } }));
    const { object } = await apply('flotilla', widget('a', { size: 'S' }));
    expect(object.metadata.labels).toEqual({ c: '3' });
    expect(object.metadata.uid).toBeDefined();
  });

  it('keeps status and its managers apart', async () => {
    const { apply, create, service, ctx, of } = await kit();
    const made = await create(widget('a', { size: 'S' }));
    const said = await apply('watcher', { ...widget('a', { size: 'L' }), status: { replicas: 2 } }, { subresource: 'status' });
    expect(said.object).toMatchObject({ spec: { size: 'S' }, status: { replicas: 2 } });
    expect(managers(said.object)).toEqual(['watcher Apply status', 'kubectl Update']);
    const patched = await service.patch(ctx, { ...of(made), subresource: 'status' }, { type: 'merge', body: { status: { replicas: 4 } } }, { fieldManager: 'ctl' });
    expect(managers(patched.object)).toEqual(['ctl Update status', 'kubectl Update'].sort());
    const config = { ...widget('a', { size: 'S' }), status: { replicas: 9 } };
    expect((await apply('flotilla', config)).object.status).toEqual({ replicas: 4 });
  });

  it('notes a scale as its own manager', async () => {
    const { apply, service, ctx, of } = await kit();
    await apply('flotilla', widget('a', { replicas: 2 }));
    await service.patch(ctx, { ...of(widget('a', {})), subresource: 'scale' }, { type: 'merge', body: { spec: { replicas: 7 } } }, { fieldManager: 'hpa' });
    const answer = await refusal(apply('flotilla', widget('a', { replicas: 2 })));
    expect(answer.message).toContain('conflict with "hpa" with subresource "scale" using example.com/v1');
  });

  it.each([
    ['a field that is not there', widget('a', { colour: 'red' }), 400, '.spec.colour: field not declared in schema'],
    ['managedFields of its own', widget('a', {}, { managedFields: [{}] }), 400, 'managedFields must be nil'],
    ['another version', { ...widget('a', {}), apiVersion: 'example.com/v2' }, 400, 'invalid object type'],
    ['a uid of nobody', widget('a', {}, { uid: 'x' }), 409, 'uid mismatch'],
    ['wrong types', widget('a', { replicas: 'x' }), 400, '.spec.replicas: expected numeric (int or float), got string'],
    ['an item twice', { ...widget('a', {}), metadata: { name: 'a', namespace: 'default', finalizers: ['a/b', 'a/b'] } }, 400, '.metadata.finalizers: duplicate entries for key [="a/b"]'],
  ])('refuses %s', async (_what, body, code, words) => {
    const { service, ctx, of } = await kit();
    const call = service.patch(ctx, of(widget('a', {})), { type: 'apply', body }, { fieldManager: 'flotilla' });
    const answer = await refusal(call);
    expect(answer.code).toBe(code);
    expect(answer.message).toContain(words);
  });

  it('needs a manager', async () => {
    const { service, ctx, of } = await kit();
    expect(await refusal(service.patch(ctx, of(widget('a', {})), { type: 'apply', body: widget('a', {}) }, {}))).toMatchObject({ code: 422 });
  });

  it('knows the fields from before the first apply', async () => {
    const { apply, create, service, ctx, of } = await kit();
    const made = await create(widget('a', { size: 'S' }));
    const reset = await service.patch(ctx, of(made), { type: 'merge', body: { metadata: { managedFields: [] } } }, {});
    expect(reset.object.metadata.managedFields).toBeUndefined();
    expect((await refusal(apply('flotilla', widget('a', { size: 'L' })))).message).toContain('"before-first-apply"');
  });

  it('lets kubectl move its entries to an applier by patching managedFields', async () => {
    const { apply, create, service, ctx, of } = await kit();
    const made = await create(widget('a', { size: 'S', replicas: 2 }));
    const moved = made.metadata.managedFields!.map(entry => ({ ...entry, manager: 'kubectl', operation: 'Apply' }));
    const { object } = await service.patch(ctx, of(made), { type: 'json', body: [{ op: 'replace', path: '/metadata/managedFields', value: moved }] }, {});
    expect(managers(object)).toEqual(['kubectl Apply']);
    expect((await apply('kubectl', widget('a', { replicas: 2 }))).object.spec).toEqual({ replicas: 2 });
  });

  it('works on built-in kinds', async () => {
    const { apply } = await kit();
    await apply('one', configMap('c', { a: '1' }));
    await apply('two', configMap('c', { b: '2' }));
    const { object } = await apply('one', configMap('c', {}));
    expect(object.data).toEqual({ b: '2' });
  });

  it('owns what it says is empty', async () => {
    const { apply } = await kit();
    await apply('one', configMap('c', {}));
    expect(await refusal(apply('two', { ...configMap('c'), immutable: null, data: 'x' }))).toMatchObject({ code: 400 });
    const { object } = await apply('one', { ...configMap('c', {}), binaryData: {} });
    expect(object.metadata.managedFields![0].fieldsV1).toEqual({ 'f:binaryData': {}, 'f:data': {} });
    expect(object.binaryData).toBeUndefined();
  });

  it('writes nothing on a dry run', async () => {
    const { service, ctx, of, storage } = await kit();
    const before = await storage.version();
    const target = of(widget('a', {}));
    const { object } = await service.patch(ctx, target, { type: 'apply', body: widget('a', { size: 'S' }) }, { fieldManager: 'x', dryRun: true });
    expect(object.spec.size).toBe('S');
    expect(await storage.version()).toBe(before);
  });

  it.each([['too long', 'x'.repeat(129)], ['unprintable', 'a\nb']])('refuses a manager that is %s', async (_what, fieldManager) => {
    const { apply } = await kit();
    expect(await refusal(apply(fieldManager, widget('a', {})))).toMatchObject({ code: 422 });
  });

  it('puts the oldest updaters together, so that managers do not grow without end', async () => {
    const { create, service, ctx, of, clock } = await kit();
    const made = await create(configMap('c', { k: '0' }));
    let object = made;
    for (let index = 1; index <= 15; index++) {
      clock.now = new Date(clock.now.getTime() + 1000);
      const body = { data: { [`k${index}`]: 'x' } };
      ({ object } = await service.patch(ctx, of(made), { type: 'merge', body }, { fieldManager: `m${index}` }));
    }
    expect(object.metadata.managedFields).toHaveLength(10);
    expect(managers(object)[0]).toBe('ancient-changes Update');
  });
});

describe('a definition that grew stricter', () => {
  it('lets a status be written on an object it would refuse now, and no new mistake', async () => {
    const { create, service, ctx, of } = await kit();
    const made = await create(widget('a', { size: 'huge' }));
    const strict = { op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/enum', value: ['S', 'L'] };
    await service.patch(ctx, of(widgetCrd(spec)), { type: 'json', body: [strict] }, {});
    const status = { ...of(made), subresource: 'status' as const };
    expect((await service.patch(ctx, status, { type: 'merge', body: { status: { replicas: 1 } } }, {})).object.status).toEqual({ replicas: 1 });
    expect(await refusal(service.patch(ctx, of(made), { type: 'merge', body: { spec: { size: 'vast' } } }, {}))).toMatchObject({ code: 422 });
  });
});
