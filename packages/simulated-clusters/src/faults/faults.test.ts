import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { connect } from 'node:tls';
import { order } from '../control';
import { serveClusters } from '../serve';
import { eventually, memberClient, type MemberClient } from '../testing/memberClient';
import { openFleet, spec, type TestFleet } from '../testing/openFleet';
import { deployment } from '../testing/simulate';
import { FAULTS, signature } from './table';

jest.setTimeout(90_000);

const MAPS = '/api/v1/namespaces/default/configmaps';
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';
const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const pause = (ms: number) => new Promise(done => setTimeout(done, ms));

let fleet: TestFleet;
let client: MemberClient;
const patient = (timeoutMs: number) => memberClient(fleet.clusters.get('one')!.kubeconfig(), timeoutMs);
const get = (path: string) => client.send('GET', path);
const uid = async () => (await get(KUBE_SYSTEM)).body.metadata.uid;
/** What came of a request: its code, or that it was broken off. */
const outcome = (path = '/version') => get(path).then(({ status }) => status, () => 'broken off' as const);
const outcomes = (count: number) => Promise.all(Array.from({ length: count }, () => outcome()));

beforeAll(async () => {
  fleet = await openFleet([spec('one', { latency: '0ms' }), spec('far', { latency: '150ms' })]);
  client = patient(10_000);
});
afterEach(async () => {
  await fleet.setFault('one', 'up');
  expect(await outcome()).toBe(200);
});
afterAll(async () => {
  await fleet.close();
  expect(fleet.said).toEqual([]);
});

