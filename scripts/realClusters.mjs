/**
 * Real Kubernetes clusters for `npm start -- --real` and for tests.
 *
 *   node scripts/realClusters.mjs start DIR CLUSTERS.yaml NAME…   runs until SIGTERM; writes DIR/clusters/NAME.kubeconfig
 *   node scripts/realClusters.mjs fault DIR NAME down|hang|up [--for 30s]
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clusterFile } from './clusterFile.mjs';
import { RealCluster } from './realCluster.mjs';
import { ensureRealKubernetes } from './realKubernetes.mjs';

const controlFile = dataDir => join(resolve(dataDir), 'real', 'control.json');

/**
 * Starts real clusters side by side and resolves when all of them serve, with nodes and background load.
 *
 * State lies in `dataDir/real/<name>` and is found again at the next start; `dataDir/clusters/<name>.kubeconfig` is that
 * cluster's administrator.
 *
 * @param {string[]} names - Which clusters of the file.
 * @param {string} dataDir
 * @param {{ clusters: import('./clusterFile.mjs').ClusterSpec[] }} file - The parsed cluster file.
 * @param {(line: string) => void} [log]
 * @param {import('./realKubernetes.mjs').Which} [which] - Which minor of Kubernetes.
 * @returns {Promise<{ names: string[], fault(name: string, what: string): Promise<void>, pids(): Record<string, Record<string, number>>, stop(): Promise<void> }>}
 * @throws Error when a name is not in the file, the binary cannot be built, or a cluster does not get ready; nothing is left running then.
 */
export async function startRealClusters(names, dataDir, file, log = () => {}, which = 'newest') {
  const binary = await ensureRealKubernetes(log, which);
  const root = resolve(dataDir);
  mkdirSync(join(root, 'clusters'), { recursive: true, mode: 0o700 });
  const clusters = new Map(names.map(name => [name, clusterOf(name, { binary, root, file, log })]));
  const find = name => {
    const cluster = clusters.get(name);
    if (!cluster) throw new Error(`no real cluster "${name}"; there are ${names.join(', ')}`);
    return cluster;
  };
  const stopAll = () => Promise.all([...clusters.values()].map(cluster => cluster.stop()));
  try {
    await Promise.all([...clusters.values()].map(cluster => cluster.start()));
  } catch (error) {
    await stopAll();
    throw error;
  }
  const closeControl = await openControl(root, names, (name, what) => find(name).fault(what));
  return {
    names,
    fault: (name, what) => find(name).fault(what),
    pids: () => Object.fromEntries([...clusters].map(([name, cluster]) => [name, cluster.pids()])),
    stop: async () => {
      closeControl();
      await stopAll();
    },
  };
}

function clusterOf(name, { binary, root, file, log }) {
  const spec = file.clusters.find(candidate => candidate.name === name);
  if (!spec) throw new Error(`the cluster file has no cluster "${name}"; it has ${file.clusters.map(c => c.name).join(', ')}`);
  const folder = join(root, 'real', name);
  return new RealCluster(name, { binary, folder, kubeconfig: join(root, 'clusters', `${name}.kubeconfig`), spec, log });
}

/** Lets another process (the `fault` command) reach this one: loopback, with a token only this user can read. */
async function openControl(root, names, onFault) {
  const token = randomBytes(32).toString('hex');
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer(async (request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    const answer = (status, text) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return answer(401, 'unauthorized');
    const [, name, what] = request.url.split('/').map(decodeURIComponent);
    try {
      await onFault(name, what);
      return answer(200, 'done');
    } catch (error) {
      return answer(400, error.message);
    }
  });
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  writeFileSync(controlFile(root), JSON.stringify({ port: server.address().port, token, names }), { mode: 0o600 });
  return () => {
    server.close();
    server.closeAllConnections();
    rmSync(controlFile(root), { force: true });
  };
}

function readControl(dataDir) {
  return existsSync(controlFile(dataDir)) ? JSON.parse(readFileSync(controlFile(dataDir), 'utf8')) : { names: [] };
}

/** Whether a real cluster of that name runs on this data folder (or did when its process was killed). */
export const isRealCluster = (dataDir, name) => readControl(dataDir).names.includes(name);

/**
 * Breaks or mends a real cluster that runs under another process.
 *
 * @returns {Promise<boolean>} false when no real cluster of that name runs on this data folder
 * @throws Error with the reason when the fault cannot be done
 */
export async function faultRealCluster(dataDir, name, what) {
  const { port, token, names } = readControl(dataDir);
  if (!names.includes(name)) return false;
  const url = `http://127.0.0.1:${port}/${encodeURIComponent(name)}/${encodeURIComponent(what)}`;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(await response.text());
  return true;
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function parseDuration(text) {
  const found = /^(\d+)(ms|s|m|h)$/.exec(text ?? '');
  if (!found) throw new Error(`--for takes a duration such as 30s or 2m, not "${text ?? ''}"`);
  return Number(found[1]) * MILLISECONDS[found[2]];
}

async function fault(dataDir, name, what, option, duration) {
  const until = option === '--for' ? parseDuration(duration) : undefined;
  if (!(await faultRealCluster(dataDir, name, what))) throw new Error(`no real cluster "${name}" runs on ${dataDir}`);
  if (until === undefined) return;
  await sleep(until);
  await faultRealCluster(dataDir, name, 'up');
}

async function main([verb, dataDir, ...rest]) {
  const log = line => process.stderr.write(`${line}\n`);
  if (verb === 'fault' && (rest.length === 2 || (rest.length === 4 && rest[2] === '--for'))) {
    await fault(dataDir, ...rest);
  } else if (verb === 'start' && rest.length >= 2) {
    const { readClusters } = clusterFile();
    const running = await startRealClusters(rest.slice(1), dataDir, { clusters: readClusters(rest[0]) }, log);
    log(`ready: ${running.names.join(', ')}`);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => running.stop().then(() => process.exit(0)));
  } else {
    throw new Error('usage: realClusters.mjs start DIR CLUSTERS.yaml NAME… | fault DIR NAME down|hang|up [--for 30s]');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch(error => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}
