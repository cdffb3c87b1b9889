import { forwardHeaders, forwardPath, returnedHeaders } from '../../clusters/forward';
import { readMemberRequest } from './memberRequest';
import { withoutKubeconfigs } from './memberSecrets';

const read = (method: string, url: string, upgrade = false) => {
  const [path, query = ''] = url.split('?');
  return readMemberRequest(method, path.split('/').filter(Boolean).map(decodeURIComponent), new URLSearchParams(query), upgrade);
};

describe('what a request to be passed on asks for', () => {
  const table: [string, string, object][] = [
    ['GET', '/api/v1/namespaces/shop/pods', { write: false, group: '', resource: 'pods', namespace: 'shop', streams: false, secret: false }],
    ['GET', '/api/v1/namespaces/shop/pods/x/log?follow=true', { write: false, resource: 'pods', name: 'x', subresource: 'log', streams: true }],
    ['GET', '/api/v1/namespaces/shop/pods/x/log?tailLines=5', { streams: false }],
    ['GET', '/apis/apps/v1/deployments?watch=1', { group: 'apps', resource: 'deployments', streams: true }],
    ['GET', '/apis/apps/v1/deployments?watch=0&watch=1', { streams: true }],
    ['GET', '/apis/apps/v1/deployments?watch', { streams: true }],
    ['GET', '/api/v1/namespaces/shop', { resource: 'namespaces', name: 'shop', namespace: 'shop' }],
    ['PUT', '/api/v1/namespaces/shop/status', { resource: 'namespaces', name: 'shop', subresource: 'status', write: true }],
    ['GET', '/api/v1/namespaces/shop/%73ecrets', { resource: 'secrets', secret: true }],
    ['POST', '/api/v1/namespaces/shop/serviceaccounts/x/token', { secret: true, write: true }],
    ['GET', '/apis/example.org/v1/namespaces/shop/secrets', { secret: false }],
    ['GET', '/api', { describes: true, write: false }],
    ['GET', '/apis/metrics.k8s.io/v1beta1', { describes: true }],
    ['GET', '/apis/metrics.k8s.io/v1beta1/nodes', { describes: false, resource: 'nodes' }],
    ['GET', '/openapi/v3/apis/apps/v1', { describes: true }],
    ['PATCH', '/api/v1/nodes/n1', { write: true, namespace: undefined }],
  ];
  it.each(table)('%s %s', (method, url, wanted) => {
    expect(read(method, url)).toMatchObject(wanted);
    expect(read(method, url).refused).toBeUndefined();
  });

  const refused: [string, string, number, boolean?][] = [
    ['GET', '/', 404], ['GET', '/metrics', 404], ['GET', '/logs/x', 404], ['GET', '/debug/pprof', 404], ['GET', '/version/x', 404],
    ['POST', '/version', 405], ['DELETE', '/apis/apps/v1', 405], ['OPTIONS', '/api', 405], ['TRACE', '/api/v1/pods', 405], ['CONNECT', '/api/v1/pods', 405], ['get', '/api/v1/pods', 405],
    ['GET', '/api/v1/namespaces/shop/pods/x/exec?command=sh', 501], ['POST', '/api/v1/namespaces/shop/pods/x/attach', 501], ['GET', '/api/v1/namespaces/shop/pods/x/portforward', 501],
    ['GET', '/api/v1/namespaces/shop/pods', 501, true],
    ['GET', '/api/v1/nodes/n1/proxy/exec', 405], ['GET', '/api/v1/namespaces/shop/services/https:x:443/proxy', 405], ['GET', '/api/v1/namespaces/shop/pods/x/proxy/y', 405],
    ['GET', '/apis/fleet.kurator.dev/v1alpha1/clusters/x/proxy/api/v1/secrets', 405],
    ['GET', '/api/v1/namespaces/shop/pods/x/log/more', 404], ['GET', '/api/v1/watch/namespaces/shop/secrets', 404],
    ['GET', '/api/v1/secrets?watch=true', 405], ['GET', '/api/v1/secrets?watch=T', 405],
    ['GET', '/api/v1/namespaces/a%00b/pods', 400], ['GET', '/api/v1/namespaces/a%0d%0aX:y/pods', 400], ['GET', '/api/v1/namespaces/..%5cx/pods', 400],
  ];
  it.each(refused)('%s %s is not passed on: %s', (method, url, code, upgrade = false) => {
    expect(read(method, url, upgrade).refused?.code).toBe(code);
  });

  it('whatever runs something or opens a connection needs the right to write', () => {
    for (const url of ['/api/v1/namespaces/s/pods/x/exec', '/api/v1/namespaces/s/pods/x/attach', '/api/v1/nodes/n/proxy/run', '/api/v1/namespaces/s/pods/x/portforward']) expect(read('GET', url).write).toBe(true);
    expect(read('GET', '/api/v1/pods', true).write).toBe(true);
  });
});

