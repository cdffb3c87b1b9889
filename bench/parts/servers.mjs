import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RealCluster } from '../../scripts/realCluster.mjs';
import { ensureRealKubernetes, realKubernetesMissing } from '../../scripts/realKubernetes.mjs';

const START_LIMIT_MS = 120_000;
const BACKEND = fileURLToPath(new URL('../../plugins/fleet-backend/dev/index.ts', import.meta.url));
/** Backstage's own way to run TypeScript. */
export const TRANSFORM = createRequire(import.meta.url).resolve('@backstage/cli/config/nodeTransform.cjs');

/**
 * An API to be measured, a process of its own.
 * @typedef {{name: string, url: string, token: string, ca: string, pids: number[], close(): Promise<void>}} Server
 * @typedef {Server & {portal: string, child: import('node:child_process').ChildProcess}} Portal - with the address of its pages
 */

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Resident memory of the processes together, MB. @param {Server} server */
export function residentMb({ pids }) {
  const kb = pids.map(pid => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]));
  return Math.round(kb.reduce((sum, each) => sum + each, 0) / 1024);
}

/** Rates are what is measured; how many objects a namespace may hold stays as it is. Members of a bench are on this machine. */
function portalConfig(folder, token, port, kubePort) {
  return {
    app: { baseUrl: `http://127.0.0.1:${port}` },
    backend: {
      baseUrl: `http://127.0.0.1:${port}`,
      listen: { host: '127.0.0.1', port },
      database: { client: 'better-sqlite3', connection: { directory: join(folder, 'db') } },
      auth: { externalAccess: [{ type: 'static', options: { token, subject: 'bench' }, accessRestrictions: [{ plugin: 'fleet' }] }] },
    },
    permission: { enabled: true },
    fleet: {
      kube: { listen: { host: '127.0.0.1', port: kubePort, certificates: join(folder, 'certificates') }, limits: { requestsPerSecond: 1_000_000 } },
      encryption: { keys: [{ id: 'bench', secret: randomBytes(32).toString('base64') }] },
      clusters: { allowLoopback: true },
    },
  };
}

/** What the folder's portal is configured with: as it was at its last start, if there was one. */
async function configIn(folder) {
  const file = join(folder, 'app-config.yaml');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(portalConfig(folder, randomBytes(24).toString('hex'), await freePort(), await freePort())), { mode: 0o600 });
  return { file, config: JSON.parse(readFileSync(file, 'utf8')) };
}

/**
 * The backend plugin on SQLite, with TLS, tokens and permissions as an operator runs it; started again in the same folder, it goes on.
 * @param {string[]} [flags] - of Node
 * @returns {Promise<Portal>}
 */
export async function startPortal(folder, flags = []) {
  mkdirSync(folder, { recursive: true });
  const { file, config } = await configIn(folder);
  const [{ options: { token } }] = config.backend.auth.externalAccess;
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(process.execPath, ['--no-warnings', ...flags, '--require', TRANSFORM, BACKEND, '--config', file], { stdio: ['ignore', log, log, 'ipc'], env: { ...process.env, LOG_LEVEL: 'warn' } });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const close = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(8_000)]);
    child.kill('SIGKILL');
  };
  const server = { name: 'the portal', url: `https://127.0.0.1:${config.fleet.kube.listen.port}`, portal: config.backend.baseUrl, token, pids: [child.pid], child, close };
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline; await sleep(200)) {
    if (child.exitCode !== null) break;
    try {
      server.ca = readFileSync(join(folder, 'certificates', 'ca.crt'), 'utf8');
      if (await answers(server)) return server;
    } catch {
      // Not there yet.
    }
  }
  await close();
  throw new Error(`the portal did not start:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2_000)}`);
}

function answers({ url, ca }) {
  return new Promise(resolve => {
    const probe = request(`${url}/readyz`, { ca }, response => resolve(response.resume().statusCode === 200));
    probe.on('error', () => resolve(false)).end();
  });
}

/** etcd and kube-apiserver alone: controllers would take time that is the API's. @returns {Promise<Server>} */
export async function startKubernetes(folder) {
  const missing = realKubernetesMissing();
  if (missing) throw new Error(`the figures are ratios to a real apiserver: ${missing}`);
  mkdirSync(folder, { recursive: true });
  const binary = await ensureRealKubernetes(console.log);
  const spec = { name: 'bench', nodeGroups: [] };
  const cluster = new RealCluster('bench', { binary, folder, kubeconfig: join(folder, 'kubeconfig'), spec, log: console.log, controllers: false });
  await cluster.start();
  return { name: 'kube-apiserver', url: `https://127.0.0.1:${cluster.ports.api}`, token: cluster.token, ca: cluster.authority, pids: Object.values(cluster.pids()), close: () => cluster.stop() };
}