describe('a cluster that is', () => {
  it('down: refuses connections, watches end; up: the same cluster is back at the same address', async () => {
    const watch = client.watch(`${MAPS}?watch=1`);
    const before = await uid();
    await fleet.setFault('one', 'down');
    await watch.ended;
    await expect(get('/version')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await fleet.setFault('one', 'up');
    expect(await uid()).toBe(before);
  });

  it('flapping: is down and up in turn', async () => {
    await fleet.setFault('one', 'flap 200ms');
    const seen: unknown[] = [];
    await eventually(async () => {
      seen.push(await outcome());
      return /broken off.*200.*broken off/.test(seen.join());
    });
  });

  it('flapping fast, and mended at any moment: it is up', async () => {
    for (let i = 0; i < 20; i += 1) {
      await fleet.setFault('one', 'flap 4ms');
      await pause(i % 7);
      await fleet.setFault('one', 'up');
      expect(await outcome()).toBe(200);
    }
  });

  it('hanging: takes connections and answers nothing; up: what waited goes on', async () => {
    await fleet.setFault('one', 'hang');
    await expect(patient(300).send('GET', '/version')).rejects.toThrow('no answer in time');
    const waiting = client.send('POST', MAPS, map('waited'));
    await pause(50);
    await fleet.setFault('one', 'up');
    expect((await waiting).status).toBe(201);
  });

  it('hanging: a watch hears nothing until the cluster goes on, and then all of it', async () => {
    const watch = client.watch(`${MAPS}?watch=1`);
    const names = () => watch.events.map(event => event.object.metadata.name);
    await client.send('POST', MAPS, map('before'));
    await eventually(() => names().includes('before'));
    const sent = client.send('POST', MAPS, map('during'));
    await fleet.setFault('one', 'hang');
    const heard = watch.events.length;
    await pause(100);
    expect(watch.events.length).toBe(heard);
    await fleet.setFault('one', 'up');
    await sent;
    await eventually(() => names().includes('during'));
    watch.stop();
  });

  it('hanging, then down: connections are refused and none is left waiting', async () => {
    await fleet.setFault('one', 'hang');
    const asked = outcome();
    await fleet.setFault('one', 'down');
    expect(await asked).toBe('broken off');
  });

  it('slow: answers that late, to everybody', async () => {
    await fleet.setFault('one', 'slow 250ms');
    const since = performance.now();
    expect(await outcome()).toBe(200);
    expect(performance.now() - since).toBeGreaterThan(249);
  });

  it('far: answers as late as its place says', async () => {
    const since = performance.now();
    await memberClient(fleet.clusters.get('far')!.kubeconfig()).send('GET', '/version');
    expect(performance.now() - since).toBeGreaterThan(149);
  });
});

describe('a cluster whose', () => {
  it('connections are lost: a share of the requests is broken off, the others are answered', async () => {
    await fleet.setFault('one', 'loss 50% 5ms');
    expect(new Set(await outcomes(60))).toEqual(new Set(['broken off', 200]));
    await fleet.setFault('one', 'loss 100% 0ms');
    expect(new Set(await outcomes(5))).toEqual(new Set(['broken off']));
    await fleet.setFault('one', 'loss 0%');
    expect(new Set(await outcomes(5))).toEqual(new Set([200]));
  });

  it('certificate has expired: no connection stands, a session of before is not taken up again', async () => {
    const { server, 'certificate-authority-data': ca } = JSON.parse(fleet.clusters.get('one')!.kubeconfig()).clusters[0].cluster;
    const handshake = (session?: Buffer) =>
      new Promise<{ error?: string; session?: Buffer }>(done => {
        const socket = connect({ host: '127.0.0.1', port: Number(new URL(server).port), ca: Buffer.from(ca, 'base64'), session });
        socket.once('session', given => {
          done({ session: given });
          socket.destroy();
        });
        socket.once('error', (error: NodeJS.ErrnoException) => done({ error: error.code }));
      });
    const { session } = await handshake();
    const watch = client.watch(`${MAPS}?watch=1`);
    await fleet.setFault('one', 'expired-certificate');
    await watch.ended;
    expect(await handshake(session)).toEqual({ error: 'CERT_HAS_EXPIRED' });
  });

  it('identity changed: other UIDs and objects, and the same again once it is mended', async () => {
    const before = await uid();
    await client.send('POST', MAPS, map('mine'));
    const watch = client.watch(`${MAPS}?watch=1`);
    await eventually(() => watch.events.some(event => event.object.metadata.name === 'mine'));
    await fleet.setFault('one', 'another-identity');
    await watch.ended;
    expect(await uid()).not.toBe(before);
    expect((await get(`${MAPS}/mine`)).status).toBe(404);
    expect((await get('/api/v1/nodes')).body.items).toHaveLength(2);
    await client.send('POST', MAPS, map('theirs'));
    await fleet.setFault('one', 'up');
    expect([await uid(), (await get(`${MAPS}/mine`)).status, (await get(`${MAPS}/theirs`)).status]).toEqual([before, 200, 404]);
  });

  it('nodes lie: what they say is so many times what is, to readers and watchers, and pods get what is', async () => {
    const [node] = (await get('/api/v1/nodes')).body.items;
    expect(node.status).toMatchObject({ capacity: { cpu: '8', memory: '32Gi' }, allocatable: { cpu: '7900m' } });
    await fleet.setFault('one', 'lies 100');
    const watch = client.watch('/api/v1/nodes?watch=1');
    const enlarged = { capacity: { cpu: '800', memory: '3200Gi', pods: '11000' }, allocatable: { cpu: '790000m' } };
    expect((await get(`/api/v1/nodes/${node.metadata.name}`)).body.status).toMatchObject(enlarged);
    expect((await get('/api/v1/nodes')).body.items[0].status).toMatchObject(enlarged);
    await eventually(() => watch.events.length === 2);
    watch.stop();
    expect(watch.events[0].object.status).toMatchObject(enlarged);
    const large = deployment('large', 1);
    large.spec.template.spec.containers[0].resources.requests.cpu = '20';
    await client.apply('/apis/apps/v1/namespaces/default/deployments/large', large);
    await eventually(async () => JSON.stringify((await get('/api/v1/pods?labelSelector=app%3Dlarge')).body).includes('Insufficient cpu'));
    await client.send('DELETE', '/apis/apps/v1/namespaces/default/deployments/large');
  });

  it('nodes are down: they say what they are told to, and are told otherwise when it is mended', async () => {
    const down = async () => (await get('/api/v1/nodes')).body.items.map((each: any) => each.metadata.annotations?.['simulated.flotilla.dev/down']);
    await fleet.setFault('one', 'nodes-down 1');
    expect(await down()).toEqual(['true', undefined]);
    await fleet.setFault('one', 'up');
    expect(await down()).toEqual([undefined, undefined]);
  });

  it.each([['ahead', 1], ['behind', -1]])('clock is %s: what it writes and says is that much off', async (way, sign) => {
    await fleet.setFault('one', `clock-skew 3h ${way}`);
    const { body } = await client.send('POST', MAPS, map(`late-${way}`));
    const off = Date.parse(body.metadata.creationTimestamp) - Date.now();
    expect(Math.abs(off - sign * 3 * 3_600_000)).toBeLessThan(60_000);
    await fleet.setFault('one', 'up');
    const after = (await client.send('POST', MAPS, map(`again-${way}`))).body.metadata.creationTimestamp;
    expect(Math.abs(Date.parse(after) - Date.now())).toBeLessThan(60_000);
  });
});

describe('a cluster that answers', () => {
  it('401: knows nobody', async () => {
    await fleet.setFault('one', '401');
    expect(await get(KUBE_SYSTEM)).toMatchObject({ status: 401, body: { kind: 'Status', reason: 'Unauthorized', code: 401 } });
  });

  it('403: refuses these kinds in the words of Kubernetes, and says so when it is asked', async () => {
    await fleet.setFault('one', '403 nodes,pods');
    expect(await get('/api/v1/nodes')).toMatchObject({ status: 403, body: { reason: 'Forbidden', message: 'nodes is forbidden: User "admin" cannot list resource "nodes" in API group "" at the cluster scope' } });
    expect(await client.send('DELETE', '/api/v1/namespaces/default/pods/x')).toMatchObject({ status: 403, body: { message: 'pods "x" is forbidden: User "admin" cannot delete resource "pods" in API group "" in the namespace "default"' } });
    expect((await get('/api/v1/nodes?watch=1')).status).toBe(403);
    expect([await outcome(KUBE_SYSTEM), await outcome('/apis')]).toEqual([200, 200]);
    const may = async (resource: string) => {
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { verb: 'list', resource } } };
      return (await client.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)).body.status.allowed;
    };
    expect([await may('nodes'), await may('configmaps')]).toEqual([false, true]);
    await fleet.setFault('one', '403');
    expect([await outcome(KUBE_SYSTEM), await outcome('/apis'), await may('configmaps')]).toEqual([403, 200, false]);
  });

  it('5xx: all of the requests, or a share of them', async () => {
    await fleet.setFault('one', '5xx');
    expect(await get(KUBE_SYSTEM)).toMatchObject({ status: 500, body: { kind: 'Status', reason: 'InternalError', message: 'etcdserver: request timed out' } });
    expect(new Set(await outcomes(5))).toEqual(new Set([500]));
    await fleet.setFault('one', '5xx 50%');
    expect(new Set(await outcomes(60))).toEqual(new Set([200, 500]));
  });

  it('without end: more than anybody wants, as long as somebody reads', async () => {
    await fleet.setFault('one', 'endless-body');
    const { server, 'certificate-authority-data': ca } = JSON.parse(fleet.clusters.get('one')!.kubeconfig()).clusters[0].cluster;
    let size = 0;
    await new Promise<void>(done => {
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(server).port), ca: Buffer.from(ca, 'base64') });
      socket.write('GET /version HTTP/1.1\r\nhost: one\r\n\r\n');
      socket.on('data', ({ length }) => {
        size += length;
        if (size > 20_000_000) socket.destroy();
      });
      socket.on('close', () => done());
    });
    expect(size).toBeGreaterThan(20_000_000);
  });
});

