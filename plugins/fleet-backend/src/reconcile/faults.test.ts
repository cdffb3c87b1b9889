/** What is said of a cluster that is broken, and what is not done, for each way in which a simulated cluster can break: the whole control plane, all ways at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULTS, serveClusters, type ClusterSpec, type Fleet } from '@flotilla/simulated-clusters';
import type { Knex } from 'knex';
import { createClusterDirectory } from '../clusters';
import { sqlite } from '../store/testbed';
import { aCluster, aComponent, aFleet, anApplication, kubeconfigSecret, namespace, on } from './testing/shop';
import { TestHub, until } from './testing/TestHub';

jest.setTimeout(120_000);

interface Row {
  fault: string;
  /** Condition Ready of the Cluster: status, reason, sentence. */
  says: RegExp;
  /** Whether what is wished meanwhile is written there; left open where it is a matter of luck. */
  obeys?: boolean;
}

const healthy = /^True Healthy: answers; 2 of 2 nodes are ready$/;
const silent = (why: string) => new RegExp(`^Unknown Unreachable: no answer since \\d\\d:\\d\\d:\\d\\d UTC: ${why}`);
const refused = (word: string, why: string) => new RegExp(`^False ${word}: no (usable )?answer since \\d\\d:\\d\\d:\\d\\d UTC: ${why}`);

const ROWS: Row[] = [
  { fault: 'down', says: silent('nothing listens at its address'), obeys: false },
  { fault: 'hang', says: silent('it did not answer within 2 s'), obeys: false },
  { fault: 'slow 3s', says: silent('it did not answer within 2 s'), obeys: false },
  { fault: 'slow 200ms', says: healthy, obeys: true },
  { fault: 'flap 500ms', says: /Healthy|Unreachable/ },
  { fault: 'loss 5% 100ms', says: healthy, obeys: true },
  { fault: 'expired-certificate', says: refused('SignInNeeded', 'the certificate it shows has expired; renew it in the cluster'), obeys: false },
  { fault: '401', says: refused('SignInNeeded', 'it does not know our credentials \\(401\\); put a valid token or certificate into the kubeconfig'), obeys: false },
  { fault: '403', says: refused('NoPermission', 'namespaces "kube-system" is forbidden'), obeys: false },
  { fault: '403 nodes', says: /^True NoPermission: answers, but v1\/Node cannot be read: nodes is forbidden/, obeys: true },
  { fault: '5xx', says: /^Unknown Unreachable: no usable answer since \d\d:\d\d:\d\d UTC: etcdserver: request timed out/, obeys: false },
  { fault: 'endless-body', says: /^Unknown Unreachable: no usable answer since \d\d:\d\d:\d\d UTC: its answer is larger than 256 KiB/, obeys: false },
  { fault: 'another-identity', says: /^False Held: .*another cluster answers at its address/, obeys: false },
  { fault: 'watch-closes 0s', says: healthy, obeys: true },
  { fault: 'watch-replays', says: healthy, obeys: true },
  { fault: 'watch-expires', says: healthy, obeys: true },
  { fault: 'nodes-down 1', says: /^True (Healthy|Degraded)/, obeys: true },
  { fault: 'lies 100', says: healthy, obeys: true },
  { fault: 'clock-skew 3h ahead', says: healthy, obeys: true },
  { fault: 'clock-skew 3h behind', says: healthy, obeys: true },
];

const nameOf = ({ fault }: Row) => fault.replace(/\W+/g, '-');
const names = ROWS.map(nameOf);
const spec = (name: string): ClusterSpec => ({
  name, provider: 'test', region: 'test-1', latency: '0ms',
  nodeGroups: [{ name: 'general', count: 2, zones: ['a'], instanceType: 'test', capacity: { cpu: '8', memory: '32Gi', pods: '110' } }],
});
/** It may go elsewhere too, and must not. */
const app = (name: string, image: string) => anApplication([aComponent(`api-${name}`, { ...on(name, 'spare'), image })], { name });

const [OLD, NEW] = ['web:1', 'web:2'];

