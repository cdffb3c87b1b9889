import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDataFolder } from './dataFolder.mjs';
import { applyDemo, clusterPrograms, NODE_TRANSFORM } from './demo.mjs';
import { buildFrontend, PAGES_BUILT } from './frontend.mjs';
import { install } from './install.mjs';
import { KubeClient } from './kubeClient.mjs';
import { forward, freePort, needDisk, needMemory, needPort } from './machine.mjs';
import { HELP, startOptions } from './options.mjs';
import { inRoot } from './paths.mjs';
import { writePortalConfig, writePortalKubeconfig } from './portalConfig.mjs';
import { Problem } from './problem.mjs';
import { startInBackground } from './processes.mjs';
import { say, timed } from './say.mjs';
import { toolchain } from './toolchain.mjs';

const MINUTE = 60_000;

/** Asks again and again until it is so. @throws Problem when the time is over or one of the programs has ended */
async function until(what, limit, isSo, programs, log) {
  const failed = Promise.race(programs.map(program => program.failed));
  const asking = (async () => {
    for (const deadline = Date.now() + limit; ; await sleep(200)) {
      if (await isSo().catch(() => false)) return;
      if (Date.now() > deadline) throw new Problem(`${what} took more than ${limit / MINUTE} minutes.`, `Its log may say why: ${log}`);
    }
  })();
  await Promise.race([asking, failed]);
}

const answers = async url => (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;

async function startClusters(tools, options, data) {
  const programs = [];
  for (const { what, args, log, ready } of clusterPrograms(options)) {
    const file = data.file('logs', log);
    const program = startInBackground(what, tools.node, args, { env: tools.env, log: file });
    programs.push(program);
    await timed(`Starting: ${what[0].toLowerCase()}${what.slice(1)}`, () => until(what, 15 * MINUTE, async () => ready.test(readFileSync(file, 'utf8')), [program], file));
  }
  return programs;
}

async function startBackend(tools, options, data, kubePort) {
  const log = data.file('logs', 'backend.log');
  const config = writePortalConfig(data, { ...options, kubePort });
  const args = ['--require', NODE_TRANSFORM, inRoot('packages/backend/src/index.ts'), '--config', inRoot('app-config.yaml'), '--config', config];
  // "development" lets Backstage end at once instead of waiting for the last long poll.
  const env = { ...tools.env, NODE_ENV: 'development', FLOTILLA_PAGES_BUILT: PAGES_BUILT };
  const backend = startInBackground('The backend', tools.node, args, { cwd: inRoot('packages/backend'), env, log });
  const health = `http://127.0.0.1:${options.backendPort}/.backstage/health/v1/readiness`;
  // It may have to wait for the pages, which take minutes on a busy machine.
  await timed('Starting: the backend', () => until('The backend', 10 * MINUTE, () => answers(health), [backend], log));
  return { ...backend, log };
}

async function openApi(data, kubePort, backend) {
  const caFile = data.file('certificates', 'ca.crt');
  await until('The fleet API', MINUTE, async () => existsSync(caFile), [backend], backend.log);
  const ca = readFileSync(caFile);
  writePortalKubeconfig(data, kubePort, ca);
  const client = new KubeClient({ port: kubePort, ca, token: readFileSync(data.token, 'utf8') });
  const namespace = '/api/v1/namespaces/kurator-system';
  await until('The fleet API', MINUTE, async () => (await client.ask('GET', namespace)).status === 200, [backend], backend.log);
  return client;
}

async function storeDemo(client, data, options) {
  try {
    await timed('Storing the demo', () => applyDemo(client, data, options));
  } catch (error) {
    throw new Problem(`The demo could not be stored: ${error.message}`, `The backend's log may say why: ${data.file('logs', 'backend.log')}`);
  }
}

/** kubectl's port stays the same from start to start if it can, so that copied kubeconfigs keep working. */
async function kubePortOf(data, { appPort, backendPort }) {
  const file = data.file('kube-port');
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  const port = await freePort([before, backendPort + 1], [appPort, backendPort]);
  writeFileSync(file, `${port}\n`);
  return port;
}

/** Starts what runs beside the launcher, up to the API that answers. */
async function startParts(tools, options, data) {
  const kubePort = await kubePortOf(data, options);
  const programs = await startClusters(tools, options, data);
  const backend = await startBackend(tools, options, data, kubePort);
  return { programs, backend, client: await openApi(data, kubePort, backend) };
}

/** Brings the portal up and keeps it up; the promise ends only when a part of it fails. */
export async function start(args) {
  const options = startOptions(args);
  if (options.help) return say(HELP);
  const since = Date.now();
  needMemory();
  needDisk(options.data, 0.3, 'the data folder');
  const tools = await toolchain();
  await install(tools);
  const data = openDataFolder(options.data);
  process.once('exit', data.release);
  await needPort(options.appPort, 'app-port');
  await needPort(options.backendPort, 'backend-port');
  // The backend loads its plugins while the pages are being built, and only the one that serves them waits.
  const pages = buildFrontend(tools);
  const [{ programs, backend, client }] = await Promise.all([startParts(tools, options, data), pages]);
  if (!options.empty) await storeDemo(client, data, options);
  await forward(options.appPort, options.backendPort);
  const url = `http://localhost:${options.appPort}`;
  await until('The page', MINUTE, () => answers(`${url}/fleet`), [backend], backend.log);
  say(`\nUsable after ${((Date.now() - since) / 1000).toFixed(0)} s. Data: ${data.folder}\nkubectl --kubeconfig ${data.file('portal.kubeconfig')} get fleets,applications -A`);
  say(`Flotilla is ready: ${url}/fleet`);
  await Promise.race([backend, ...programs].map(program => program.failed));
}
