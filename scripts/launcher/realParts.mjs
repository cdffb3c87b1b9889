// The real parts that tests can be run against, and how each is brought up.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '../chromium.mjs';
import { ensureRealKubernetes, kubernetesVersion, realKubernetesMissing } from '../realKubernetes.mjs';
import { freePort } from './machine.mjs';
import { inRoot } from './paths.mjs';
import { startInBackground } from './processes.mjs';
import { say } from './say.mjs';

const MINUTE = 60_000;
/** From sources it takes 7 to 15 minutes on two cores. */
const BUILD_LIMIT = 30 * MINUTE;

/** Starts a program and waits for a line of its output. @returns what matched, and how it is ended */
async function startUntil(what, tools, args, line, limit = 5 * MINUTE) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-test-'));
  const log = join(folder, 'log');
  const program = startInBackground(what, tools.node, args(folder), { env: tools.env, log });
  const close = async () => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const found = async () => {
    for (const deadline = Date.now() + limit; Date.now() < deadline; await sleep(200)) {
      const match = line.exec(readFileSync(log, 'utf8'));
      if (match) return match;
    }
    throw new Error(`${what} did not start within ${limit / MINUTE} minutes:\n${readFileSync(log, 'utf8').slice(-2000)}`);
  };
  try {
    return { match: await Promise.race([found(), program.failed]), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPostgres(tools) {
  const { postgresMissing } = await import('../postgres.mjs');
  const missing = await postgresMissing();
  if (missing) return { missing };
  const { match, close } = await startUntil('PostgreSQL', tools, () => [inRoot('scripts/postgres.mjs')], /^postgresql:\S+$/m);
  return { env: { BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING: match[0] }, close };
}

async function openBrowser(tools) {
  const { path, missing } = await findChromium();
  if (missing) return { missing };
  const port = await freePort([], []);
  const backend = await freePort([], [port]);
  const start = folder => [inRoot('scripts/launch.mjs'), 'start', '--data', join(folder, 'data'), '--app-port', String(port), '--backend-port', String(backend)];
  const { match, close } = await startUntil('The demo for the browser', tools, start, /^Flotilla is ready: (\S+)\/fleet$/m, 10 * MINUTE);
  return { env: { FLOTILLA_TEST_BROWSER: path, FLOTILLA_TEST_PORTAL: match[1] }, close };
}

/** Builds a Go program, or says why it is not there. @param {() => string | undefined} isMissing @param {(log: typeof say) => Promise<string>} ensure */
async function built(isMissing, ensure) {
  const missing = isMissing();
  if (missing) return { missing };
  const path = await Promise.race([ensure(say), sleep(BUILD_LIMIT, undefined, { ref: false })]);
  return path ? { path } : { missing: `it was not built within ${BUILD_LIMIT / MINUTE} minutes` };
}

/** @param {import('../realKubernetes.mjs').Which} which */
const openKubernetes = which => async () => {
  const { missing } = await built(() => realKubernetesMissing(which), log => ensureRealKubernetes(log, which));
  if (missing) return { missing };
  const { openRealCluster } = await import('./realTestCluster.mjs');
  return openRealCluster(say, which);
};

const minorOf = which => kubernetesVersion(which).slice(1).split('.').slice(0, 2).join('.');

/** @kubernetes/client-node is always there; each of the others is left out where the machine cannot have it. */
async function openClients(tools) {
  const env = { FLOTILLA_TEST_CLIENTS: '1' };
  const found = spawnSync('kubectl', ['version', '--client'], { env: tools.env });
  if (found.status === 0) env.FLOTILLA_TEST_KUBECTL = 'kubectl';
  else say('skipped: tests with kubectl: it is not on the PATH');
  const { goClientsMissing, ensureGoClients } = await import('../goClients.mjs');
  const { path, missing } = await built(goClientsMissing, ensureGoClients);
  if (path) env.FLOTILLA_TEST_GO_CLIENTS = path;
  else say(`skipped: tests with Helm, Flux and client-go: ${missing}`);
  return { env };
}

/**
 * Each part: what it is called on the command line and in sentences; how it is brought up: `open` gives the environment that tells the tests where it is, or `missing`, the reason
 * why it is not there; and what is run against it: patterns of jest (`tests`), a test of scripts/ (`script`). What is `onlyByName` takes too long to be run whenever all are.
 */
export const PARTS = [
  { key: 'postgres', name: 'PostgreSQL 15', open: openPostgres, tests: ['fleet-backend/src/store/(?!crash)', 'fleet-backend/src/reconcile/restore'] },
  { key: 'browser', name: 'a browser', open: openBrowser, tests: ['\\.browser\\.test\\.'] },
  { key: 'kubernetes', name: `Kubernetes ${minorOf('newest')}`, open: openKubernetes('newest'), tests: ['\\.real\\.test\\.', 'fleet-backend/src/clusters/connection'], script: 'realClusters.test.mjs' },
  // What members are used for; the hub's own API is held to the newest alone.
  { key: 'oldest', name: `Kubernetes ${minorOf('oldest')}, the oldest supported`, open: openKubernetes('oldest'), tests: ['simulated-clusters/.*\\.real\\.test\\.', 'fleet-backend/.*\\.real\\.test\\.', 'fleet-backend/src/clusters/connection'], onlyByName: true },
  { key: 'clients', name: 'the clients that people use', open: openClients, tests: ['fleet-backend/src/api/clients/'] },
];
