import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientOf, rateOf } from '../client.mjs';
import { startPortal, TRANSFORM } from '../servers.mjs';
import { askChild, until } from './processes.mjs';

const require = createRequire(import.meta.url);
const inside = name => fileURLToPath(new URL(name, import.meta.url));
const SIMULATOR = fileURLToPath(new URL('../../../packages/simulated-clusters/src/cli.ts', import.meta.url));
const { order } = require('../../../packages/simulated-clusters/src/control.ts');

const START_LIMIT_MS = 300_000;
const READY_LIMIT_MS = 300_000;
export const HOME = 'kurator-system';
export const SPACE = 'bench';
const CLUSTERS = '/apis/fleet.kurator.dev/v1alpha1/clusters';

/** The simulated clusters, a process of their own. @param {string | object[]} clusters - how many of the usual shape, or what each is made of */
async function startSimulator(folder, clusters) {
  mkdirSync(folder, { recursive: true });
  let which = String(clusters);
  if (Array.isArray(clusters)) writeFileSync((which = join(folder, 'clusters.json')), JSON.stringify({ clusters }));
  const log = openSync(join(folder, 'log'), 'a');
  const args = ['--no-warnings', '--require', inside('insideSimulator.cjs'), '--require', TRANSFORM, SIMULATOR, 'serve', '--data', folder, '--clusters', which];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', log, 'ipc'] });
  const ended = new Promise(resolve => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the simulated clusters did not start in time')), START_LIMIT_MS);
    child.stdout.once('data', resolve).once('data', () => clearTimeout(timer));
    child.once('exit', () => reject(new Error(`the simulated clusters ended:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2_000)}`)));
  });
  const kubeconfigs = new Map(readdirSync(join(folder, 'clusters')).filter(name => name.endsWith('.kubeconfig')).map(name => [name.replace(/\.kubeconfig$/, ''), readFileSync(join(folder, 'clusters', name), 'utf8')]));
  const ports = new Map([...kubeconfigs].map(([name, text]) => [name, Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(text)[1])]));
  return {
    pid: child.pid,
    kubeconfigs,
    ports,
    ask: (what, value) => askChild(child, what, value),
    /** @param {string} fault - with its parameters; `up` mends */
    fault: (name, fault) => order(folder, `/fault/${name}/${fault}/0`),
    async close() {
      child.kill('SIGTERM');
      await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 8_000))]);
      child.kill('SIGKILL');
    },
  };
}

const clusterOf = name => ({
  apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name, labels: { group: `g${Number(name.slice(-4)) % 4}` } },
  spec: { provider: 'onprem', region: 'r', zone: 'z', mode: 'Manage', kubeconfigRef: { name: `${name}-key`, namespace: HOME }, allowedNamespaces: [HOME, SPACE] },
});
const secretOf = (name, kubeconfig) => ({
  apiVersion: 'v1', kind: 'Secret', type: 'fleet.kurator.dev/kubeconfig', metadata: { name: `${name}-key`, namespace: HOME }, data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
});
const fleetOf = names => ({ apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { name: 'main', namespace: HOME }, spec: { clusters: names.map(name => ({ name })) } });

/**
 * A portal and its simulated members, each a process of its own on loopback.
 * @param {{clusters: string | object[], join?: string[]}} options - `join` names those that are registered at once; all, if it does not say
 */
export async function openFleet({ clusters, join: joined }) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
  const simulator = await startSimulator(join(folder, 'members'), clusters);
  const fleet = { folder, simulator, names: [...simulator.kubeconfigs.keys()].sort() };
  open.add(fleet);
  const start = async () => {
    fleet.portal = await startPortal(join(folder, 'portal'), ['--expose-gc', '--require', inside('insidePortal.cjs')]);
    fleet.client = clientOf(fleet.portal);
  };
  try {
    await start();
    for (const name of [HOME, SPACE]) await make(fleet, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await register(fleet, joined ?? fleet.names);
  } catch (error) {
    await closeFleet(fleet);
    throw error;
  }
  return Object.assign(fleet, { start, close: () => closeFleet(fleet) });
}

const open = new Set();

async function closeFleet(fleet) {
  const { folder, simulator, portal, client } = fleet;
  open.delete(fleet);
  client?.close();
  await Promise.all([portal?.close(), simulator.close()]);
  rmSync(folder, { recursive: true, force: true });
}

/** Closes what is open still. */
export const closeFleets = () => Promise.all([...open].map(closeFleet));

/** Creates an object; one that is there already stays. */
export async function make({ client }, path, object) {
  await client.send('POST', path, JSON.stringify(object)).catch(error => (/ 409 /.test(error.message) ? undefined : Promise.reject(error)));
}

/** Registers members, the fleet of all of them, and waits until all are seen to be well. */
export async function register(fleet, names) {
  const { kubeconfigs } = fleet.simulator;
  await rateOf(names.length, 8, i => make(fleet, `/api/v1/namespaces/${HOME}/secrets`, secretOf(names[i], kubeconfigs.get(names[i]))));
  await rateOf(names.length, 8, i => make(fleet, CLUSTERS, clusterOf(names[i])));
  await make(fleet, `/apis/fleet.kurator.dev/v1alpha1/namespaces/${HOME}/fleets`, fleetOf(names));
  await allWell(fleet, names.length);
}

/** Waits until so many clusters are Healthy. @returns {Promise<number>} ms it took */
export const allWell = (fleet, count) => until(`${count} clusters Healthy`, async () => (await readPage(fleet, 'fleets')).states.Healthy >= count, READY_LIMIT_MS);

/** What a page reads. @param {string} view - below `/views/` */
export function readPage({ portal }, view) {
  return new Promise((resolve, reject) => {
    const sent = request(`${portal.portal}/api/fleet/views/${view}`, { agent: false, headers: { authorization: `Bearer ${portal.token}` }, timeout: 60_000 }, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`view ${view}: ${response.statusCode} ${text.slice(0, 300)}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`view ${view}: no answer in time`)));
    sent.on('error', reject).end();
  });
}

/** Follows a watch and gives each event; ends with `stop()`. */
export async function follow({ client }, path, onEvent) {
  const response = await client.watch(path);
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', chunk => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line) onEvent(JSON.parse(line));
  });
  return { stop: () => response.destroy() };
}

export const readyOf = cluster => cluster.status?.conditions?.find(each => each.type === 'Ready');
export { CLUSTERS };
