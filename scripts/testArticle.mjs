// The article's way from kubectl to the clusters and back, on a demo of its own: what `npm run test:article [-- --real] [--pictures]` runs.
// Every step says what it waited for and how long it took. Nothing of the running product is called but by kubectl, `npm run fault` and a browser's GET.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { takePictures } from './articlePictures.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ARTICLE = join(ROOT, 'examples/article');
const LAUNCH = join(ROOT, 'scripts/launch.mjs');
const APP = ['application', 'intelligent-ai-platform', '-n', 'ai-production'];
const FLEET = ['gpu-cluster-huawei', 'inference-cluster-aliyun', 'data-cluster-onprem'];
const SECOND = 1000;

const run = promisify(execFile);
const say = text => process.stdout.write(`${text}\n`);

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Starts the demo and resolves at its ready line; rejects with the end of its output when it ends before. */
function startDemo(data, ports, args) {
  const child = spawn(process.execPath, [LAUNCH, 'start', '--data', data, '--app-port', String(ports.app), '--backend-port', String(ports.backend), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const ready = new Promise((resolve, reject) => {
    const take = part => {
      text += part;
      if (text.includes('Flotilla is ready:')) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', code => reject(new Error(`npm start ended with ${code}:\n${text.slice(-2000)}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    for (let waited = 0; child.exitCode === null && child.signalCode === null && waited < 15; waited += 0.1) await sleep(100);
    return child.exitCode;
  };
  return { ready, stop };
}

class Steps {
  passed = 0;
  failed = 0;
  skipped = 0;

  skip(why) {
    this.skipped += 1;
    say(`  skip  ${why}`);
  }

  /** Runs one step; a throw is its failure, and the next steps are tried all the same. */
  async step(name, limitSeconds, act) {
    const since = Date.now();
    try {
      const said = await act();
      const took = (Date.now() - since) / SECOND;
      if (limitSeconds && took > limitSeconds) throw new Error(`took ${took.toFixed(1)} s, more than ${limitSeconds} s`);
      this.passed += 1;
      say(`  ok    ${name} (${took.toFixed(1)} s${limitSeconds ? ` of ${limitSeconds}` : ''})${said ? `: ${said}` : ''}`);
    } catch (error) {
      this.failed += 1;
      say(`  FAIL  ${name} (${((Date.now() - since) / SECOND).toFixed(1)} s): ${error.stderr || error.message}`);
    }
  }
}

/** Asks again each half second until `isSo` gives something true; then that is given. */
async function until(limitSeconds, what, isSo) {
  const deadline = Date.now() + limitSeconds * SECOND;
  let last;
  for (;;) {
    last = await isSo().catch(error => ({ failed: error.message }));
    if (last && !last.failed && !last.not) return last;
    if (Date.now() > deadline) throw new Error(`${what}: not so after ${limitSeconds} s; last seen: ${JSON.stringify(last?.not ?? last?.failed ?? last)?.slice(0, 400)}`);
    await sleep(500);
  }
}

function tools(data) {
  const kubectlAt = kubeconfig => async (...args) => (await run('kubectl', ['--kubeconfig', kubeconfig, '--request-timeout', '20s', ...args], { maxBuffer: 32 * 1024 * 1024 })).stdout;
  const hub = kubectlAt(join(data, 'portal.kubeconfig'));
  const member = name => kubectlAt(join(data, 'clusters', `${name}.kubeconfig`));
  const json = async (kubectl, ...args) => JSON.parse(await kubectl('get', ...args, '-o', 'json'));
  return { hub, member, json };
}

const manifests = readdirSync(ARTICLE).filter(name => /-.*\.yaml$/.test(name)).sort();
const condition = (object, type) => object.status?.conditions?.find(each => each.type === type);
const ours = 'app.kubernetes.io/managed-by=flotilla';

async function placing(steps, { hub, member, json }) {
  const apply = () => hub('apply', ...manifests.flatMap(name => ['-f', join(ARTICLE, name)]));
  await steps.step(`apply the ${manifests.length} manifests`, undefined, () => apply().then(() => undefined));
  await steps.step('apply them again: all unchanged', undefined, async () => {
    const changed = (await apply()).trim().split('\n').filter(line => !line.endsWith(' unchanged'));
    if (changed.length > 0) throw new Error(changed.join('; '));
  });
  for (const [type, limit] of [['Scheduled', 60], ['Applied', 60], ['Ready', 120]]) {
    await steps.step(`the application is ${type}`, limit, async () => {
      const found = await until(limit, type, async () => {
        const now = condition(await json(hub, ...APP), type);
        return now?.status === 'True' ? now : { not: now };
      });
      return found.message;
    });
  }
  await steps.step('a verdict with reasons for every cluster of the fleet', undefined, async () => {
    const { items } = await json(hub, 'placementdecisions', '-n', 'ai-production');
    if (items.length !== 2) throw new Error(`${items.length} decisions, wanted 2`);
    for (const { metadata, status } of items) {
      const unsaid = FLEET.filter(name => {
        const verdict = status.verdicts.find(each => each.cluster === name);
        return !verdict || (verdict.outcome === 'rejected' ? !verdict.rejections.every(each => each.because && each.remedy) || !verdict.fix : verdict.parts.length !== 5 || !verdict.parts.every(part => part.because));
      });
      if (unsaid.length > 0) throw new Error(`${metadata.name} has no reason for ${unsaid.join(', ')}`);
    }
    return items.map(item => item.status.sentence).join(' ');
  });
  await steps.step('the Job runs on gpu-cluster-huawei alone, the six replicas on low-latency clusters alone', undefined, async () => {
    const replicas = {};
    for (const name of FLEET) {
      const { items } = await json(member(name), 'jobs,deployments', '-n', 'ai-production', '-l', ours);
      for (const { kind, spec } of items) replicas[`${kind} on ${name}`] = kind === 'Job' ? spec.parallelism : spec.replicas;
    }
    const six = (replicas['Deployment on gpu-cluster-huawei'] ?? 0) + (replicas['Deployment on inference-cluster-aliyun'] ?? 0);
    if (replicas['Job on gpu-cluster-huawei'] !== 4 || six !== 6 || Object.keys(replicas).length !== 3) throw new Error(JSON.stringify(replicas));
    return JSON.stringify(replicas);
  });
  await steps.step('critical-app is divided 60 : 40 over Beijing and Shanghai', 60, async () => {
    const shares = () => Promise.all(['huawei-cloud-beijing', 'aliyun-shanghai'].map(async name => (await json(member(name), 'deployment', 'critical-app', '-n', 'production')).spec.replicas));
    return (await until(60, 'shares 3 and 2', async () => ((await shares()).join() === '3,2' ? '3 : 2' : { not: await shares() }))).toString();
  });
}

/** `--pictures`: the README's pictures, of the portal as it is now, with everything at rest. */
async function picturing(steps, { hub }, port) {
  await steps.step('pictures of the pages, everything Ready', undefined, async () => {
    for (const kind of ['clusters.fleet.kurator.dev', 'fleets', 'applications']) await hub('wait', '--for=condition=Ready', kind, '--all', '-A', '--timeout=60s');
    return takePictures(`http://localhost:${port}`);
  });
}

async function drifting(steps, { member, json }) {
  const gpu = member('gpu-cluster-huawei');
  const deployment = ['deployment', 'model-inference', '-n', 'ai-production'];
  const specOf = ({ spec }) => `${spec.replicas} ${spec.template.spec.containers[0].image}`;
  await steps.step('replicas and image changed in a member are put back', 30, async () => {
    const before = specOf(await json(gpu, ...deployment));
    await gpu('scale', 'deployment/model-inference', '-n', 'ai-production', '--replicas=1');
    await gpu('set', 'image', 'deployment/model-inference', '-n', 'ai-production', 'inference=example.com/other:1');
    await until(30, before, async () => {
      const now = specOf(await json(gpu, ...deployment));
      return now === before || { not: now };
    });
  });
}

async function moving(steps, { hub, member, json }) {
  const inference = name => json(member(name), 'deployments', '-n', 'ai-production', '-l', ours).then(({ items }) => items.find(each => each.metadata.name === 'model-inference'));
  await steps.step('low-latency taken from inference-cluster-aliyun: its replicas move', 60, async () => {
    await hub('patch', 'fleet', 'ai-platform', '-n', 'kurator-system', '--type=json', '-p', '[{"op":"remove","path":"/spec/clusters/1/attributes/low-latency"}]');
    await until(60, 'six on gpu-cluster-huawei, none on inference-cluster-aliyun', async () => {
      const [there, gone] = [await inference('gpu-cluster-huawei'), await inference('inference-cluster-aliyun')];
      return (there?.status?.readyReplicas === 6 && !gone) || { not: { gpu: there?.status?.readyReplicas, aliyun: gone?.spec.replicas } };
    });
  });
  await steps.step('and given back: nothing moves for a score alone', undefined, async () => {
    await hub('apply', '-f', join(ARTICLE, 'fleet-ai-platform.yaml'));
    await sleep(3 * SECOND);
    return `${(await inference('gpu-cluster-huawei')).spec.replicas} on gpu-cluster-huawei`;
  });
}

async function failing(steps, { hub, json }, data) {
  const ready = async () => condition(await json(hub, 'clusters.fleet.kurator.dev', 'data-cluster-onprem'), 'Ready');
  const fault = mode => run(process.execPath, [LAUNCH, 'fault', '--data', data, 'data-cluster-onprem', mode]);
  await fault('down');
  await steps.step('data-cluster-onprem down: Ready is False or Unknown', 20, async () => (await until(20, 'not Ready', async () => ((await ready()).status !== 'True' ? ready() : { not: await ready() }))).message);
  await steps.step('meanwhile `kubectl get clusters` is quick', 2, () => hub('get', 'clusters.fleet.kurator.dev').then(() => undefined));
  await fault('up');
  await steps.step('up again: Ready is True', 60, async () => void (await until(60, 'Ready', async () => (await ready()).status === 'True' || { not: await ready() })));
}

async function ending(steps, { hub, member, json }) {
  await steps.step('three Events or more in ai-production', undefined, async () => {
    const { items } = await json(hub, 'events', '-n', 'ai-production');
    if (items.length < 3) throw new Error(`${items.length}`);
    return items.map(each => each.reason).join(', ');
  });
  await steps.step('the application deleted: the members are empty of it', 60, async () => {
    await hub('delete', ...APP, '--wait=false');
    await until(60, 'no object of ours, no application', async () => {
      const left = [];
      for (const name of FLEET) left.push(...(await json(member(name), 'jobs,deployments', '-n', 'ai-production', '-l', ours)).items.map(each => `${each.kind} on ${name}`));
      const there = (await json(hub, 'applications', '-n', 'ai-production')).items.length;
      return (left.length === 0 && there === 0) || { not: { left, there } };
    });
  });
}

async function main() {
  const args = process.argv.slice(2);
  await run('kubectl', ['version', '--client']).catch(() => {
    say('skipped: kubectl is not on the PATH\n0 passed, 0 failed, 1 skipped');
    process.exit(0);
  });
  // `--running DIR [--app-port N]`: on a demo that runs already, which is then left as the test leaves it; without a port no page is asked for.
  const { values } = parseArgs({ args, options: { real: { type: 'boolean' }, pictures: { type: 'boolean' }, running: { type: 'string' }, 'app-port': { type: 'string' } } });
  const data = values.running ?? mkdtempSync(join(tmpdir(), 'article-'));
  const ports = values.running ? { app: values['app-port'] } : { app: await freePort(), backend: await freePort() };
  const demo = values.running ? { ready: Promise.resolve(), stop: async () => {} } : startDemo(data, ports, values.real ? ['--real'] : []);
  const steps = new Steps();
  const end = async () => {
    await demo.stop();
    if (!values.running) rmSync(data, { recursive: true, force: true });
  };
  process.once('SIGTERM', () => void end().then(() => process.exit(143)));
  process.once('SIGINT', () => void end().then(() => process.exit(130)));
  try {
    await steps.step(`npm start${values.real ? ' -- --real' : ''}`, undefined, () => demo.ready);
    if (steps.failed === 0) {
      const at = tools(data);
      await placing(steps, at);
      if (values.pictures) await picturing(steps, at, ports.app);
      await drifting(steps, at);
      await moving(steps, at);
      await failing(steps, at, data);
      await ending(steps, at);
      if (!ports.app) steps.skip('the page answers: no --app-port was given');
      else await steps.step('the page answers', undefined, async () => {
        const { status } = await fetch(`http://localhost:${ports.app}/fleet`);
        if (status !== 200) throw new Error(`${status}`);
      });
    }
  } finally {
    await end();
  }
  say(`load ${loadavg().map(each => each.toFixed(1)).join(' ')}`);
  say(`${steps.passed} passed, ${steps.failed} failed, ${steps.skipped} skipped`);
  process.exit(steps.failed > 0 ? 1 : 0);
}

await main();