describe('what reaches the member', () => {
  const paths: [string[], string][] = [
    [['api', 'v1', 'pods'], '/api/v1/pods'],
    [['api', 'v1', 'namespaces', 'a b', 'x?y#z'], '/api/v1/namespaces/a%20b/x%3Fy%23z'],
    [['api', '..', '.', 'x'], '/api/%2E%2E/%2E/x'],
    [['api', 'v1', 'a/b'], '/api/v1/a%2Fb'],
    [['http:', 'evil', 'api'], '/http%3A/evil/api'],
  ];
  it.each(paths)('%j becomes %s', (path, wanted) => {
    expect(forwardPath({ path, query: '' })).toBe(wanted);
  });

  it('is four headers, printable and short', () => {
    const headers = forwardHeaders({ method: 'POST', path: [], query: '', accept: 'a\r\nAuthorization: x', contentType: 'b'.repeat(5_000), onBehalfOf: 'user:default/鄧\n', ifNoneMatch: '"e"', body: Buffer.from('{}') }, 'flotilla');
    expect(Object.keys(headers).sort()).toEqual(['accept', 'content-type', 'if-none-match', 'user-agent']);
    expect(headers.accept).toBe('aAuthorization: x');
    expect(headers['content-type']).toHaveLength(1_024);
    expect(headers['user-agent']).toBe('flotilla (user:default/)');
  });
});

describe('what comes back', () => {
  it('is no credential, no cookie, nothing of the connection, and nothing a browser runs', () => {
    const hostile = { 'set-cookie': ['a=b'], 'www-authenticate': 'Basic', authorization: 'x', location: 'http://evil', connection: 'keep-alive', 'transfer-encoding': 'chunked', upgrade: 'h2c', 'content-length': '7', 'content-encoding': 'gzip', 'access-control-allow-origin': '*', 'strict-transport-security': 'x', 'clear-site-data': '"*"', link: 'x', refresh: '0' };
    const { etag, ...headers } = returnedHeaders({ ...hostile, 'content-type': 'text/html', etag: '"e"' });
    expect(etag).toBe('"e"');
    expect(Object.keys(headers).sort()).toEqual(['cache-control', 'content-security-policy', 'content-type', 'x-content-type-options']);
    expect(headers['content-type']).toBe('application/octet-stream');
  });

  it.each(['application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'text/plain; charset=utf-8', 'application/vnd.kubernetes.protobuf', 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf'])('%s stays what it is', type => {
    expect(returnedHeaders({ 'content-type': type })['content-type']).toBe(type);
  });

  const secret = (data: object, type = 'Opaque') => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type, data });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const redact = ({ data: _data, ...rest }: any) => rest;
  it.each([
    ['its type', secret({ x: base64('y') }, 'fleet.kurator.dev/kubeconfig')],
    ['a key', secret({ 'admin.kubeconfig': base64('y') })],
    ['YAML', secret({ value: base64('apiVersion: v1\nkind: Config\nclusters: []\n') })],
    ['JSON', secret({ value: base64('{"kind":"Config","current-context":"x"}') })],
  ])('a kubeconfig by %s loses its data, alone and in a list', (_by, object) => {
    expect(withoutKubeconfigs(object, redact)).not.toHaveProperty('data');
    expect(withoutKubeconfigs({ kind: 'SecretList', items: [object, secret({ a: base64('b') })] }, redact)).toMatchObject({ items: [expect.not.objectContaining({ data: expect.anything() }), { data: { a: base64('b') } }] });
  });

  it.each([[null], ['text'], [[]], [{ kind: 'Table', rows: [] }], [{ kind: 'SecretList', items: [null] }], [{ kind: 'Secret' }], [{ kind: 'ConfigMap', metadata: {}, data: {} }]])('%j is no Secret', answer => {
    expect(withoutKubeconfigs(answer, redact)).toBeUndefined();
  });
});
