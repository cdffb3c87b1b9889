import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { order } from './control';
import { serveClusters } from './serve';
import { eventually, memberClient } from './testing/memberClient';
import { openFleet, spec, type TestFleet } from './testing/openFleet';
import { deployment } from './testing/simulate';

jest.setTimeout(90_000);

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const MAPS = '/api/v1/namespaces/default/configmaps';

describe('faults', () => {
  let fleet: TestFleet;
  const client = (timeoutMs?: number) => memberClient(fleet.clusters.get('one')!.kubeconfig(), timeoutMs);

  beforeAll(async () => {
    fleet = await openFleet([spec('one', { latency: '1ms' }), spec('far', { latency: '150ms' })]);
  });
  afterEach(() => fleet.setFault('one', 'up'));
  afterAll(async () => {
    await fleet.close();
    expect(fleet.said).toEqual([]);
  });

  it('down: connections are refused, watches end; up: the same cluster is back at the same address', async () => {
    const watch = client().watch(`${MAPS}?watch=1`);
    const { uid } = (await client().send('GET', '/api/v1/namespaces/kube-system')).body.metadata;
    await fleet.setFault('one', 'down');
    await watch.ended;
    await expect(client().send('GET', '/version')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await fleet.setFault('one', 'up');
    expect((await client().send('GET', '/api/v1/namespaces/kube-system')).body.metadata.uid).toBe(uid);
  });

  it('hang: connections are taken and nothing is answered; up: what waited goes on', async () => {
    await fleet.setFault('one', 'hang');
    await expect(client(300).send('GET', '/version')).rejects.toThrow('no answer in time');
    const waiting = client().send('POST', MAPS, map('waited'));
    await new Promise(done => setTimeout(done, 200));
    await fleet.setFault('one', 'up');
    expect((await waiting).status).toBe(201);
  });

  it('hang: a watch hears nothing until the cluster goes on, and then all of it', async () => {
    const watch = client().watch(`${MAPS}?watch=1`);
    await client().send('POST', MAPS, map('before'));
    await eventually(() => watch.events.some(event => event.object.metadata.name === 'before'));
    const heard = watch.events.length;
    const sent = client().send('POST', MAPS, map('during'));
    await new Promise(done => setTimeout(done, 1));
    await fleet.setFault('one', 'hang');
    await new Promise(done => setTimeout(done, 300));
    expect(watch.events.length - heard).toBeLessThanOrEqual(1);
    await fleet.setFault('one', 'up');
    await sent;
    await eventually(() => watch.events.some(event => event.object.metadata.name === 'during'));
    watch.stop();
  });

  it('hang, then down: connections are refused and none is left waiting', async () => {
    await fleet.setFault('one', 'hang');
    const outcome = client().send('GET', '/version').then(() => 'answered', () => 'broken off');
    await fleet.setFault('one', 'down');
    expect(await outcome).toBe('broken off');
  });

  it('faults in a row are done in their order', async () => {
    await Promise.all((['down', 'up', 'down', 'hang', 'up'] as const).map(fault => fleet.setFault('one', fault)));
    expect(fleet.clusters.get('one')!.fault).toBe('up');
    expect((await client().send('GET', '/version')).status).toBe(200);
  });

  it('--for: mends it after that time', async () => {
    await order(fleet.data, '/fault/one/down/300');
    expect(fleet.clusters.get('one')!.fault).toBe('down');
    await eventually(() => fleet.clusters.get('one')!.fault === 'up');
    expect((await client().send('GET', '/version')).status).toBe(200);
  });

  it('one cluster down leaves the others alone', async () => {
    await fleet.setFault('one', 'down');
    expect((await memberClient(fleet.clusters.get('far')!.kubeconfig()).send('GET', '/version')).status).toBe(200);
  });

  it('what is far answers late', async () => {
    const since = performance.now();
    await memberClient(fleet.clusters.get('far')!.kubeconfig()).send('GET', '/version');
    expect(performance.now() - since).toBeGreaterThan(149);
  });

  it.each([
    ['/fault/nowhere/down/0', 'cluster nowhere: there is none; there are one, far'],
    ['/fault/one/slow/0', 'fault slow: wanted one of up, down, hang'],
    ['/dance/one', 'order dance: wanted fault'],
  ])('an order that cannot be carried out says why: %s', async (path, why) => {
    await expect(order(fleet.data, path)).rejects.toThrow(why);
  });

  it('a second process with the same data is refused', async () => {
    await expect(serveClusters([spec('one')], fleet.data, () => {})).rejects.toThrow(`simulated clusters run already with --data ${fleet.data}`);
    expect((await client().send('GET', '/version')).status).toBe(200);
  });
});

it('an order to nobody says that nobody is there', async () => {
  await expect(order(join(tmpdir(), 'nobody-here'), '/fault/one/down/0')).rejects.toThrow('no simulated clusters run with --data');
});

describe('a restart', () => {
  let data: string;
  beforeEach(() => void (data = mkdtempSync(join(tmpdir(), 'restart-'))));
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it('finds everything as it was: address, token, objects, running pods', async () => {
    const first = await openFleet([spec('one')], data);
    const kubeconfig = first.clusters.get('one')!.kubeconfig();
    const client = memberClient(kubeconfig);
    await client.apply('/apis/apps/v1/namespaces/default/deployments/web', deployment('web', 2));
    await eventually(async () => (await client.send('GET', '/apis/apps/v1/namespaces/default/deployments/web')).body.status?.readyReplicas === 2);
    const before = (await client.send('GET', '/api/v1/pods')).body;
    await first.close();
    const second = await openFleet([spec('one')], data);
    expect(second.clusters.get('one')!.kubeconfig()).toBe(kubeconfig);
    const after = (await client.send('GET', '/api/v1/pods')).body;
    expect(after.items).toEqual(before.items);
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
    await second.close();
  });

  it('gets another port when its own is taken, and says so', async () => {
    const first = await openFleet([spec('one')], data);
    const { server } = JSON.parse(first.clusters.get('one')!.kubeconfig()).clusters[0].cluster;
    await first.close();
    const thief = createServer();
    await new Promise<void>(done => thief.listen(Number(new URL(server).port), '127.0.0.1', done));
    const second = await openFleet([spec('one')], data);
    expect(second.said).toEqual([expect.stringMatching(/one: port \d+ is taken; it gets another one/)]);
    const written = readFileSync(join(data, 'clusters', 'one.kubeconfig'), 'utf8');
    expect((await memberClient(written).send('GET', '/version')).status).toBe(200);
    await second.close();
    thief.close();
  });

  it('with a state that cannot be read says which file, what is wrong and what to do, and leaves nothing running', async () => {
    await (await openFleet([spec('one'), spec('two')], data)).close();
    writeFileSync(join(data, 'clusters', 'two', 'state.jsonl'), 'nonsense\n');
    await expect(openFleet([spec('one'), spec('two')], data)).rejects.toThrow(/two\/state\.jsonl, line 1: it is not JSON.*remove it/s);
    await expect(order(data, '/fault/one/up/0')).rejects.toThrow('no simulated clusters run');
  });

  it('keeps kubeconfigs and states to their owner', async () => {
    const fleet = await openFleet([spec('one')], data);
    for (const file of ['one.kubeconfig', 'one/state.jsonl']) expect(statSync(join(data, 'clusters', file)).mode & 0o077).toBe(0);
    await fleet.close();
  });
});

describe('a process that is killed', () => {
  const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');
  let data: string;
  let child: ChildProcess | undefined;

  async function start(): Promise<string> {
    writeFileSync(join(data, 'clusters.yaml'), JSON.stringify({ clusters: [spec('one')] }));
    const args = ['--require', transform, resolve(__dirname, 'cli.ts'), 'serve', '--data', data, '--clusters', join(data, 'clusters.yaml')];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } });
    await new Promise<void>((ready, failed) => {
      child!.stdout!.on('data', text => String(text).includes('"ready":true') && ready());
      child!.on('exit', code => failed(new Error(`ended with ${code}`)));
    });
    return readFileSync(join(data, 'clusters', 'one.kubeconfig'), 'utf8');
  }
  const kill = (signal: NodeJS.Signals) =>
    new Promise<number | null>(done => {
      child!.once('exit', code => done(code));
      child!.kill(signal);
    });

  beforeEach(() => void (data = mkdtempSync(join(tmpdir(), 'killed-'))));
  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) await kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });

  it('-9: comes back as it was', async () => {
    const kubeconfig = await start();
    const client = memberClient(kubeconfig);
    for (let i = 0; i < 50; i += 1) await client.send('POST', MAPS, map(`map-${i}`));
    const before = (await client.send('GET', MAPS)).body.items;
    // What was confirmed this long ago is on disk.
    await new Promise(done => setTimeout(done, 200));
    await kill('SIGKILL');
    expect(await start()).toBe(kubeconfig);
    expect((await client.send('GET', MAPS)).body.items).toEqual(before);
  });

  it('by SIGTERM: ends in good order, with every write on disk', async () => {
    const client = memberClient(await start());
    await client.send('POST', MAPS, map('last'));
    expect(await kill('SIGTERM')).toBe(0);
    await start();
    expect((await client.send('GET', `${MAPS}/last`)).status).toBe(200);
  });
});
