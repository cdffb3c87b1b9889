import { connect } from 'node:net';
import { KubeError, kubeError } from '../errors';
import { httpApi } from '../testing/httpApi';
import type { HttpApi } from '../testing/httpApi';

const MAPS = '/api/v1/namespaces/default/configmaps';
const map = (name: string, rest: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...rest }, data: { a: '1' } });

jest.setTimeout(60_000);

let api: HttpApi;
beforeEach(async () => {
  api = await httpApi();
});
afterEach(() => api.close());

async function take(events: AsyncGenerator<any>, count: number): Promise<any[]> {
  const found: any[] = [];
  for await (const event of events) if (found.push(event) === count) break;
  return found;
}

const shortly = (milliseconds = 30) => new Promise(resolve => setTimeout(resolve, milliseconds));

it('streams what is there and what comes, in order', async () => {
  await api.send('POST', MAPS, { body: map('a') });
  const events = await api.watch(`${MAPS}?watch=true`);
  const seen = take(events, 4);
  await api.send('POST', MAPS, { body: map('b') });
  await api.send('PATCH', `${MAPS}/a`, { type: 'application/merge-patch+json', body: '{"data":{"a":"2"}}' });
  await api.send('DELETE', `${MAPS}/a`);
  expect((await seen).map(({ type, object }) => [type, object.metadata.name])).toEqual([['ADDED', 'a'], ['ADDED', 'b'], ['MODIFIED', 'a'], ['DELETED', 'a']]);
});

it('goes on from the version of a list, through the old path too, and by name', async () => {
  const { body } = await api.send('GET', MAPS);
  await api.send('POST', MAPS, { body: map('a') });
  await api.send('POST', MAPS, { body: map('b') });
  const since = body.metadata.resourceVersion;
  const byPath = await api.watch(`/api/v1/watch/namespaces/default/configmaps/b?resourceVersion=${since}`);
  expect((await take(byPath, 1))[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } });
  const byField = await api.watch(`${MAPS}?watch=1&resourceVersion=${since}&fieldSelector=metadata.name%3Db`);
  expect((await take(byField, 1))[0].object.metadata.name).toBe('b');
});

it('is not held back by anyone in between, and ends at its time', async () => {
  const response = await fetch(`${api.url}${MAPS}?watch=true&resourceVersion=1&timeoutSeconds=1`, { headers: { authorization: 'Bearer a' } });
  expect(response.headers.get('cache-control')).toContain('no-transform');
  expect(await response.text()).toBe('');
});

it('tells a version that is too old as an event', async () => {
  const events = await take(await api.watch(`${MAPS}?watch=true&resourceVersion=999999`), 1);
  expect(events[0]).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
});

it('refuses with an ordinary answer when the service does', async () => {
  const refuse = async (error: Error) => {
    const refusing = await httpApi({ service: { ...api.service, watch: () => Promise.reject(error) } });
    await expect(refusing.watch(`${MAPS}?watch=true`)).rejects.toMatchObject({ body: { code: error instanceof KubeError ? error.code : 500 } });
    await refusing.close();
  };
  await refuse(kubeError(403, 'Forbidden', 'no'));
  await refuse(new Error('no'));
  await expect(api.watch(`${MAPS}?watch=true&resourceVersion=x`)).rejects.toMatchObject({ body: { code: 400 } });
});

it('answers a silent watch at once', async () => {
  const { body } = await api.send('GET', MAPS);
  // Warm, so that it is the answer that is timed and not the compiler.
  for (let turn = 0; turn < 3; turn++) await (await api.watch(`${MAPS}?watch=true&resourceVersion=${body.metadata.resourceVersion}`)).return(undefined);
  const started = performance.now();
  const events = await api.watch(`${MAPS}?watch=true&resourceVersion=${body.metadata.resourceVersion}&timeoutSeconds=20`);
  expect(performance.now() - started).toBeLessThan(250);
  await events.return(undefined);
});

