import { Agent, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import { coreServices, createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend, type TestBackend } from '@backstage/backend-test-utils';
import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { fleetPermissions } from '@flotilla/backstage-plugin-fleet-common';
import fleetPlugin from '.';

/** Each route of the plugin × each verb × each principal, over HTTP: routes are taken from discovery, so that a new kind is in the table at once. */

jest.setTimeout(600_000);

type Right = 'read' | 'create' | 'update' | 'delete' | 'secret.read' | 'cluster.proxy.read' | 'cluster.proxy.write';
interface Who {
  /** Absent: a token that is refused; `null`: no token at all. */
  token: string | null;
  /** Whether this principal has a right in a namespace ('' for what lies in none). */
  may(right: Right, namespace: string): boolean;
  /** What an unauthorized caller is answered everywhere. */
  unknown?: 401 | 403;
}

const nothing = () => false;
const PRINCIPALS: Record<string, Who> = {
  'nobody, without a token': { token: null, may: nothing, unknown: 401 },
  'a token that nobody gave out': { token: 'made-up', may: nothing, unknown: 401 },
  'a token that has expired': { token: 'expired', may: nothing, unknown: 401 },
  'a token for another plugin': { token: 'elsewhere', may: nothing, unknown: 403 },
  'a user without any right': { token: 'user:default/nobody', may: nothing },
  'a user who may read': { token: 'user:default/reader', may: right => right === 'read' },
  'a user who may read, in members too': { token: 'user:default/looker', may: right => right === 'read' || right === 'cluster.proxy.read' },
  'a user who may pass through, but not see Clusters': { token: 'user:default/blind', may: right => right.startsWith('cluster.proxy') },
  'the guest of the demo': { token: 'user:default/guest', may: right => right !== 'secret.read' && right !== 'cluster.proxy.write' },
  'the owner of a namespace': { token: 'user:default/owner', may: (right, namespace) => right !== 'secret.read' && namespace === 'shop' },
  'a user with every right': { token: 'user:default/root', may: () => true },
  'a static token without restrictions': { token: 'static-open', may: nothing },
  'a static token that may read': { token: 'static-read', may: right => right === 'read' },
  'a static token with every right': { token: 'static-whole', may: () => true },
};

const names = fleetPermissions.map(permission => permission.name);
const STATIC: Record<string, { permissionNames: string[] } | undefined> = {
  'static-open': undefined,
  'static-read': { permissionNames: ['fleet.read'] },
  'static-whole': { permissionNames: names },
};

/** Backstage's part: whose token it is. */
const auth = createServiceFactory({
  service: coreServices.auth,
  deps: {},
  factory: () => ({
    getNoneCredentials: async () => ({ $$type: '@backstage/BackstageCredentials', principal: { type: 'none' } }),
    isPrincipal: (credentials: any, type: string) => type === 'unknown' || credentials.principal.type === type,
    authenticate: async (token: string): Promise<any> => {
      if (token === 'elsewhere') throw new NotAllowedError('this token is for another plugin');
      if (token.startsWith('user:')) return { $$type: '@backstage/BackstageCredentials', principal: { type: 'user', userEntityRef: token } };
      if (token in STATIC) return { $$type: '@backstage/BackstageCredentials', principal: { type: 'service', subject: `external:${token}`, accessRestrictions: STATIC[token] } };
      throw new AuthenticationError(token === 'expired' ? '"exp" claim timestamp check failed' : 'Illegal token');
    },
  }) as never,
});

/** The permission policy's part. */
const permissions = (() => {
  const decide = async (queries: any[], { credentials }: any) =>
    queries.map(({ permission }) => {
      const right = permission.name.replace('fleet.', '') as Right;
      const who = PRINCIPALS[Object.keys(PRINCIPALS).find(name => PRINCIPALS[name].token === credentials.principal.userEntityRef)!];
      if (who.may(right, 'shop') === who.may(right, 'bank')) return { result: who.may(right, 'shop') ? AuthorizeResult.ALLOW : AuthorizeResult.DENY };
      return { result: AuthorizeResult.CONDITIONAL, pluginId: 'fleet', resourceType: 'fleet-resource', conditions: { rule: 'IN_NAMESPACE', resourceType: 'fleet-resource', params: { namespaces: ['shop'] } } };
    });
  return mockServices.permissions.mock({ authorize: decide as never, authorizeConditional: decide as never }).factory;
})();

interface Resource {
  group: string;
  version: string;
  name: string;
  kind: string;
  namespaced: boolean;
  verbs: string[];
}
interface Call {
  method: string;
  path: string;
  type?: string;
  body?: object;
  /** A body as it is sent, in place of one of JSON. */
  text?: string;
}
/** One row: what is called, and which answer each principal must get. */
interface Row extends Call {
  called: string;
  wanted(who: Who): 'let in' | 'refused';
}

const KUBE = '/api/fleet/kube';
const PATCHES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'];
const ENGINE_WRITTEN = ['placementdecisions', 'rollouts'];

/** Who is let in, from the product's words alone: the right of the verb, and what nobody may. */
const needing =
  (right: Right, resource: Resource, namespace: string, over: { status?: boolean; one?: boolean; json?: boolean } = {}) =>
  (who: Who): 'let in' | 'refused' => {
    const ours = resource.group.endsWith('.kurator.dev');
    if (right !== 'read' && ours && (over.status || ENGINE_WRITTEN.includes(resource.name))) return 'refused';
    // A list shows what one may see of it; whoever may see something somewhere is let in.
    const place = over.one ? namespace : ['shop', 'bank'].find(each => who.may(right, each)) ?? namespace;
    if (!who.may(right, place)) return 'refused';
    // A JSON patch can test and copy what it may not read.
    if (resource.name === 'secrets' && (right === 'read' || over.json) && !who.may('secret.read', namespace)) return 'refused';
    return 'let in';
  };

function rowsOf(resource: Resource, namespace: string): Row[] {
  const { group, version, name, kind, verbs } = resource;
  const apiVersion = group ? `${group}/${version}` : version;
  const base = `${KUBE}/${group ? 'apis' : 'api'}/${apiVersion}`;
  const [plural, subresource] = name.split('/');
  const all = resource.namespaced ? `${base}/namespaces/${namespace}/${plural}` : `${base}/${plural}`;
  const place = resource.namespaced ? namespace : '';
  const one = `${all}/one${subresource ? `/${subresource}` : ''}`;
  const body = { apiVersion, kind, metadata: { name: 'one' } };
  const dry = '?dryRun=All&fieldManager=test';
  const row = (verb: string, call: Call, right: Right, over: object = { one: true }): Row => ({ ...call, called: `${verb} ${name} in ${namespace}`, wanted: needing(right, resource, place, { status: subresource === 'status', ...over }) });
  const rows: Record<string, () => Row[]> = {
    get: () => [row('get', { method: 'GET', path: one }, 'read'), row('head', { method: 'HEAD', path: one }, 'read')],
    list: () => [row('list', { method: 'GET', path: `${all}?limit=1` }, 'read', {})],
    watch: () => [row('watch', { method: 'GET', path: `${all}?watch=1&timeoutSeconds=1&resourceVersion=0` }, 'read', {})],
    create: () => [row('create', { method: 'POST', path: all + dry, body }, 'create'), row('create of what cannot be read', { method: 'POST', path: all + dry, text: '{' }, 'create')],
    update: () => [row('update', { method: 'PUT', path: one + dry, body }, 'update')],
    patch: () => PATCHES.map(type => row(`patch (${type})`, { method: 'PATCH', path: one + dry, type, body: type.includes('json-patch') ? [] : body }, 'update', { one: true, json: type.includes('json-patch') })),
    delete: () => [row('delete', { method: 'DELETE', path: one + dry }, 'delete')],
    deletecollection: () => [row('deletecollection', { method: 'DELETE', path: all + dry }, 'delete')],
  };
  return verbs.flatMap(verb => rows[verb]());
}

const signedIn = () => 'let in' as const;
const readers = (who: Who) => (who.may('read', 'shop') || who.may('read', 'bank') ? 'let in' : 'refused');

describe('every route of the plugin, asked by everybody', () => {
  let backend: TestBackend;
  let port: number;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  const call = (who: Who, { method, path, type = 'application/json', body, text: sent = body && JSON.stringify(body) }: Call) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { ...(who.token === null ? {} : { Authorization: `Bearer ${who.token}` }), ...(sent ? { 'Content-Type': type } : {}) };
      const request = send({ port, host: '127.0.0.1', method, path, headers, agent }, response => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('end', () => resolve({ status: response.statusCode!, text }));
      });
      request.on('error', reject).end(sent);
    });

  beforeAll(async () => {
    const config = mockServices.rootConfig.factory({ data: { fleet: { encryption: { keys: [{ id: 'a', secret: Buffer.alloc(32, 7).toString('base64') }] }, kube: { limits: { requestsPerSecond: 100_000 } } } } });
    backend = await startTestBackend({ features: [fleetPlugin, auth, permissions, httpAuthServiceFactory, config] });
    port = (backend.server.address() as AddressInfo).port;
    const root = PRINCIPALS['a user with every right'];
    for (const name of ['shop', 'bank']) {
      await call(root, { method: 'POST', path: `${KUBE}/api/v1/namespaces`, body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
      for (const kind of ['Secret', 'ConfigMap']) {
        const made = await call(root, { method: 'POST', path: `${KUBE}/api/v1/namespaces/${name}/${kind.toLowerCase()}s`, body: { apiVersion: 'v1', kind, metadata: { name: 'one' } } });
        expect(made.status).toBe(201);
      }
    }
  });

  afterAll(async () => {
    agent.destroy();
    await backend?.stop();
  });

  async function discovered(): Promise<Resource[]> {
    const read = async (path: string) => JSON.parse((await call(PRINCIPALS['a user with every right'], { method: 'GET', path: KUBE + path })).text);
    const { groups } = await read('/apis');
    const versions: [string, string][] = [['', 'v1'], ...groups.flatMap((each: any) => each.versions.map(({ version }: any): [string, string] => [each.name, version]))];
    const lists = await Promise.all(versions.map(async ([group, version]) => (await read(group ? `/apis/${group}/${version}` : '/api/v1')).resources.map((each: any) => ({ ...each, group, version }))));
    return lists.flat();
  }

  /** Asks each row as everybody; gives the answers that are not as they should be. */
  async function wrongAnswers(rows: Row[]): Promise<string[]> {
    const wrong: string[] = [];
    const asked = rows.flatMap(row => Object.entries(PRINCIPALS).map(([name, who]) => ({ row, name, who })));
    const next = asked.values();
    const worker = async () => {
      for (const { row, name, who } of next) {
        const { status, text } = await call(who, row);
        const wanted = who.unknown ?? (row.wanted(who) === 'refused' ? 403 : 'let in');
        const found = status === 401 || status === 403 ? status : 'let in';
        const isStatus = !row.path.startsWith(KUBE) || row.method === 'HEAD' || status < 400 || JSON.parse(text).kind === 'Status';
        if (found !== wanted || (status >= 500 && status !== 501) || !isStatus) wrong.push(`${name}: ${row.called} (${row.method} ${row.path}): wanted ${wanted}, found ${status} ${text.slice(0, 160)}`);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    return wrong;
  }

  it('reads and writes of every kind let in whom the rights let in, and nobody else', async () => {
    const resources = await discovered();
    const reviews = resources.filter(({ kind }) => kind.startsWith('SelfSubject'));
    const kinds = resources.filter(resource => !reviews.includes(resource) && resource.name !== 'clusters/proxy');
    expect(kinds.length).toBeGreaterThan(40);
    const rows = kinds.flatMap(resource => (resource.namespaced ? ['shop', 'bank'] : ['']).flatMap(namespace => rowsOf(resource, namespace)));
    expect(await wrongAnswers(rows)).toEqual([]);
  });

  it('the way into a member lets in who may read its Cluster and pass through, and to Secrets who may read those', async () => {
    expect((await discovered()).find(({ name }) => name === 'clusters/proxy')).toMatchObject({ kind: 'Cluster', verbs: ['create', 'delete', 'get', 'patch', 'update'] });
    const shop = '/api/v1/namespaces/shop';
    const paths: [path: string, secret?: boolean][] = [
      [''], ['/api'], ['/apis'], ['/apis/apps/v1'], ['/openapi/v3'], ['/version'], ['/nowhere'], ['/api/v1/pods'], ['/api/v1/nodes/n1'], [`${shop}/pods`], [`${shop}/pods?watch=1`],
      [`${shop}/pods/x/log?follow=true`], [`${shop}/pods/x/exec?command=sh`], [`${shop}/pods/x/portforward`], [`${shop}/services/x/proxy/y`], ['/apis/apps/v1/namespaces/shop/deployments/x/scale'],
      [`${shop}/secrets`, true], [`${shop}/secrets/x`, true], ['/api/v1/secrets?watch=1', true], ['/api/v1/namespaces/shop/%73ecrets', true], [`${shop}/serviceaccounts/x/token`, true],
      ['/apis/fleet.kurator.dev/v1alpha1/clusters/x/proxy/api/v1/secrets'],
    ];
    const connects = /exec|portforward|proxy/;
    const rows = paths.flatMap(([path, secret]) => ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'].map((method): Row => ({
      called: 'pass through', method, path: `${KUBE}/apis/fleet.kurator.dev/v1alpha1/clusters/one/proxy${path}`,
      wanted: who => {
        const right = (method === 'GET' || method === 'HEAD') && !connects.test(path) ? 'cluster.proxy.read' : 'cluster.proxy.write';
        return who.may('read', '') && who.may(right, '') && (!secret || who.may('secret.read', '')) ? 'let in' : 'refused';
      },
    })));
    expect(await wrongAnswers(rows)).toEqual([]);
  });

  it('questions about oneself are answered to all who are signed in', async () => {
    const review = (kind: string, spec?: object, group = 'authorization.k8s.io'): Row => ({ called: kind, method: 'POST', path: `${KUBE}/apis/${group}/v1/${kind.toLowerCase()}s`, body: { apiVersion: `${group}/v1`, kind, spec }, wanted: signedIn });
    const rows = [
      review('SelfSubjectAccessReview', { resourceAttributes: { verb: 'get', resource: 'secrets' } }),
      review('SelfSubjectRulesReview', { namespace: 'shop' }),
      review('SelfSubjectReview', undefined, 'authentication.k8s.io'),
    ];
    expect(await wrongAnswers(rows)).toEqual([]);
  });

  it('discovery, schemas and paths that are not there are answered to all who are signed in', async () => {
    const paths = ['/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1', '/openapi/v3', '/openapi/v3/api/v1', '/openapi/v2', '/apis/none.example/v1/things', '/nowhere', '/metrics', '/logs', '/api/v1/namespaces/shop/configmaps/one/exec', '/api/v1/namespaces/shop/secrets/one/nothing', '/api/v1/watch/namespaces/none/pods/x/log'];
    const rows = paths.flatMap(path => ['GET', 'POST', 'DELETE'].map((method): Row => ({ called: 'describe', method, path: KUBE + path, wanted: signedIn })));
    // `/watch/` and DELETE on a resource's path are real verbs, which the first table holds.
    expect(await wrongAnswers(rows)).toEqual([]);
  });

  it('whether it is there and which version it is, is told to everybody', async () => {
    for (const path of ['/version', '/healthz', '/livez', '/readyz']) {
      for (const who of Object.values(PRINCIPALS)) expect([path, (await call(who, { method: 'GET', path: KUBE + path })).status]).toEqual([path, 200]);
    }
  });

  it('the pages’ reads need the right to read', async () => {
    const views = ['/views/fleets', '/views/clusters', '/views/clusters/none', '/views/applications', '/views/placements/application/shop/none', '/views/placements/application/shop/none/api/verdicts/none'];
    const rows = views.map((path): Row => ({ called: 'a page', method: 'GET', path: `/api/fleet${path}`, wanted: readers }));
    expect(await wrongAnswers(rows)).toEqual([]);
    // How to connect is for all who are signed in: what they may do there is another matter.
    expect(await wrongAnswers([{ called: 'a page', method: 'GET', path: '/api/fleet/views/connect', wanted: signedIn }])).toEqual([]);
  });
});
