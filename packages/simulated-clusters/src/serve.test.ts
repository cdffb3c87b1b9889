import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { order } from './control';
import { eventually, memberClient } from './testing/memberClient';
import { openFleet, spec } from './testing/openFleet';
import { deployment } from './testing/simulate';

jest.setTimeout(90_000);

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const MAPS = '/api/v1/namespaces/default/configmaps';

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
