import { request as rawRequest } from 'node:http';
import { httpApi } from '../testing/httpApi';
import type { RequestContext } from '../service';
import type { HttpApi, RequestOptions } from '../testing/httpApi';
import type { KubeHandlerOptions } from './handler';
import type { AccessAttributes } from './reviews';

const MAPS = '/api/v1/namespaces/default/configmaps';
const map = (name: string, rest: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' }, ...rest });

jest.setTimeout(60_000);

let api: HttpApi;
beforeAll(async () => {
  api = await httpApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.send('DELETE', MAPS);
});

describe('verbs', () => {
  it('creates, gets, lists, updates, patches and deletes', async () => {
    const created = await api.send('POST', MAPS, { body: map('one') });
    expect(created.code).toBe(201);
    expect(created.body.metadata).toMatchObject({ name: 'one', namespace: 'default', uid: expect.any(String) });
    expect((await api.send('GET', `${MAPS}/one`)).body).toEqual(created.body);
    const list = await api.send('GET', MAPS);
    expect(list.body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', items: [{ metadata: { name: 'one' } }] });
    const updated = await api.send('PUT', `${MAPS}/one`, { body: { ...created.body, data: { a: '2' } } });
    expect([updated.code, updated.body.data]).toEqual([200, { a: '2' }]);
    const stale = await api.send('PUT', `${MAPS}/one`, { body: { ...created.body, data: { a: '3' } } });
    expect([stale.code, stale.body.reason]).toEqual([409, 'Conflict']);
    const patched = await api.send('PATCH', `${MAPS}/one`, { type: 'application/merge-patch+json', body: '{"data":{"b":"5"}}' });
    expect(patched.body.data).toEqual({ a: '2', b: '5' });
    const deleted = await api.send('DELETE', `${MAPS}/one`);
    expect(deleted.body).toMatchObject({ kind: 'Status', status: 'Success' });
    expect((await api.send('GET', `${MAPS}/one`)).code).toBe(404);
  });

  it('lists in pages on one snapshot', async () => {
    for (const name of ['a', 'b', 'c']) await api.send('POST', MAPS, { body: map(name) });
    const first = await api.send('GET', `${MAPS}?limit=2`);
    await api.send('DELETE', `${MAPS}/c`);
    const second = await api.send('GET', `${MAPS}?limit=2&continue=${first.body.metadata.continue}`);
    expect(first.body.metadata.remainingItemCount).toBe(1);
    expect(second.body.items.map((each: any) => each.metadata.name)).toEqual(['c']);
    expect((await api.send('GET', `${MAPS}?continue=zzz`)).code).toBe(400);
  });

  it('applies only under the name and namespace it was sent to', async () => {
    const apply = (metadata: object) =>
      api.send('PATCH', `${MAPS}/applied?fieldManager=m`, { type: 'application/apply-patch+yaml', body: JSON.stringify({ ...map('x'), metadata }) });
    expect((await apply({ name: 'applied' })).code).toBe(201);
    expect((await apply({ name: 'applied', namespace: 'default' })).code).toBe(200);
    expect((await apply({ name: 'other' })).code).toBe(400);
    expect((await apply({ name: 'applied', namespace: 'other' })).code).toBe(400);
  });

  it('reads YAML, and says what is wrong with it', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n  at: 22:22\n  day: 2026-01-01\n  flag: "yes"\n';
    const made = await api.send('POST', MAPS, { type: 'application/yaml', body: yaml });
    expect([made.code, made.body.data]).toEqual([201, { at: '22:22', day: '2026-01-01', flag: 'yes' }]);
    const bad = await api.send('POST', MAPS, { type: 'application/yaml', body: 'a: [1\nb: }' });
    expect(bad.body).toMatchObject({ code: 400, reason: 'BadRequest', message: expect.stringMatching(/yaml: line [23]/) });
  });

  it('answers as YAML and pretty when asked', async () => {
    await api.send('POST', MAPS, { body: map('one') });
    const yaml = await api.send('GET', `${MAPS}/one`, { accept: 'application/yaml' });
    expect(yaml.headers.get('content-type')).toBe('application/yaml');
    expect(yaml.text).toContain('kind: ConfigMap');
    expect((await api.send('GET', `${MAPS}/one?pretty=true`)).text).toContain('\n  "kind"');
  });
});

describe('refusals are a Status', () => {
  it.each([
    ['GET', '/api/v1/nothing', {}, 404, 'NotFound'],
    ['GET', '/apis/apps/v1/pods', {}, 404, 'NotFound'],
    ['GET', '/nowhere', {}, 404, 'NotFound'],
    ['GET', '/api/v1/configmaps/x', {}, 404, 'NotFound'],
    ['GET', '/api/v1/namespaces/default/nodes', {}, 404, 'NotFound'],
    ['GET', `${MAPS}/x/scale`, {}, 404, 'NotFound'],
    ['GET', `${MAPS}/__proto__`, {}, 404, 'NotFound'],
    ['GET', '/apis/__proto__/v1/constructor', {}, 404, 'NotFound'],
    ['GET', `${MAPS}/%zz`, {}, 400, 'BadRequest'],
    ['GET', `${MAPS}/a%2Fb`, {}, 404, 'NotFound'],
    ['POST', '/api/v1/configmaps', { body: map('x') }, 405, 'MethodNotAllowed'],
    ['POST', `${MAPS}/x`, { body: map('x') }, 405, 'MethodNotAllowed'],
    ['PUT', MAPS, { body: map('x') }, 405, 'MethodNotAllowed'],
    ['POST', '/apis', {}, 405, 'MethodNotAllowed'],
    ['GET', MAPS, { token: '' }, 401, 'Unauthorized'],
    ['GET', MAPS, { token: 'guess' }, 401, 'Unauthorized'],
    ['GET', MAPS, { headers: { 'Impersonate-User': 'root' } }, 403, 'Forbidden'],
    ['GET', MAPS, { accept: 'image/png' }, 406, 'NotAcceptable'],
    ['POST', MAPS, { type: 'text/plain', body: 'x' }, 415, 'UnsupportedMediaType'],
    ['PATCH', `${MAPS}/x`, { type: 'application/json', body: '{}' }, 415, 'UnsupportedMediaType'],
    ['PATCH', `${MAPS}/x`, { type: 'application/apply-patch+cbor', body: 'x' }, 415, 'UnsupportedMediaType'],
    ['PATCH', `${MAPS}/x`, { type: 'application/apply-patch+yaml', body: '{}' }, 422, 'Invalid'],
    ['PATCH', `${MAPS}/x?force=true`, { type: 'application/merge-patch+json', body: '{}' }, 422, 'Invalid'],
    ['POST', MAPS, { type: 'application/json', body: '{"a":' }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/json', body: '' }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/json', body: new Uint8Array([0xff, 0xfe]) }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/json', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p"},"data":{"__proto__":"x"}}' }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/json', body: '['.repeat(100_000) }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/yaml', body: '['.repeat(100_000) }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/yaml', body: `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`).join('\n')}` }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/vnd.kubernetes.protobuf', body: new Uint8Array([107, 56, 115, 0, 255, 255]) }, 400, 'BadRequest'],
    ['POST', MAPS, { type: 'application/json', body: ' '.repeat(3 * 1024 * 1024 + 1) }, 413, 'RequestEntityTooLarge'],
    ['POST', `${MAPS}?dryRun=some`, { body: map('x') }, 422, 'Invalid'],
    ['POST', `${MAPS}?fieldValidation=Sometimes`, { body: map('x') }, 422, 'Invalid'],
    ['DELETE', `${MAPS}/x?propagationPolicy=Never`, {}, 422, 'Invalid'],
    ['GET', `${MAPS}?labelSelector=a%20in`, {}, 400, 'BadRequest'],
    ['GET', `${MAPS}?fieldSelector=spec.x%3D1`, {}, 400, 'BadRequest'],
    ['GET', `${MAPS}?limit=many`, {}, 400, 'BadRequest'],
    ['GET', `${MAPS}?resourceVersion=abc`, {}, 400, 'BadRequest'],
    ['POST', `${MAPS}?fieldManager=${'x'.repeat(129)}`, { body: map('x') }, 422, 'Invalid'],
    ['GET', `${MAPS}?resourceVersionMatch=Exact`, {}, 422, 'Invalid'],
  ].map(([method, path, options, code, reason], row) => ({ title: `${row}: ${method} ${String(path).slice(-60)} → ${code}`, method, path, options, code, reason })))('$title', async ({ method, path, options, code, reason }) => {
    const reply = await api.send(method as string, path as string, options as object);
    expect(reply.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason });
    expect(reply.code).toBe(code);
    expect(reply.text).not.toMatch(/node_modules|\.ts:|at [A-Z]\w+\./);
  });

  it('says how to sign in', async () => {
    expect((await api.send('GET', MAPS, { token: '' })).headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect((await api.send('GET', '/version', { token: '' })).body.gitVersion).toBe('v1.36.3');
    expect((await api.send('GET', '/readyz', { token: '' })).text).toBe('ok');
  });

  it('tells an id of its own failures and logs the rest', async () => {
    const broken = await httpApi({ service: { ...api.service, get: () => Promise.reject(new Error('secret detail')) } });
    const reply = await broken.send('GET', `${MAPS}/x`);
    expect(reply.body).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(reply.text).not.toContain('secret detail');
    const [id] = /[0-9a-f-]{36}/.exec(reply.body.message)!;
    expect(broken.logged.join()).toContain(id);
    expect(broken.logged.join()).toContain('secret detail');
    await broken.close();
  });

  it('gives up on what takes too long, and tells it to stop', async () => {
    let stopped = false;
    const get = (ctx: any) => new Promise<never>(() => ctx.signal.addEventListener('abort', () => (stopped = true)));
    const slow = await httpApi({ service: { ...api.service, get }, limits: { requestTimeoutMs: 60 } });
    const reply = await slow.send('GET', `${MAPS}/x`);
    expect(reply.body).toMatchObject({ code: 504, reason: 'Timeout' });
    expect(stopped).toBe(true);
    await slow.close();
  });

  it('slows down who asks too fast, nobody else', async () => {
    const strict = await httpApi({ limits: { requestsPerSecond: 1 } });
    const codes = [];
    for (let i = 0; i < 4; i++) codes.push((await strict.send('GET', MAPS)).code);
    expect(codes).toEqual([200, 200, 429, 429]);
    const refused = await strict.send('GET', MAPS);
    expect([refused.body.reason, refused.headers.get('retry-after')]).toEqual(['TooManyRequests', '1']);
    expect((await strict.send('GET', MAPS, { token: 'b' })).code).toBe(200);
    await strict.close();
  });
});

