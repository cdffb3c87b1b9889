import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { add, NONE, one } from './counts.mjs';
import { install } from './install.mjs';
import { say } from './say.mjs';
import { runJest } from './test.mjs';
import { toolchain } from './toolchain.mjs';

const onPath = name => (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, name)).find(file => existsSync(file));

/**
 * The real parts that tests can be run against. Each says what it is, the tests it concerns, and how it is brought up:
 * `open` gives the environment that tells the tests where it is, or `missing`, the reason why it is not there.
 */
const PARTS = [
  {
    name: 'PostgreSQL 15',
    tests: ['fleet-backend/src/store'],
    async open() {
      const { findPostgres, startPostgres } = await import('../postgres.mjs');
      if (!(await findPostgres())) return { missing: 'PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15)' };
      const server = await startPostgres({ install: false });
      return { env: { BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING: server.connection }, close: () => server.stop() };
    },
  },
  {
    name: 'Kubernetes 1.36',
    tests: ['\\.real\\.test\\.', 'fleet-backend/src/clusters/connection'],
    async open() {
      const { realKubernetesMissing } = await import('../realKubernetes.mjs');
      const missing = realKubernetesMissing();
      if (missing) return { missing };
      const { openRealCluster } = await import('./realTestCluster.mjs');
      return openRealCluster(say);
    },
  },
  {
    name: 'a browser',
    tests: ['\\.browser\\.test\\.'],
    async open() {
      const path = process.env.FLOTILLA_TEST_BROWSER ?? ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find(Boolean);
      return path ? { env: { FLOTILLA_TEST_BROWSER: path } } : { missing: 'Chromium is not installed (Debian: apt-get install chromium)' };
    },
  },
];

async function testAgainst(tools, { name, tests, open }, args) {
  const { missing, env, close } = await open();
  if (missing) {
    say(`skipped: tests against ${name}: ${missing}`);
    return one(undefined);
  }
  say(`Tests against ${name}`);
  try {
    return await runJest(tools, ['--passWithNoTests', ...tests, ...args], env);
  } finally {
    await close?.();
  }
}

/** Runs the tests that need more than this checkout, with what the machine has; says what it skips and why. */
export async function testRealAll(args) {
  const tools = await toolchain();
  await install(tools);
  let counts = NONE;
  for (const part of PARTS) counts = add(counts, await testAgainst(tools, part, args));
  return counts;
}

export async function testReal(args) {
  const { passed, failed, skipped } = await testRealAll(args);
  say(`\nnpm run test:real: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed ? 1 : 0;
}