let folder: string;
let fleet: Fleet;
let knex: Knex;
let hub: TestHub;
const standing = (name: string, cluster = name) => fleet.clusters.get(cluster)!.held({ group: 'apps', resource: 'deployments', namespace: 'shop', name: `api-${name}` });
const imageOf = async (name: string) => (await standing(name))?.spec.template.spec.containers[0].image;
const standingUids = () => Promise.all(names.map(async name => (await standing(name))?.metadata.uid));
const readyOf = (name: string) => hub.condition(aCluster(name), 'Ready');
let uids: (string | undefined)[];
let before: Map<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  fleet = await serveClusters([...names, 'spare'].map(spec), folder, () => undefined);
  knex = sqlite(':memory:');
  hub = await TestHub.open({ knex });
  const clusters = [...fleet.clusters.values()];
  await hub.apply(namespace(), ...clusters.flatMap(cluster => [kubeconfigSecret(cluster.name, cluster.kubeconfig()), aCluster(cluster.name)]), aFleet(names));
  await hub.apply(...names.map(name => app(name, OLD)));
  await until(async () => (await standingUids()).every(Boolean));
  await until(() => names.every(name => hub.observer.seen(name)?.room?.nodes === 2));
  await hub.apply(aFleet([...names, 'spare']));
  await until(async () => (await readyOf('spare')).startsWith('True'));
  uids = await standingUids();
  before = new Map(names.map(name => [name, hub.observer.seen(name)!.uid]));
  await Promise.all(ROWS.map(row => fleet.setFault(nameOf(row), row.fault)));
  await until(async () => (await Promise.all(ROWS.filter(({ says }) => says !== healthy).map(async row => row.says.test(await readyOf(nameOf(row)))))).every(Boolean)).catch(() => undefined);
  await hub.apply(...names.map(name => app(name, NEW)));
});

afterAll(async () => {
  await hub?.close();
  await fleet?.stop();
  await knex?.destroy();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(ROWS)('a cluster with fault $fault', row => {
  const name = nameOf(row);

  it('says what is wrong with it', async () => {
    expect(await readyOf(name)).toMatch(row.says);
  });

  if (row.obeys === true) it('is written to as ever', () => until(async () => (await imageOf(name)) === NEW));
  if (row.obeys === false) it('is not written to', async () => expect(await imageOf(name)).toBe(OLD));

  it('keeps its object and its facts, and nothing moves', async () => {
    expect((await standing(name))?.metadata.uid).toBe(uids[names.indexOf(name)]);
    const seen = hub.observer.seen(name)!;
    expect([seen.uid, seen.room?.nodes, seen.nodes?.value.length]).toEqual([before.get(name), 2, 2]);
    expect((await hub.stores.works.byCluster(name)).filter(({ kind }) => kind === 'Deployment')).toMatchObject([{ name: `api-${name}`, state: 'wanted' }]);
    expect(await standing(name, 'spare')).toBeUndefined();
  });
});

it('nothing is written into another cluster at the address, and nothing of it is taken for ours', async () => {
  const directory = createClusterDirectory({ policy: { allowLoopback: true }, userAgent: 'somebody', now: Date.now });
  const opened = directory.use({ cluster: 'other', kubeconfig: fleet.clusters.get('another-identity')!.kubeconfig() });
  const other = opened.ok ? await opened.value.list({ apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false }, {}) : opened;
  expect(other.ok && other.value.items.map(({ metadata }) => metadata.name)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  expect([...hub.observer.live('another-identity').values()].map(({ metadata }) => metadata.uid)).toEqual([uids[names.indexOf('another-identity')]]);
  directory.close();
});

it('when all are mended, each is Healthy and follows the wish, with the object it had', async () => {
  await Promise.all(names.map(name => fleet.setFault(name, 'up')));
  await until(async () => (await Promise.all(names.map(async name => [await readyOf(name), await imageOf(name)]))).find(([ready, image]) => !healthy.test(ready) || image !== NEW) ?? true, 60_000);
  expect(await standingUids()).toEqual(uids);
  expect((await Promise.all(names.map(name => standing(name, 'spare')))).filter(Boolean)).toEqual([]);
});

it('no way to break a cluster is left out', () => {
  const tried = new Set(ROWS.map(({ fault }) => fault.split(' ')[0]));
  expect(FAULTS.map(({ name }) => name).filter(name => !tried.has(name))).toEqual(['up']);
});