it('tells what fails in the stream as an event', async () => {
  async function* broken(): AsyncGenerator<never> {
    throw new Error('no');
  }
  const failing = await httpApi({ service: { ...api.service, watch: async () => broken() } });
  expect(await take(await failing.watch(`${MAPS}?watch=true`), 1)).toMatchObject([{ type: 'ERROR', object: { code: 500 } }]);
  await failing.close();
});

it('shows a Table, its columns once', async () => {
  await api.send('POST', MAPS, { body: map('a') });
  await api.send('POST', MAPS, { body: map('b') });
  const events = await take(await api.watch(`${MAPS}?watch=true`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }), 2);
  expect(events.map(({ object }) => [object.kind, object.rows[0].cells[0], Boolean(object.columnDefinitions)])).toEqual([['Table', 'a', true], ['Table', 'b', false]]);
});

it('sends what enters a selector as ADDED and what leaves as DELETED', async () => {
  await api.send('POST', MAPS, { body: map('a', { labels: { on: 'yes' } }) });
  const seen = take(await api.watch(`${MAPS}?watch=true&labelSelector=on%3Dyes`), 3);
  await api.send('PATCH', `${MAPS}/a`, { type: 'application/merge-patch+json', body: '{"metadata":{"labels":{"on":"no"}}}' });
  await api.send('PATCH', `${MAPS}/a`, { type: 'application/merge-patch+json', body: '{"metadata":{"labels":{"on":"yes"}}}' });
  expect((await seen).map(each => each.type)).toEqual(['ADDED', 'DELETED', 'ADDED']);
});

it('ends with the token', async () => {
  const expiring = await httpApi({ tokens: [['a', { kind: 'user', name: 'anna', groups: [], expiresAt: Date.now() + 700 }]] });
  const started = Date.now();
  for await (const event of await expiring.watch(`${MAPS}?watch=true&resourceVersion=1`)) void event;
  expect(Date.now() - started).toBeLessThan(5_000);
  expect((await expiring.send('GET', MAPS)).code).toBe(401);
  await expiring.close();
});

it('limits the watches of one principal, and counts those that ended', async () => {
  const small = await httpApi({ limits: { watchesPerPrincipal: 1 } });
  const stop = new AbortController();
  const first = await small.watch(`${MAPS}?watch=true&resourceVersion=1`, { signal: stop.signal });
  await expect(small.watch(`${MAPS}?watch=true`)).rejects.toMatchObject({ body: { code: 429, reason: 'TooManyRequests' } });
  await small.watch(`${MAPS}?watch=true&resourceVersion=1&timeoutSeconds=1`, { token: 'b' });
  stop.abort();
  await first.next().catch(() => undefined);
  await shortly(50);
  const again = await small.watch(`${MAPS}?watch=true&resourceVersion=1&timeoutSeconds=1`);
  await again.return(undefined);
  await small.close();
});

it('cuts off a client that does not read, and serves the others', async () => {
  const strict = await httpApi({ limits: { watchStallMs: 1_000 } });
  const { hostname, port } = new URL(strict.url);
  const stalled = connect(Number(port), hostname);
  const cut = new Promise<void>(resolve => {
    stalled.on('close', () => resolve());
    stalled.on('error', () => resolve());
  });
  stalled.write(`GET ${MAPS}?watch=true&resourceVersion=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n\r\n`);
  await shortly(600);
  stalled.pause();
  const healthy = take(await strict.watch(`${MAPS}?watch=true&resourceVersion=1`), 40);
  for (let i = 0; i < 40; i++) {
    const body = { ...map(`big-${i}`), data: { a: 'x'.repeat(400_000) } };
    await strict.send('POST', MAPS, { body });
  }
  expect(await healthy).toHaveLength(40);
  for (let i = 0; i < 100 && strict.logged.length === 0; i++) await shortly(50);
  expect(strict.logged.join()).toContain('cut off');
  stalled.resume();
  await cut;
  await strict.close();
});
