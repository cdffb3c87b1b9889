/** What the product relies on where it is let in with few rights: roles, reviews, tokens, acting as somebody. Called inside a `describe`. */
import type { Member } from './memberContract';
import { eventually, memberClient, type MemberClient } from './testing/memberClient';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const AUTHORIZATION = 'authorization.k8s.io/v1';
const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });

export function accountContract(open: () => Promise<Member>): void {
  jest.setTimeout(60_000);
  const namespace = `accounts-${Math.random().toString(36).slice(2, 8)}`;
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const maps = (where: string) => `/api/v1/namespaces/${where}/configmaps`;
  const identity = '/api/v1/namespaces/kube-system';
  let member: Member;
  let admin: MemberClient;
  let made = 0;

  /** An account of its own for each test, and a client that is signed in as it. */
  async function account() {
    const name = `account-${(made += 1)}`;
    await admin.send('POST', accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
    const token = async (spec: object = {}) => admin.send('POST', `${accounts}/${name}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
    const text: string = (await token()).body.status.token;
    return { name, token, text, client: signedIn(text), full: `system:serviceaccount:${namespace}:${name}`, subject: { kind: 'ServiceAccount', namespace, name } };
  }
  const signedIn = (token: string, acting: { as?: string; 'as-groups'?: string[] } = {}) =>
    memberClient(JSON.stringify({ ...JSON.parse(member.kubeconfig), users: [{ name: 'it', user: { token, ...acting } }] }));
  const code = async (client: MemberClient, method: string, path: string, body?: object) => (await client.send(method, path, body)).status;
  const review = async (client: MemberClient, kind: string, spec: object, apiVersion = AUTHORIZATION) =>
    (await client.send('POST', `/apis/${apiVersion}/${kind.toLowerCase()}s`, { apiVersion, kind, spec })).body.status;
  const may = async (client: MemberClient, resourceAttributes: object) => (await review(client, 'SelfSubjectAccessReview', { resourceAttributes })).allowed;
  const whoIs = async (client: MemberClient) => (await review(client, 'SelfSubjectReview', {}, 'authentication.k8s.io/v1')).userInfo;

  /** Gives rights, in the namespace or everywhere. */
  async function give(subject: object, rules: object[], where?: string) {
    const [role, path] = where ? ['Role', `${RBAC}/namespaces/${where}/`] : ['ClusterRole', `${RBAC}/`];
    const metadata = { name: `${namespace}-${(made += 1)}` };
    const kind = (of: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: of, metadata });
    expect(await code(admin, 'POST', `${path}${role.toLowerCase()}s`, { ...kind(role), rules })).toBe(201);
    const binding = { ...kind(`${role}Binding`), subjects: [subject], roleRef: roleRef(role, metadata.name) };
    expect(await code(admin, 'POST', `${path}${role.toLowerCase()}bindings`, binding)).toBe(201);
    const taken = async () => {
      await admin.send('DELETE', `${path}${role.toLowerCase()}bindings/${metadata.name}`);
      await admin.send('DELETE', `${path}${role.toLowerCase()}s/${metadata.name}`);
    };
    given.push(taken);
    return taken;
  }
  const given: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    member = await open();
    admin = memberClient(member.kubeconfig);
    await admin.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }, 60_000);
  afterAll(async () => {
    for (const take of given) await take();
    await admin?.send('DELETE', `/api/v1/namespaces/${namespace}`);
    await member?.close();
  });

  it('an account to which nothing is bound may ask what it may, and nothing else', async () => {
    const { client, full } = await account();
    expect(await client.send('GET', '/api/v1/nodes')).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', message: `nodes is forbidden: User "${full}" cannot list resource "nodes" in API group "" at the cluster scope` },
    });
    expect((await client.send('GET', maps(namespace))).body.message).toBe(`configmaps is forbidden: User "${full}" cannot list resource "configmaps" in API group "" in the namespace "${namespace}"`);
    expect(await may(client, { verb: 'list', resource: 'nodes' })).toBe(false);
    expect([await code(client, 'GET', '/version'), await code(client, 'GET', '/apis'), await code(client, 'GET', '/apis/apps/v1')]).toEqual([200, 200, 200]);
    expect(await whoIs(client)).toMatchObject({ username: full, groups: expect.arrayContaining(['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']) });
  });

  it('a role bound in the cluster is good everywhere, one bound in a namespace there, one with names for these', async () => {
    const { name, client, subject } = await account();
    await give(subject, [{ apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] }]);
    await give(subject, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'create'] }], namespace);
    await eventually(async () => (await code(client, 'GET', identity)) === 200 && (await code(client, 'GET', maps(namespace))) === 200);
    expect([await code(client, 'GET', '/api/v1/namespaces/default'), await code(client, 'GET', '/api/v1/namespaces')]).toEqual([403, 403]);
    expect([await code(client, 'GET', maps('kube-system')), await code(client, 'GET', '/api/v1/configmaps')]).toEqual([403, 403]);
    expect([await code(client, 'POST', maps(namespace), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }), await code(client, 'DELETE', `${maps(namespace)}/${name}`)]).toEqual([201, 403]);
    expect(await code(client, 'POST', `${accounts}/${name}/token`, {})).toBe(403);
  });

  it('says what it may: asked for one thing, and for all in a namespace', async () => {
    const { client, subject } = await account();
    const named = { verbs: ['get'], apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'] };
    const inNamespace = { verbs: ['create', 'patch'], apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'] };
    await give(subject, [named]);
    await give(subject, [inNamespace], namespace);
    const asked = { verb: 'patch', group: 'apps', resource: 'deployments' };
    await eventually(async () => (await may(client, { ...asked, namespace })) && (await may(client, { verb: 'get', resource: 'namespaces', name: 'kube-system' })));
    expect([await may(client, asked), await may(client, { ...asked, namespace: 'default' }), await may(client, { ...asked, verb: 'delete', namespace })]).toEqual([false, false, false]);
    expect([await may(client, { ...asked, namespace, subresource: 'scale' }), await may(client, { ...asked, namespace, subresource: 'status' })]).toEqual([true, false]);
    expect(await may(client, { verb: 'get', resource: 'namespaces' })).toBe(false);
    const rulesIn = async (where: string) => review(client, 'SelfSubjectRulesReview', { namespace: where });
    const { resourceRules, nonResourceRules, incomplete } = await rulesIn(namespace);
    expect(resourceRules).toEqual(expect.arrayContaining([named, inNamespace, expect.objectContaining({ apiGroups: ['authorization.k8s.io'], verbs: ['create'] })]));
    expect(nonResourceRules.flatMap((each: any) => each.nonResourceURLs)).toEqual(expect.arrayContaining(['/api', '/apis/*', '/version']));
    expect(incomplete).toBe(false);
    expect((await rulesIn('default')).resourceRules).not.toContainEqual(inNamespace);
    expect((await review(admin, 'SelfSubjectRulesReview', { namespace })).resourceRules).toContainEqual({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
  });

  it('what is taken away is refused from then on', async () => {
    const { client, subject } = await account();
    const take = await give(subject, [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }]);
    await eventually(async () => (await code(client, 'GET', '/api/v1/nodes')) === 200);
    await take();
    await eventually(async () => (await code(client, 'GET', '/api/v1/nodes')) === 403);
    expect(await may(client, { verb: 'list', resource: 'nodes' })).toBe(false);
  });

  it('a token says whose it is and until when; none for less than ten minutes, nor of nobody', async () => {
    const { token, full, name } = await account();
    expect(await token({ expirationSeconds: 60 })).toMatchObject({ status: 422, body: { message: expect.stringContaining('may not specify a duration less than 10 minutes') } });
    expect(await code(admin, 'POST', `${accounts}/nobody/token`, { spec: {} })).toBe(404);
    const { status } = (await token({ expirationSeconds: 600 })).body;
    const claims = JSON.parse(Buffer.from(status.token.split('.')[1], 'base64url').toString('utf8'));
    expect(claims).toMatchObject({ sub: full, exp: claims.iat + 600, 'kubernetes.io': { namespace, serviceaccount: { name } } });
    expect(Date.parse(status.expirationTimestamp)).toBe(claims.exp * 1000);
    expect((await whoIs(signedIn(status.token))).username).toBe(full);
  });

  it('a token that was altered, or is meant for others, is nobody\'s', async () => {
    const { text, token } = await account();
    const [head, body, proof] = text.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
    const codes = [text, `${head}.${forged}.${proof}`, `${head}.${body}.`, (await token({ audiences: ['https://elsewhere.test'] })).body.status.token];
    expect(await Promise.all(codes.map(each => code(signedIn(each), 'GET', '/api')))).toEqual([200, 401, 401, 401]);
  });

  it('a token ends with its account, also where another of that name is made', async () => {
    const { name, client, token } = await account();
    expect(await code(client, 'GET', '/api')).toBe(200);
    await admin.send('DELETE', `${accounts}/${name}`);
    // Kubernetes keeps for seconds who a token is.
    await eventually(async () => (await code(client, 'GET', '/api')) === 401);
    await admin.send('POST', accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
    expect([await code(client, 'GET', '/api'), await code(signedIn((await token()).body.status.token), 'GET', '/api')]).toEqual([401, 200]);
  });

  it('who may act as somebody has their rights, and not its own', async () => {
    const { client, subject, full, text } = await account();
    const as = (user: string, ...groups: string[]) => signedIn(text, { as: user, 'as-groups': groups });
    const ann = as('user:default/ann', 'group:default/web');
    expect(await code(ann, 'GET', '/api')).toBe(403);
    await give(subject, [
      { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
      { apiGroups: [''], resources: ['groups'], resourceNames: ['group:default/web'], verbs: ['impersonate'] },
    ]);
    await give(subject, [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }]);
    await give({ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'group:default/web' }, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }], namespace);
    await eventually(async () => (await code(ann, 'GET', maps(namespace))) === 200 && (await code(client, 'GET', '/api/v1/nodes')) === 200);
    expect([await code(ann, 'GET', '/api/v1/nodes'), await code(client, 'GET', maps(namespace))]).toEqual([403, 403]);
    expect(await whoIs(ann)).toMatchObject({ username: 'user:default/ann', groups: expect.arrayContaining(['group:default/web', 'system:authenticated']) });
    expect([await code(as('user:default/ann', 'group:default/web', 'system:masters'), 'GET', '/api'), await code(as(full), 'GET', '/api')]).toEqual([403, 403]);
  });
}
