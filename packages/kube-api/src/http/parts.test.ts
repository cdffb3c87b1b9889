import { duplicateKeys } from './duplicateKeys';
import { acceptsJson, negotiate } from './negotiate';
import { parseRoute } from './route';
import { Turnstile } from './turnstile';
import { Warnings } from './warnings';

describe('parseRoute', () => {
  it.each([
    ['/version', { at: 'version' }],
    ['/livez/ping', { at: 'health' }],
    ['/api', { at: 'api' }],
    ['/apis/', { at: 'apis' }],
    ['/apis/apps', { at: 'group', group: 'apps' }],
    ['/api/v1', { at: 'resources', group: '', version: 'v1' }],
    ['/openapi/v3/apis/apps/v1', { at: 'openapiDocument', groupVersion: 'apis/apps/v1' }],
    ['/api/v1/namespaces', { at: 'resource', resource: 'namespaces', name: undefined, namespace: undefined }],
    ['/api/v1/namespaces/x', { at: 'resource', resource: 'namespaces', name: 'x', namespace: undefined }],
    ['/api/v1/namespaces/x/status', { at: 'resource', resource: 'namespaces', name: 'x', subresource: 'status' }],
    ['/api/v1/namespaces/x/pods', { at: 'resource', resource: 'pods', namespace: 'x', name: undefined }],
    ['/apis/apps/v1/namespaces/x/deployments/d/scale', { at: 'resource', group: 'apps', resource: 'deployments', namespace: 'x', name: 'd', subresource: 'scale' }],
    ['/api/v1/watch/pods', { at: 'resource', resource: 'pods', watch: true }],
    ['/api/v1/namespaces/x/pods/p/log/more', { at: 'unknown' }],
    ['/', { at: 'unknown' }],
  ])('%s', (path, wanted) => expect(parseRoute(path)).toMatchObject(wanted));

  it.each(['/api/v1/%', '/api/v1/pods/..', '/api/v1/pods/%2e%2e'])('refuses %s', path =>
    expect(() => parseRoute(path)).toThrow(expect.objectContaining({ code: 400 })),
  );

  it('finds nothing behind a slash that is encoded', () => expect(() => parseRoute('/api/v1/pods/a%2fb')).toThrow(expect.objectContaining({ code: 404 })));
});

describe('duplicateKeys', () => {
  it.each([
    ['{"a":1,"b":{"a":2}}', []],
    ['{"a":1,"a":2}', ['a']],
    ['{"a":{"b":[{"c":1},{"c":1,"c":2}]}}', ['a.b[1].c']],
    ['{"a":"\\"b\\":{","a":1}', ['a']],
    ['{"\\u0061":1,"a":2}', ['a']],
    ['[1,{"constructor":1}]', []],
    ['"text"', []],
  ])('%s', (text, wanted) => expect(duplicateKeys(text)).toEqual(wanted));
});

describe('negotiate', () => {
  const META = 'g=meta.k8s.io';
  it.each([
    [undefined, { media: 'application/json' }],
    ['*/*', { media: 'application/json' }],
    ['text/html, */*;q=0.8', { media: 'application/json' }],
    ['application/yaml', { media: 'application/yaml' }],
    ['application/json;q=0.1, application/yaml', { media: 'application/yaml' }],
    ['application/vnd.kubernetes.protobuf,application/json', { media: 'application/json' }],
    [`application/json;as=Table;v=v1;${META},application/json`, { as: 'Table', asVersion: 'v1' }],
    [`application/json;as=Table;v=v9;${META},application/json`, { media: 'application/json' }],
    [`application/json;as=Chair;v=v1;${META},application/json`, { media: 'application/json' }],
  ])('%s', (header, wanted) => expect(negotiate(header)).toMatchObject(wanted));

  it.each(['application/vnd.kubernetes.protobuf', 'image/png', 'application/json;q=0', `application/json;as=Chair;v=v1;${META}`])('refuses %s', header =>
    expect(() => negotiate(header)).toThrow(expect.objectContaining({ code: 406 })),
  );

  it('knows who can read plain JSON', () => {
    expect(acceptsJson('application/com.github.proto-openapi.spec.v2@v1.0+protobuf')).toBe(false);
    expect(acceptsJson('application/json, */*')).toBe(true);
  });
});

describe('warnings', () => {
  const asSent = (values: string[]) => values.map(value => Buffer.from(value, 'latin1').toString('utf8'));
  it('are quoted, said once, and keep every letter', () => {
    const warnings = new Warnings();
    ['a "b" \\', '故障 ✓', 'two\r\nlines', 'two\r\nlines'].forEach(text => warnings.add(text));
    expect(asSent(warnings.headers())).toEqual(['299 - "a \\"b\\" \\\\"', '299 - "故障 ✓"', '299 - "two lines"']);
    for (const value of warnings.headers()) expect(value).toMatch(/^[\x20-\x7e\x80-\xff]*$/);
  });

  it('stay within 4 KiB', () => {
    const warnings = new Warnings();
    for (let i = 0; i < 100; i++) warnings.add(`${i} ${'界'.repeat(300)}`);
    const sent = warnings.headers();
    expect(sent.join('').length).toBeLessThanOrEqual(4_096);
    expect(sent.length).toBeGreaterThan(3);
    expect(asSent(sent)[0]).not.toContain('\ufffd');
  });
});

describe('turnstile', () => {
  const who = (name: string, kind: 'user' | 'system' = 'user') => ({ kind, name, groups: [] });
  it('refills with time and does not count the engine', () => {
    const turnstile = new Turnstile({ watchesPerPrincipal: 1, requestsPerSecond: 2 });
    const ask = (now: number, name = 'a') => () => turnstile.countRequest(who(name), now);
    for (let i = 0; i < 4; i++) ask(1_000)();
    expect(ask(1_000)).toThrow(expect.objectContaining({ code: 429 }));
    ask(1_500)();
    expect(ask(1_500)).toThrow();
    ask(1_500, 'b')();
    for (let i = 0; i < 100; i++) turnstile.countRequest(who('engine', 'system'), 1_000);
  });

  it('lets a watch leave once', () => {
    const turnstile = new Turnstile({ watchesPerPrincipal: 2 });
    const leave = turnstile.enterWatch(who('a'));
    turnstile.enterWatch(who('a'));
    leave();
    leave();
    turnstile.enterWatch(who('a'));
    expect(() => turnstile.enterWatch(who('a'))).toThrow(expect.objectContaining({ code: 429 }));
  });
});
