/** The way into a cluster, on the whole control plane: rights, the end of credentials, and the next token in time. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Knex } from 'knex';
import { readKubeconfig } from '../clusters';
import { rulesOf, type RightsRule } from '../model/memberRights';
import { sqlite } from '../store/testbed';
import { AccountMember } from './testing/AccountMember';
import { testCertificates } from './testing/scene';
import { aCluster, aComponent, aFleet, anApplication, kubeconfigSecret, namespace, on } from './testing/shop';
import { TestHub, until } from './testing/TestHub';

jest.setTimeout(60_000);

const HOUR = 3600;
let member: AccountMember;
let hub: TestHub;
let knex: Knex;
const cluster = (mode = 'Manage', spec: object = {}) => aCluster('a', {}, { mode, ...spec });

/** A hub that signs in to a member with a token of this age and life, in seconds. */
async function begin(rules: RightsRule[], { age = 0, life = 24 * HOUR, mode = 'Manage', spec = {} } = {}): Promise<string> {
  member = await AccountMember.open(await testCertificates(), rules);
  knex = sqlite(':memory:');
  hub = await TestHub.open({ knex });
  const iat = Math.floor(Date.now() / 1000) - age;
  const token = member.token(iat, iat + life);
  await hub.apply(namespace('shop'), kubeconfigSecret('a', member.kubeconfig(token)), cluster(mode, spec), aFleet(['a']));
  return token;
}
afterEach(async () => {
  await hub.close();
  await member.close();
  await knex.destroy();
});

const findings = async (): Promise<any[]> => (await hub.get(cluster()))?.status?.findings ?? [];
const found = async (code: string) => (await findings()).filter(each => each.code === code);
const ready = () => until(async () => (await hub.condition(cluster(), 'Ready')).startsWith('True Healthy') || hub.condition(cluster(), 'Ready'));
const storedToken = async () => {
  const secret = (await hub.stores.resources.get({ group: '', resource: 'secrets', namespace: 'kurator-system', name: 'a-key' })) as KubeObject;
  const reading = readKubeconfig(Buffer.from(secret.data!.kubeconfig, 'base64').toString(), { allowLoopback: true });
  return reading.ok ? reading.credentials.token : undefined;
};
const events = async (reason: string) => (await hub.stores.resources.list({ group: '', resource: 'events' }, {})).items.filter(event => event.reason === reason);

describe('with exactly the published roles', () => {
  it('an application is placed, changed and removed, and nothing is ever refused', async () => {
    await begin(rulesOf('observe', 'manage', 'tidy', 'token'));
    const app = anApplication([aComponent('api', on('a'))]);
    await hub.apply(app);
    await until(async () => (await member.get('apps/v1', 'Deployment', 'shop', 'api')) !== undefined);
    await hub.delete(app);
    await until(async () => (await member.get('apps/v1', 'Deployment', 'shop', 'api')) === undefined && (await hub.get(app)) === undefined);
    await until(() => hub.observer.seen('a')?.apis !== undefined);
    expect([member.refused, await found('RightsMissing')]).toEqual([[], []]);
  });

  it('Observe is enough to look, and needs no right to write', async () => {
    await begin(rulesOf('observe'), { mode: 'Observe' });
    await until(async () => hub.observer.listed('a', { apiVersion: 'apps/v1', kind: 'Deployment' }) && (await hub.get(cluster()))?.status?.credentials !== undefined);
    await until(() => hub.observer.seen('a')?.apis !== undefined);
    expect([member.refused, await findings()]).toEqual([[], []]);
  });
});

describe('missing rights', () => {
  it('are named, with what does not work and the line that gives them', async () => {
    await begin(rulesOf('observe').filter(rule => !rule.resources?.includes('nodes')), { mode: 'Observe' });
    await until(async () => (await found('RightsMissing')).length > 0);
    expect((await found('RightsMissing')).map(({ because, remedy }) => [because, remedy])).toEqual([[
      'its account may not list, watch nodes: its room and taints are not known',
      'kubectl create clusterrole flotilla-nodes --verb=list,watch --resource=nodes && kubectl create clusterrolebinding flotilla-nodes --clusterrole=flotilla-nodes --serviceaccount=flotilla-system:flotilla',
    ]]);
    expect((await events('RightsMissing')).map(each => each.message)).toEqual([expect.stringMatching(/^its account may not list, watch nodes: .*To mend it: kubectl create clusterrole flotilla-nodes /)]);
  });

  it('are one thing to do where an account for looking is to manage', async () => {
    await begin(rulesOf('observe'));
    await until(async () => (await found('RightsMissing')).length > 0);
    expect((await found('RightsMissing')).map(({ because, remedy }) => [because, remedy])).toEqual([[expect.stringMatching(/^its account may only read, and the mode is Manage: /), 'npm run join -- --name a --mode Manage']]);
  });
});