describe('field validation', () => {
  const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t"},"data":{"a":"1","a":"2"}}';
  it('refuses, warns of, or passes a key that stands twice', async () => {
    const strict = await api.send('POST', `${MAPS}?fieldValidation=Strict`, { type: 'application/json', body: twice });
    expect(strict.body).toMatchObject({ code: 400, message: expect.stringContaining('duplicate field "data.a"') });
    const warned = await api.send('POST', `${MAPS}?dryRun=All`, { type: 'application/json', body: twice });
    expect(warned.headers.get('warning')).toBe('299 - "duplicate field \\"data.a\\""');
    const ignored = await api.send('POST', `${MAPS}?dryRun=All&fieldValidation=Ignore`, { type: 'application/json', body: twice });
    expect([ignored.code, ignored.headers.get('warning')]).toEqual([201, null]);
  });
});

describe('other forms', () => {
  const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  it('gives tables', async () => {
    await api.send('POST', MAPS, { body: map('one') });
    const table = (await api.send('GET', MAPS, { accept: TABLE })).body;
    expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: expect.any(String) } });
    expect(table.columnDefinitions.map((each: any) => each.name)).toEqual(['Name', 'Data', 'Age']);
    expect(table.rows[0].cells.slice(0, 2)).toEqual(['one', 1]);
    expect(table.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'one' } });
    expect((await api.send('GET', `${MAPS}?includeObject=Object`, { accept: TABLE })).body.rows[0].object.data).toEqual({ a: '1' });
    expect((await api.send('GET', `${MAPS}/none`, { accept: TABLE })).body.kind).toBe('Status');
  });

  it('gives metadata alone', async () => {
    await api.send('POST', MAPS, { body: map('one') });
    const as = (kind: string) => `application/json;as=${kind};v=v1;g=meta.k8s.io`;
    const list = (await api.send('GET', MAPS, { accept: as('PartialObjectMetadataList') })).body;
    expect(list).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'one' } }] });
    expect(list.items[0].data).toBeUndefined();
    expect((await api.send('GET', `${MAPS}/one`, { accept: as('PartialObjectMetadata') })).body.kind).toBe('PartialObjectMetadata');
  });
});