describe('a cluster whose watches', () => {
  const from = async () => (await get(MAPS)).body.metadata.resourceVersion;

  it('close: end in good order, at once or after a while', async () => {
    await fleet.setFault('one', 'watch-closes 0s');
    await client.watch(`${MAPS}?watch=1&resourceVersion=${await from()}`).ended;
    await fleet.setFault('one', 'watch-closes 200ms');
    const watch = client.watch(`${MAPS}?watch=1&resourceVersion=${await from()}`);
    await client.send('POST', MAPS, map('in-time'));
    await watch.ended;
    expect(watch.events.map(event => event.object.metadata.name)).toEqual(['in-time']);
  });

  it('replay: begin with what was long ago, and what is gone since', async () => {
    await client.send('POST', MAPS, map('gone'));
    await client.send('DELETE', `${MAPS}/gone`);
    await client.apply(`${MAPS}/changed`, { ...map('changed'), data: { a: '1' } });
    await client.apply(`${MAPS}/changed`, { ...map('changed'), data: { a: '2' } });
    const version = await from();
    await fleet.setFault('one', 'watch-replays');
    const watch = client.watch(`${MAPS}?watch=1&resourceVersion=${version}`);
    await eventually(() => watch.events.some(event => event.object.data?.a === '2'));
    watch.stop();
    const told = watch.events.map(({ type, object }) => [type, object.metadata.name, ...Object.values(object.data ?? {})].join(' '));
    expect(told).toEqual(expect.arrayContaining(['ADDED gone', 'DELETED gone', 'ADDED changed 1', 'MODIFIED changed 2']));
    expect(Number(watch.events[0].object.metadata.resourceVersion)).toBeLessThan(Number(version));
  });

  it('expire: say that the version is too old, whatever it is', async () => {
    await fleet.setFault('one', 'watch-expires');
    const watch = client.watch(`${MAPS}?watch=1&resourceVersion=${await from()}`);
    await watch.ended;
    expect(watch.events).toEqual([{ type: 'ERROR', object: expect.objectContaining({ kind: 'Status', code: 410, reason: 'Expired' }) }]);
  });
});

