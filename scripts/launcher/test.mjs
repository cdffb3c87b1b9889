import { filesBelow } from './contentHash.mjs';
import { add, jestCounts, NONE, nodeTestCounts, one } from './counts.mjs';
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

/** Runs jest over all packages. @returns {Promise<import('./counts.mjs').Counts>} */
export async function runJest(tools, args, env = {}, limitMinutes = undefined) {
  const jest = [BACKSTAGE_CLI, 'repo', 'test', '--watch=false', '--coverage=false', '--maxWorkers=2', ...args];
  const { code, output } = await runAndRead(tools.node, jest, { env: { ...tools.env, ...JEST_ENV, ...env }, limitMinutes });
  const counts = jestCounts(output);
  // A suite that cannot even be loaded has no tests to count.
  return code !== 0 && counts.failed === 0 ? add(counts, one(false)) : counts;
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
