import fc from 'fast-check';
import { createRegistry, createResourceService, systemContext } from '@flotilla/kube-api';
import type { Change, KubeObject, ObjectKey } from '@flotilla/kube-api';
import { randomUUID } from 'node:crypto';
import { openTestStores, testbeds } from '../testbed';

jest.setTimeout(60_000);

const RANGE = { group: 'apps', resource: 'deployments' };
const key = (name: string, namespace = 'default'): ObjectKey => ({ ...RANGE, namespace, name });
const object = (name: string, labels: Record<string, string>, replicas = 0): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels },
  spec: { replicas },
});

describe.each(testbeds)('History on $name', ({ make }) => {
  it('pages read at the version of the first page, whatever happens between them', async () => {
    const step = fc.record({ name: fc.integer({ min: 0, max: 11 }), namespace: fc.constantFrom('one', 'two'), app: fc.constantFrom('a', 'b'), remove: fc.boolean() });
    const run = fc.record({ before: fc.array(step, { maxLength: 25 }), between: fc.array(step, { maxLength: 25 }), limit: fc.integer({ min: 1, max: 5 }), select: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(run, async ({ before, between, limit, select }) => {
        const { stores: { resources }, close } = await openTestStores(await make());
        const write = async ({ name, namespace, app, remove }: typeof between[number]) => {
          const at = key(`n${name}`, namespace);
          const found = await resources.get(at);
          if (!found) await resources.create(at, object(at.name, { app }));
          else if (remove) await resources.remove(at, found.metadata.resourceVersion!);
          else await resources.update(at, object(at.name, { app }), found.metadata.resourceVersion!);
        };
        for (const each of before) await write(each);
        const options = select ? { labels: [{ key: 'app', operator: 'In' as const, values: ['a'] }] } : {};
        const whole = await resources.list(RANGE, options);
        let page = await resources.list(RANGE, { ...options, limit });
        const items = [...page.items];
        const later = [...between];
        while (page.continue) {
          for (const each of later.splice(0, 5)) await write(each);
          page = await resources.list(RANGE, { ...options, limit, continue: page.continue });
          expect(page.items.length).toBeGreaterThan(0);
          expect(page.resourceVersion).toBe(whole.resourceVersion);
          items.push(...page.items);
          if (!select) expect((page.remaining ?? 0) + items.length).toBe(whole.items.length);
        }
        expect(items).toEqual(whole.items);
        await close();
      }),
      { numRuns: 12 },
    );
  });

  it('forgets what is old and many, and says expired to those who still need it', async () => {
    const clock = { now: 1_000_000 };
    const history = { keepMs: 60_000, keepRows: 10 };
    const { stores: { resources }, knex, close } = await openTestStores(await make(), { now: () => clock.now, history, compactEveryMs: 20 });
    for (let n = 0; n < 30; n++) await resources.create(key(`n${n}`), object(`n${n}`, {}));
    const page = await resources.list(RANGE, { limit: 5 });
    await new Promise(resolve => setTimeout(resolve, 80));
    expect(Number((await knex('changes').count({ n: '*' }).first())!.n)).toBe(30);
    clock.now += 60_001;
    for (let tries = 0; tries < 200 && Number((await knex('changes').count({ n: '*' }).first())!.n) > 10; tries++) await new Promise(resolve => setTimeout(resolve, 10));
    expect(Number((await knex('changes').count({ n: '*' }).first())!.n)).toBe(10);

    const watch = (since: string) => resources.changes('all', since, new AbortController().signal)[Symbol.asyncIterator]().next();
    await expect(watch('19')).rejects.toMatchObject({ reason: 'expired' });
    await expect(watch('rubbish')).rejects.toMatchObject({ reason: 'expired' });
    expect((await watch('20')).value).toMatchObject({ version: 21 });
    // Nothing was written since the first page: it can still be continued. After the next write it cannot.
    expect((await resources.list(RANGE, { limit: 5, continue: page.continue })).items).toHaveLength(5);
    expect((await resources.list(RANGE)).items).toHaveLength(30);
    for (let n = 30; n < 45; n++) await resources.create(key(`n${n}`), object(`n${n}`, {}));
    clock.now += 60_001;
    for (let tries = 0; tries < 200 && Number((await knex('changes').count({ n: '*' }).first())!.n) > 10; tries++) await new Promise(resolve => setTimeout(resolve, 10));
    await expect(resources.list(RANGE, { limit: 5, continue: page.continue })).rejects.toMatchObject({ reason: 'expired' });
    await close();
  });

  it('lists as of an older version while history reaches back to it; then, as for watches and pages, says 410 in the words of Kubernetes', async () => {
    const clock = { now: 1_000_000 };
    const { stores: { resources }, knex, close } = await openTestStores(await make(), { now: () => clock.now, history: { keepMs: 60_000, keepRows: 2 }, compactEveryMs: 20 });
    const registry = createRegistry({ kinds: 'member' });
    const api = createResourceService({ storage: resources, registry, now: () => new Date(), uid: randomUUID });
    const target = { info: registry.byKind('apps/v1', 'Deployment')!, namespace: 'default' };
    const ctx = systemContext('test');
    for (const name of ['b', 'a', 'a-b', 'ab']) await resources.create(key(name), object(name, {}));
    await resources.remove(key('a'), (await resources.get(key('a')))!.metadata.resourceVersion!);
    const exact = { resourceVersion: '3', resourceVersionMatch: 'Exact' as const };
    const then = await api.list(ctx, target, exact);
    expect([then.metadata.resourceVersion, then.items.map(each => each.metadata.name)]).toEqual(['3', ['a', 'a-b', 'b']]);
    const page = await api.list(ctx, target, { limit: 1 });
    await resources.create(key('c'), object('c', {}));
    clock.now += 60_001;
    for (let turn = 0; turn < 300 && (Number((await knex('changes').count({ n: '*' }).first())!.n) > 2); turn++) await new Promise(resolve => setTimeout(resolve, 10));
    for (const name of ['d', 'e']) await resources.create(key(name), object(name, {}));
    clock.now += 60_001;
    for (let turn = 0; turn < 300 && (Number((await knex('changes').min({ n: 'version' }).first())!.n) < 7); turn++) await new Promise(resolve => setTimeout(resolve, 10));

    const expired = (message: string) => ({ code: 410, status: { reason: 'Expired', message } });
    await expect(api.list(ctx, target, exact)).rejects.toMatchObject(expired('The resourceVersion for the provided list is too old.'));
    await expect(api.list(ctx, target, { limit: 1, continue: page.metadata.continue })).rejects.toMatchObject(
      expired('The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.'),
    );
    const events = [];
    for await (const event of await api.watch(ctx, target, { resourceVersion: '1' })) events.push(event);
    expect(events).toEqual([{ type: 'ERROR', object: expect.objectContaining({ code: 410, reason: 'Expired', message: 'too old resource version: 1 (6)' }) }]);
    await close();
  });

  it('a watcher far behind reads from the database, in order, and hears bookmarks when nothing concerns it', async () => {
    const { stores: { resources }, close } = await openTestStores(await make(), { heartbeatMs: 40 });
    const other = { ...key('other'), resource: 'statefulsets' };
    for (let n = 0; n < 2_300; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => resources.create(key(`n${n + i}`), object(`n${n + i}`, {}))));
    }
    await resources.create(other, object('other', {}));
    const stop = new AbortController();
    const seen: Change[] = [];
    let bookmark = '';
    for await (const each of resources.changes(RANGE, '0', stop.signal)) {
      if ('version' in each) seen.push(each);
      else bookmark = each.bookmark;
      if (bookmark === '2301') break;
    }
    expect(seen.map(change => change.version)).toEqual(Array.from({ length: 2_300 }, (_, n) => n + 1));
    await close();
  });

  it('selects by fields across parts', async () => {
    const { stores: { resources }, close } = await openTestStores(await make());
    await Promise.all(Array.from({ length: 1_200 }, (_, n) => resources.create(key(`n${n}`), object(`n${n}`, {}, n % 400))));
    const fields = [{ path: 'spec.replicas', operator: '=' as const, value: '399' }];
    const first = await resources.list(RANGE, { fields, limit: 2 });
    expect(first.items.map(item => item.metadata.name)).toEqual(['n1199', 'n399']);
    const last = await resources.list(RANGE, { fields, limit: 2, continue: first.continue });
    expect([last.items.map(item => item.metadata.name), last.continue]).toEqual([['n799'], undefined]);
    const named = [{ path: 'metadata.name', operator: '=' as const, value: 'n7' }];
    expect((await resources.list({ ...RANGE, namespace: 'default' }, { fields: named })).items).toHaveLength(1);
    await close();
  });

  it('parses a hot object once', async () => {
    const { stores: { resources }, close } = await openTestStores(await make());
    await resources.create(key('a'), object('a', {}));
    const [one, two, listed] = [await resources.get(key('a')), await resources.get(key('a')), (await resources.list(RANGE)).items[0]];
    expect(one).toBe(two);
    expect(listed).toBe(one);
    await close();
  });
});
