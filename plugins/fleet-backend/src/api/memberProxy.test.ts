import { createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import { connect as connectTo, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { kindDefinitions } from '@flotilla/backstage-plugin-fleet-common';
import { createKubeHandler, createRegistry, Turnstile, type KubeObject, type ResourceService } from '@flotilla/kube-api';
import { answerJson, serveFaults, type FaultServer } from '../clusters/testing/faultServer';
import { testDirectory } from '../clusters/testing/openCluster';
import { MemberDoor } from '../service';
import type { Authority } from '../service';
import type { Activity } from '../store/types';
import { memberProxy } from './memberProxy';

const BASE = '/apis/fleet.kurator.dev/v1alpha1/clusters/east/proxy';
const PODS = `${BASE}/api/v1/namespaces/shop/pods`;
const everything: Authority = { check: async () => ({ allowed: true, why: '' }), reader: async () => ({ all: true }) };

interface Reply {
  code: number;
  headers: IncomingMessage['headers'];
  text: string;
}

describe('the way into a member', () => {
  const directory = testDirectory();
  const audit: Activity[] = [];
  let member: FaultServer;
  let server: Server;
  let spec: object;
  let reachable: object | undefined;

  const url = (path: string) => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, path, headers: { authorization: 'Bearer of-the-person' } as Record<string, string> });
  const call = (path: string, method = 'GET', headers: Record<string, string> = {}, body?: string) =>
    new Promise<Reply>((resolve, reject) => {
      const options = url(path);
      const request = send({ ...options, method, headers: { ...options.headers, ...headers } }, response => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('error', reject).on('end', () => resolve({ code: response.statusCode!, headers: response.headers, text }));
      });
      request.on('error', reject).end(body);
    });

  beforeAll(async () => {
    member = await serveFaults(answerJson({}));
    directory.use({ cluster: 'east', kubeconfig: member.kubeconfig });
    const registry = createRegistry({ kinds: 'hub', proxied: ({ resource }) => resource === 'clusters' });
    for (const crd of kindDefinitions) registry.addCrd(crd as unknown as KubeObject);
    const door = new MemberDoor({
      directory, authority: everything, now: () => 1, record: activity => audit.push(activity),
      observer: { seen: () => (reachable && ({ reachable } as never)) },
      clusterOf: name => (name === 'west' ? undefined : { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name }, spec }),
      redact: ({ data: _data, ...rest }) => rest as KubeObject,
    });
    const handler = createKubeHandler({
      registry, service: {} as ResourceService, authenticate: () => ({ kind: 'user', name: 'user:default/ann', groups: [] }), version: { major: '1', minor: '36', gitVersion: 'v1.36.3' },
      turnstile: new Turnstile({ watchesPerPrincipal: 2 }), proxy: memberProxy(door, { mostBytes: 100_000, stallMs: 5_000, wholeMs: 30_000 }), limits: { maxBodyBytes: 1_000 },
    });
    server = createServer(handler);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    spec = { mode: 'Manage' };
    reachable = { ok: true, since: 0, lastAnswerAt: 1 };
    member.requests.length = 0;
    audit.length = 0;
    member.behave(answerJson({ kind: 'PodList', items: [] }));
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    directory.close();
    await member.close();
  });

  it('passes on the path, the query and four headers, with the portal\'s own credentials', async () => {
    let headers: IncomingMessage['headers'] = {};
    member.behave((request, response) => {
      headers = request.headers;
      answerJson({ ok: true })(request, response);
    });
    const hostile = { cookie: 'session=1', 'x-forwarded-for': '1.2.3.4', 'x-remote-user': 'root', te: 'trailers', 'proxy-authorization': 'x', accept: 'application/json;as=Table' };
    expect(JSON.parse((await call(`${PODS}?labelSelector=a%3Db&limit=5`, 'GET', hostile)).text)).toEqual({ ok: true });
    expect(member.requests).toEqual(['GET /api/v1/namespaces/shop/pods?labelSelector=a%3Db&limit=5']);
    const { host: _host, connection: _connection, ...rest } = headers;
    expect(rest).toEqual({ accept: 'application/json;as=Table', 'user-agent': 'flotilla-test (user:default/ann)', authorization: 'Bearer fault-token' });
  });

  it('gives back no cookie, no question for credentials, and nothing a browser would run', async () => {
    member.behave((_request, response) => response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'a=b', 'www-authenticate': 'Basic', warning: '299 - "old"', location: 'x' }).end('<script>'));
    const { headers } = await call(PODS);
    expect(headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-security-policy': "default-src 'none'; sandbox", warning: '299 - "old"' });
    expect(['set-cookie', 'www-authenticate', 'location'].filter(name => name in headers)).toEqual([]);
  });

  it.each([[301], [302], [307], [401]])('an answer of %i ends here, and its place is not told', async code => {
    member.behave((_request, response) => response.writeHead(code, { location: 'http://169.254.169.254/', 'www-authenticate': 'Basic' }).end());
    const reply = await call(PODS);
    expect(reply.code).toBe(502);
    expect(JSON.stringify(reply)).not.toContain('169.254');
    expect(JSON.parse(reply.text)).toMatchObject({ kind: 'Status', message: expect.stringContaining('cluster east: ') });
  });

  it.each([[403], [404], [409], [422], [500]])('an answer of %i comes back as it is', async code => {
    member.behave(answerJson({ kind: 'Status', code, message: 'so it is' }, code));
    expect(await call(PODS)).toMatchObject({ code, text: expect.stringContaining('so it is') });
  });

  const paths: [string, number, string[]][] = [
    [`${BASE}/api/v1/../v1/secrets`, 400, []],
    [`${BASE}/api/v1/%2e%2e/secrets`, 400, []],
    [`${BASE}/api/v1/namespaces%2fshop/secrets`, 404, []],
    [`${BASE}/api/v1/namespaces/a%5c..%5cb/pods`, 400, []],
    [`${BASE}/api/v1/namespaces/a%00b/pods`, 400, []],
    [`${BASE}/api/v1/namespaces/%zz/pods`, 400, []],
    [`${BASE}//api///v1/pods`, 200, ['GET /api/v1/pods']],
    [`${BASE}/api/v1/%70ods`, 200, ['GET /api/v1/pods']],
    [`${BASE}/api/v1/namespaces/a%3Fwatch=1/pods`, 200, ['GET /api/v1/namespaces/a%3Fwatch%3D1/pods']],
    [`${BASE}/http://169.254.169.254/api/v1/pods`, 404, []],
    [`${BASE}/@evil/api/v1/pods`, 404, []],
    [`http://evil${PODS}`, 404, []],
    ['/apis/fleet.kurator.dev/v1alpha1/watch/clusters/east/proxy/api', 404, []],
    ['/apis/fleet.kurator.dev/v1alpha1/clusters/west/proxy/api', 404, []],
    ['/apis/fleet.kurator.dev/v1alpha1/fleets/x/proxy/api', 404, []],
    [`${PODS}/x/exec?command=sh`, 501, []],
    [`${BASE}/metrics`, 404, []],
  ];
  it.each(paths)('%s is answered %i', async (path, code, wanted) => {
    expect((await call(path)).code).toBe(code);
    expect(member.requests).toEqual(wanted);
  });

  it('upgrades nothing, and takes what follows for no request', async () => {
    const socket = connectTo((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`GET ${PODS} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 501 /);
    socket.destroy();
    expect(member.requests).toEqual([]);
  });

  it('writes what it is given, up to the limit of bodies, and not where the mode is Observe', async () => {
    let body = '';
    member.behave((request, response) => void request.on('data', chunk => (body += chunk)).on('end', () => answerJson({})(request, response)));
    expect((await call(PODS, 'POST', { 'content-type': 'application/json' }, '{"a":1}')).code).toBe(200);
    expect(body).toBe('{"a":1}');
    expect((await call(PODS, 'POST', {}, 'x'.repeat(2_000))).code).toBe(413);
    spec = {};
    expect(await call(PODS, 'POST', {}, '{}')).toMatchObject({ code: 403, text: expect.stringContaining('mode is Observe') });
    expect(member.requests).toEqual(['POST /api/v1/namespaces/shop/pods']);
  });

  it('gives a log on line by line while it is written, and lets go of the member when the client goes', async () => {
    let more = () => {};
    const gone = new Promise<void>(resolve =>
      member.behave((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write('one\n');
        more = () => response.write('two\n');
        response.on('close', resolve);
      }),
    );
    const request = send(url(`${PODS}/x/log?follow=true`)).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(String((await once(response, 'data'))[0])).toBe('one\n');
    more();
    expect(String((await once(response, 'data'))[0])).toBe('two\n');
    response.on('error', () => undefined);
    request.on('error', () => undefined).destroy();
    await gone;
  });

  it('lets each person have so many streams, and gives them back', async () => {
    member.behave((_request, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).write('one\n'));
    const open = async () => {
      const request = send(url(`${PODS}?watch=1`)).on('error', () => undefined).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.on('error', () => undefined).resume();
      return { request, code: response.statusCode };
    };
    const streams = [await open(), await open(), await open()];
    expect(streams.map(each => each.code)).toEqual([200, 200, 429]);
    streams.forEach(each => each.request.destroy());
    for (let tries = 0; tries < 100; tries++) {
      const again = await open();
      again.request.destroy();
      if (again.code === 200) return;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    throw new Error('no stream was given back');
  });

  it('breaks an answer off that breaks off or is endless, so that it never looks whole', async () => {
    member.behave((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"items":[');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(call(PODS)).rejects.toThrow();
    member.behave((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = () => !response.destroyed && response.write('x'.repeat(10_000), () => setImmediate(write));
      write();
    });
    await expect(call(PODS)).rejects.toThrow();
  });

  it('asks nobody who is known not to answer, and says why', async () => {
    reachable = { ok: false, since: 0, lastAnswerAt: 1, reason: 'Held', because: 'another cluster answers at its address' };
    expect(await call(PODS)).toMatchObject({ code: 503, text: expect.stringContaining('another cluster answers at its address') });
    reachable = undefined;
    expect(await call(PODS)).toMatchObject({ code: 503 });
    expect(member.requests).toEqual([]);
  });

  it('puts on record who asked what and how it ended, without the query', async () => {
    await call(`${PODS}/x/log?token=SECRET`);
    await call(`${BASE}/metrics?token=SECRET`);
    reachable = undefined;
    await call(`${PODS}?token=SECRET`, 'DELETE');
    expect(audit.map(({ actor, verb, name, outcome, why }) => `${actor} ${verb} ${name} ${outcome} ${why.split(':')[0]}`)).toEqual([
      'user:default/ann proxy get east done /api/v1/namespaces/shop/pods/x/log',
      'user:default/ann proxy get east refused /metrics',
      'user:default/ann proxy delete east failed /api/v1/namespaces/shop/pods',
    ]);
    expect(JSON.stringify(audit)).not.toContain('SECRET');
  });

  it('shows Secrets without what opens a cluster, and nothing in their place that is none', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const items = [{ metadata: { name: 'a' }, data: { value: base64('kind: Config\ncurrent-context: x') } }, { metadata: { name: 'b' }, data: { x: base64('y') } }];
    member.behave(answerJson({ kind: 'SecretList', apiVersion: 'v1', metadata: {}, items }));
    const reply = await call(`${BASE}/api/v1/secrets`, 'GET', { accept: 'application/vnd.kubernetes.protobuf' });
    expect(JSON.parse(reply.text).items).toEqual([{ metadata: { name: 'a' } }, items[1]]);
    member.behave(answerJson({ kind: 'Table', rows: [{ object: items[0] }] }));
    expect((await call(`${BASE}/api/v1/secrets`)).code).toBe(502);
  });
});