describe('reviews', () => {
  it('answers whether, and what, the asker may', async () => {
    const asked: object[] = [];
    const access = async (_ctx: unknown, attributes: any) => {
      asked.push(attributes);
      return { allowed: attributes.verb === 'get', reason: 'reading only' };
    };
    const limited = await httpApi({ access });
    const spec = { resourceAttributes: { verb: 'create', resource: 'pods', namespace: 'x' } };
    const review = await limited.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec } });
    expect([review.code, review.body.status]).toEqual([201, { allowed: false, reason: 'reading only' }]);
    expect(asked[0]).toMatchObject({ verb: 'create', resource: 'pods', namespace: 'x', group: '' });
    const rules = await limited.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { body: { spec: { namespace: 'default' } } });
    expect(rules.body.status.resourceRules).toContainEqual({ verbs: ['get'], apiGroups: ['batch'], resources: ['jobs', 'cronjobs'] });
    expect((await limited.send('GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')).code).toBe(405);
    await limited.close();
  });

  it('shows the rules of a host that has some', async () => {
    const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['one'] };
    const ruled = await httpApi({ rules: async (_ctx, namespace) => ({ resourceRules: namespace === 'default' ? [rule] : [], nonResourceRules: [] }) });
    const { body } = await ruled.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { body: { spec: { namespace: 'default' } } });
    expect(body.status).toEqual({ resourceRules: [rule], nonResourceRules: [], incomplete: false });
    await ruled.close();
  });
});

