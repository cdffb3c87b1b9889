import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
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
const TRANSFORM = createRequire(import.meta.url).resolve('@backstage/cli/config/nodeTransform.cjs');

/**
 * An API to be measured, a process of its own.
 * @typedef {{name: string, url: string, token: string, ca: string, pids: number[], close(): Promise<void>}} Server
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

/** Rates are what is measured; how many objects a namespace may hold stays as it is. */
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
    },
  };
}

/** The backend plugin on SQLite, with TLS, tokens and permissions as an operator runs it. @returns {Promise<Server>} */
export async function startPortal(folder, flags = []) {
  mkdirSync(folder, { recursive: true });
  const token = randomBytes(24).toString('hex');
  const [port, kubePort] = [await freePort(), await freePort()];
  const config = join(folder, 'app-config.yaml');
  writeFileSync(config, JSON.stringify(portalConfig(folder, token, port, kubePort)), { mode: 0o600 });
  const log = openSync(join(folder, 'log'), 'w');
  const child = spawn(process.execPath, ['--no-warnings', ...flags, '--require', TRANSFORM, BACKEND, '--config', config], { stdio: ['ignore', log, log], env: { ...process.env, LOG_LEVEL: 'warn' } });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const close = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(8_000)]);
    child.kill('SIGKILL');
  };
  const server = { name: 'the portal', url: `https://127.0.0.1:${kubePort}`, token, pids: [child.pid], close };
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
