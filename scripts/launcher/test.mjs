import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow } from './contentHash.mjs';
import { add, crashedSuites, jestCounts, NONE, nodeTestCounts, one } from './counts.mjs';
import { BACKSTAGE_CLI } from './frontend.mjs';
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';
import { runAndRead } from './processes.mjs';
import { say } from './say.mjs';
import { toolchain } from './toolchain.mjs';

const JEST_ENV = {
  // Tests of code that imports ES modules at run time need both.
  NODE_OPTIONS: '--no-node-snapshot --experimental-vm-modules --disable-warning=ExperimentalWarning',
  // Databases are those named by environment variables; no containers.
  BACKSTAGE_TEST_DISABLE_DOCKER: '1',
  NODE_ENV: 'test',
};

/** Runs jest once. @returns {Promise<{code: number, results?: object}>} `results` as `jest --json` writes them */
async function runJestOnce(tools, args, env, limitMinutes) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-jest-'));
  const file = join(folder, 'results.json');
  try {
    // A slow machine is no failure: nothing here measures time.
    const jest = [BACKSTAGE_CLI, 'repo', 'test', '--watch=false', '--coverage=false', '--maxWorkers=2', '--testTimeout=60000', '--json', `--outputFile=${file}`, ...args];
    const { code } = await runAndRead(tools.node, jest, { env: { ...tools.env, ...JEST_ENV, ...env }, limitMinutes });
    return { code, results: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs jest over all packages. @returns {Promise<import('./counts.mjs').Counts>} */
export async function runJest(tools, args, env = {}, limitMinutes = undefined) {
  const { code, results } = await runJestOnce(tools, args, env, limitMinutes);
  const crashed = crashedSuites(results);
  const counts = jestCounts(results, crashed);
  if (!crashed.length) return code !== 0 && counts.failed === 0 ? add(counts, one(false)) : counts;
  // Node 22 crashes now and then where modules are loaded in contexts of their own; that says nothing about the tests, but once more has to do.
  say(`Node crashed in ${crashed.join(', ')}: once more`);
  const again = await runJestOnce(tools, ['--runTestsByPath', ...crashed], env, limitMinutes);
  const repeated = jestCounts(again.results, []);
  return add(counts, again.code !== 0 && repeated.failed === 0 ? one(false) : repeated);
}

// They start real clusters: `test:real` runs them.
const NEEDS_KUBERNETES = 'realClusters.test.mjs';

/** The tests of scripts/ need no library. @param {(file: string) => boolean} wanted */
export async function runScriptTests(tools, wanted, limitMinutes = undefined) {
  const files = [...filesBelow(inRoot('scripts'))].filter(file => file.endsWith('.test.mjs') && wanted(file));
  const { code, output } = await runAndRead(tools.node, ['--test', '--test-reporter=spec', ...files], { env: tools.env, limitMinutes });
  const counts = nodeTestCounts(output);
  return code !== 0 && counts.failed === 0 ? add(counts, one(false)) : counts;
}

/** All tests that need nothing but this checkout. Arguments go to jest: a pattern runs the fitting files alone. */
export async function testAll(args) {
  const tools = await toolchain();
  await install(tools);
  const packages = await runJest(tools, args);
  const scripts = args.length ? NONE : await runScriptTests(tools, file => !file.endsWith(NEEDS_KUBERNETES));
  return add(packages, scripts);
}

export async function test(args) {
  const counts = await testAll(args);
  say(`\nnpm test: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed ? 1 : 0;
}