describe('acting as somebody else', () => {
  const who = async (of: HttpApi, headers: Record<string, string>) => (await of.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { headers, body: {} })).body;

  it('is for the host to allow, who hears who asks and whom they name', async () => {
    const asked: object[] = [];
    const impersonate: KubeHandlerOptions['impersonate'] = async ({ name: by }, { user, groups }) => {
      asked.push({ by, user, groups });
      return { kind: 'user', name: user, groups };
    };
    const offered = await httpApi({ impersonate });
    expect((await who(offered, { 'Impersonate-User': 'carl', 'Impersonate-Group': 'web' })).status.userInfo).toEqual({ username: 'carl', groups: ['web', 'system:authenticated'] });
    expect(asked).toEqual([{ by: 'anna', user: 'carl', groups: ['web'] }]);
    expect(await who(offered, { 'Impersonate-Group': 'web' })).toMatchObject({ code: 400 });
    expect(await who(offered, { 'Impersonate-User': 'carl', 'Impersonate-Extra-Scopes': 'all' })).toMatchObject({ code: 403, message: expect.stringContaining('impersonate-extra-scopes') });
    await offered.close();
  });
});

describe('connections', () => {
  it('ends cleanly when the client goes in the middle of a body', async () => {
    const before = api.logged.length;
    await new Promise<void>(resolve => {
      const half = rawRequest(`${api.url}${MAPS}`, { method: 'POST', headers: { authorization: 'Bearer a', 'content-length': 100 } });
      half.on('error', () => resolve());
      half.write('{"a"');
      setTimeout(() => half.destroy(), 30);
    });
    await new Promise(resolve => setTimeout(resolve, 50));
    expect((await api.send('GET', MAPS)).code).toBe(200);
    expect(api.logged.length).toBe(before);
  });
});

it('tells a client that still sends that its body is too large, and cuts off one that never ends', async () => {
  const outcome = (rest: (write: (bytes: Buffer) => void, end: () => void) => void) =>
    new Promise<[number | undefined, string]>(resolve => {
      let code: number | undefined;
      const sent = rawRequest(`${api.url}${MAPS}`, { method: 'POST', headers: { authorization: 'Bearer a', 'content-type': 'application/json', 'content-length': 12 * 1024 * 1024 } });
      sent.on('response', response => {
        code = response.statusCode;
        response.resume();
      });
      sent.on('error', error => resolve([code, (error as NodeJS.ErrnoException).code!])).on('close', () => resolve([code, 'ended']));
      rest(bytes => sent.write(bytes), () => sent.end());
    });
  const megabyte = Buffer.alloc(1024 * 1024, ' ');
  expect(await outcome((write, end) => {
    for (let i = 0; i < 12; i++) write(megabyte);
    end();
  })).toEqual([413, 'ended']);
  const [code] = await outcome(write => write(megabyte));
  expect(code).toBe(413);
});

it('tells who has no right, before anything is said about what was sent', async () => {
  const asked: string[] = [];
  const access = async (ctx: RequestContext, { verb, resource, namespace, name }: AccessAttributes) => {
    asked.push(`${verb} ${resource} ${namespace}/${name}`);
    return { allowed: ctx.principal.name === 'anna', reason: 'not here' };
  };
  const strict = await httpApi({ access });
  const wrong: [string, string, RequestOptions, number][] = [
    ['POST', MAPS, { type: 'application/json', body: '{"a":' }, 400],
    ['POST', MAPS, { type: 'text/plain', body: 'x' }, 415],
    ['POST', `${MAPS}?fieldValidation=Never`, { body: map('x') }, 422],
    ['PUT', `${MAPS}/x`, { type: 'application/json', body: ' '.repeat(3 * 1024 * 1024 + 1) }, 413],
    ['PATCH', `${MAPS}/x`, { type: 'application/json', body: '{}' }, 415],
    ['DELETE', `${MAPS}/x`, { type: 'application/json', body: '[' }, 400],
    ['GET', `${MAPS}?labelSelector=(`, {}, 400],
  ];
  for (const [method, path, options, code] of wrong) {
    expect([path, (await strict.send(method, path, options)).code]).toEqual([path, code]);
    expect((await strict.send(method, path, { ...options, token: 'b' })).body).toMatchObject({ code: 403, reason: 'Forbidden', message: expect.stringContaining('User "ben" cannot') });
  }
  expect(asked).toHaveLength(2 * wrong.length);
  expect(asked[0]).toBe('create configmaps default/');
  await strict.send('POST', MAPS, { body: map('x') });
  expect(asked).toHaveLength(2 * wrong.length);
  await strict.close();
});