describe('an order', () => {
  it('in a row of them is done in its turn, and each fault ends the one before', async () => {
    await Promise.all(['down', 'up', 'slow 5s', '403', 'down', 'hang', 'up'].map(fault => fleet.setFault('one', fault)));
    expect(fleet.clusters.get('one')!.fault).toBe('up');
    expect(await outcome(KUBE_SYSTEM)).toBe(200);
  });

  it('for a while ends by itself; one that is no order changes nothing', async () => {
    await order(fleet.data, '/fault/one/5xx 100%/300');
    expect(fleet.clusters.get('one')!.fault).toBe('5xx 100%');
    await expect(order(fleet.data, '/fault/one/nonsense/0')).rejects.toThrow('fault nonsense');
    await eventually(() => fleet.clusters.get('one')!.fault === 'up');
  });

  it('for one cluster leaves the others alone', async () => {
    await fleet.setFault('one', 'down');
    expect((await memberClient(fleet.clusters.get('far')!.kubeconfig()).send('GET', '/version')).status).toBe(200);
  });

  it.each([
    ['/fault/nowhere/down/0', 'cluster nowhere: there is none; there are one, far'],
    ['/fault/one/dance/0', 'fault dance: wanted one of up, down, flap, hang'],
    ['/fault/one/slow 2x/0', 'fault slow: found 2x, wanted a duration such as 500ms, 2s or 3h'],
    ['/fault/one/5xx 120%/0', 'fault 5xx: found 120%, wanted a share such as 5%'],
    ['/fault/one/lies 0/0', 'fault lies: found 0, wanted a whole number from 1 to 1000'],
    ['/fault/one/403 Nodes;/0', 'fault 403: found Nodes;, wanted resources such as nodes,pods'],
    ['/fault/one/clock-skew 3h sideways/0', 'fault clock-skew: found sideways, wanted ahead or behind'],
    ['/fault/one/down now/0', 'fault down: found now too much, wanted down'],
    ['/dance/one', 'order dance: wanted fault'],
  ])('that cannot be carried out says why: %s', async (path, why) => {
    await expect(order(fleet.data, path)).rejects.toThrow(why);
  });

  it('from a second process with the same data is refused', async () => {
    await expect(serveClusters([spec('one')], fleet.data, () => {})).rejects.toThrow(`simulated clusters run already with --data ${fleet.data}`);
  });
});

it('every fault is in the documentation as the table has it, and nothing else', () => {
  const [, page] = readFileSync(resolve(__dirname, '../../../../docs/simulator.md'), 'utf8').split('## Faults on command');
  const rows = page.split('\n## ')[0].split('\n').filter(line => line.startsWith('| `'));
  expect(rows.map(row => row.split('|').slice(1, 3).map(cell => cell.trim()))).toEqual(FAULTS.map(fault => [`\`${signature(fault)}\``, fault.does]));
});