describe('a token of a ServiceAccount', () => {
  const withToken = rulesOf('observe', 'token');

  it('in the first two thirds of its life is left alone, and its end is shown', async () => {
    const token = await begin(withToken, { mode: 'Observe', age: 15 * HOUR });
    await until(async () => (await hub.get(cluster()))?.status?.credentials !== undefined);
    expect((await hub.get(cluster()))?.status?.credentials).toEqual({ kind: 'ServiceAccountToken', expiresAt: expect.stringMatching(/^\d{4}-.*Z$/), renewsAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect([await storedToken(), await findings()]).toEqual([token, []]);
  });

  it('is renewed after that; the connection stays, the Secret holds the new one, and it is on record', async () => {
    const token = await begin(withToken, { mode: 'Observe', age: 17 * HOUR });
    await until(async () => hub.directory.get('a') !== undefined);
    const connection = hub.directory.get('a');
    await until(async () => (await storedToken()) !== token);
    const next = (await storedToken())!;
    await until(() => member.seen.has(next) && hub.directory.credentials('a')!.expiresAt! > Date.now() + 23 * HOUR * 1000);
    await ready();
    expect(hub.directory.get('a')).toBe(connection);
    const [entry] = (await hub.stores.activity.list({ resource: 'secrets', name: 'a-key' })).filter(each => each.verb === 'renew');
    expect(entry).toMatchObject({ actor: 'flotilla-engine', outcome: 'done', why: expect.stringContaining('a new token of flotilla-system/flotilla in cluster a') });
    expect(JSON.stringify([entry, await events('TokenRenewed'), hub.logged])).not.toContain(next.slice(0, 40));
    expect((await events('TokenRenewed')).length).toBe(1);
    expect(await found('TokenNotRenewed')).toEqual([]);
  });

  it('that cannot be renewed stays in use, and that is said long before the end', async () => {
    await begin(withToken, { mode: 'Observe', age: 15 * HOUR });
    member.refuseTokens = 500;
    const iat = Math.floor(Date.now() / 1000) - 18 * HOUR;
    await hub.apply(kubeconfigSecret('a', member.kubeconfig(member.token(iat, iat + 24 * HOUR))));
    await until(async () => (await found('TokenNotRenewed')).length > 0);
    await ready();
    expect((await found('TokenNotRenewed'))[0].because).toMatch(/could not be renewed since .* \(planted 500\); it is tried again, and the token ends at/);
  });

  it('is not replaced by one that does not work', async () => {
    const token = await begin(withToken, { mode: 'Observe', age: 15 * HOUR });
    member.givesDuds = true;
    const iat = Math.floor(Date.now() / 1000) - 18 * HOUR;
    const old = member.token(iat, iat + 24 * HOUR);
    await hub.apply(kubeconfigSecret('a', member.kubeconfig(old)));
    await until(async () => (await found('TokenNotRenewed')).length > 0);
    expect((await found('TokenNotRenewed'))[0].because).toContain('the new token does not work: it does not know our credentials (401)');
    expect([await storedToken(), token === old]).toEqual([old, false]);
  });

  it('is left alone where the Cluster says Never, and the end is warned of', async () => {
    const token = await begin(withToken, { mode: 'Observe', age: 20 * HOUR, spec: { credentials: { renewal: 'Never' } } });
    await until(async () => (await found('CredentialsEnd')).length > 0);
    expect((await found('CredentialsEnd'))[0]).toMatchObject({ because: expect.stringMatching(/^its token ends at .* UTC: make a new token, or put new credentials/), remedy: 'npm run join -- --name a' });
    expect((await hub.get(cluster()))?.status?.credentials.renewsAt).toBeUndefined();
    expect([await storedToken(), (await events('CredentialsEnd')).length]).toEqual([token, 1]);
  });

  it('that has ended leads to SignInNeeded, with what to do', async () => {
    await begin(withToken, { mode: 'Observe', age: 30 * HOUR });
    await until(async () => (await hub.condition(cluster(), 'Ready')).includes('SignInNeeded'));
    expect(await hub.condition(cluster(), 'Ready')).toMatch(/^False SignInNeeded: .*the token in its kubeconfig expired at/);
    await until(async () => (await found('CredentialsEnded')).length > 0);
    expect(member.seen.size).toBe(0);
  });
});

describe('who a cluster is', () => {
  it('a second name for it is held, both are named, and nothing is placed there by that name', async () => {
    const token = await begin(rulesOf('observe', 'manage'));
    await ready();
    const second = aCluster('b');
    await hub.apply(kubeconfigSecret('b', member.kubeconfig(token)), second);
    await until(async () => (await hub.condition(second, 'Ready')).startsWith('False Held'));
    expect(await hub.condition(second, 'Ready')).toMatch(/^False Held: b and a are the same cluster \(kube-system has UID .*\); a was first$/);
    expect(await hub.condition(cluster(), 'Ready')).toMatch(/^True Healthy/);
  });

  it('another cluster at its address is held, and nothing is read from it', async () => {
    await begin(rulesOf('observe'), { mode: 'Observe' });
    await until(async () => (await hub.get(cluster()))?.status?.uid !== undefined);
    const other = await AccountMember.open(await testCertificates(), rulesOf('observe'));
    const now = Math.floor(Date.now() / 1000);
    await hub.apply(kubeconfigSecret('a', other.kubeconfig(other.token(now, now + HOUR))));
    await until(async () => (await hub.condition(cluster(), 'Ready')).startsWith('False Held'));
    expect(await hub.condition(cluster(), 'Ready')).toContain('another cluster answers');
    await other.close();
  });
});
