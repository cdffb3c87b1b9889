import { memberClient, type MemberClient } from '../testing/memberClient';
import { openFleet, spec, type TestFleet } from '../testing/openFleet';

jest.setTimeout(60_000);

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ACCOUNT = '/api/v1/namespaces/default/serviceaccounts/portal';
const rbac = (kind: string, name: string, more: object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, ...more });
const portal = [{ kind: 'ServiceAccount', namespace: 'default', name: 'portal' }];
const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });

let fleet: TestFleet;
let kubeconfig: string;
let admin: MemberClient;

const signedIn = (token: string) => memberClient(JSON.stringify({ ...JSON.parse(kubeconfig), users: [{ name: 'portal', user: { token } }] }));
async function tokenOf(spec_: object = {}): Promise<string> {
  const { body } = await admin.send('POST', `${ACCOUNT}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: spec_ });
  return body.status.token;
}
const codeOf = async (client: MemberClient, method: string, path: string, body?: object) => (await client.send(method, path, body)).status;

beforeAll(async () => {
  fleet = await openFleet([spec('one', { latency: '0ms' })]);
  kubeconfig = fleet.clusters.get('one')!.kubeconfig();
  admin = memberClient(kubeconfig);
  await admin.send('POST', '/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'portal' } });
});
afterAll(() => fleet.close());

it('an account to which nothing is bound may ask what it may, and nothing else', async () => {
  const client = signedIn(await tokenOf());
  expect(await client.send('GET', '/api/v1/nodes')).toMatchObject({
    status: 403,
    body: { reason: 'Forbidden', message: 'nodes is forbidden: User "system:serviceaccount:default:portal" cannot list resource "nodes" in API group "" at the cluster scope' },
  });
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { verb: 'list', resource: 'nodes' } } };
  expect((await client.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)).body.status).toEqual({ allowed: false });
});

it('a role bound in the cluster is good everywhere, one bound in a namespace there, one with names for these', async () => {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'create'] }, { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] }];
  await admin.send('POST', `${RBAC}/clusterroles`, rbac('ClusterRole', 'reads', { rules: [rules[1]] }));
  await admin.send('POST', `${RBAC}/namespaces/default/roles`, rbac('Role', 'keeps', { rules: [rules[0]] }));
  await admin.send('POST', `${RBAC}/clusterrolebindings`, rbac('ClusterRoleBinding', 'reads', { subjects: portal, roleRef: roleRef('ClusterRole', 'reads') }));
  await admin.send('POST', `${RBAC}/namespaces/default/rolebindings`, rbac('RoleBinding', 'keeps', { subjects: portal, roleRef: roleRef('Role', 'keeps') }));
  const client = signedIn(await tokenOf());
  const maps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
  expect([await codeOf(client, 'GET', '/api/v1/namespaces/kube-system'), await codeOf(client, 'GET', '/api/v1/namespaces/default'), await codeOf(client, 'GET', '/api/v1/namespaces')]).toEqual([200, 403, 403]);
  expect([await codeOf(client, 'GET', maps('default')), await codeOf(client, 'GET', maps('kube-system')), await codeOf(client, 'GET', '/api/v1/configmaps')]).toEqual([200, 403, 403]);
  expect([await codeOf(client, 'POST', maps('default'), { metadata: { name: 'one' } }), await codeOf(client, 'DELETE', `${maps('default')}/one`)]).toEqual([201, 403]);
  expect(await codeOf(client, 'POST', `${ACCOUNT}/token`, {})).toBe(403);
});

it('its token is that of an account, ends when it says, and is another\'s when the account is made anew', async () => {
  const refused = await admin.send('POST', `${ACCOUNT}/token`, { spec: { expirationSeconds: 60 } });
  expect(refused).toMatchObject({ status: 422, body: { message: expect.stringContaining('may not specify a duration less than 10 minutes') } });
  expect(await codeOf(admin, 'POST', ACCOUNT.replace('portal', 'nobody').concat('/token'), {})).toBe(404);
  const token = await tokenOf({ expirationSeconds: 600 });
  const [head, body, proof] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  expect(claims).toMatchObject({ sub: 'system:serviceaccount:default:portal', exp: claims.iat + 600, 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'portal' } } });
  const code = (text: string) => codeOf(signedIn(text), 'GET', '/api');
  const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
  expect([await code(token), await code(`${head}.${forged}.${proof}`), await code(`${head}.${body}.`)]).toEqual([200, 401, 401]);
  await fleet.setFault('one', 'clock-skew 3h ahead');
  expect(await code(token)).toBe(401);
  await fleet.setFault('one', 'up');
  await admin.send('DELETE', ACCOUNT);
  expect(await code(token)).toBe(401);
  await admin.send('POST', '/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'portal' } });
  expect([await code(token), await code(await tokenOf())]).toEqual([401, 200]);
});
