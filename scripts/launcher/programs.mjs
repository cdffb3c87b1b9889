import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkAll } from './check.mjs';
import { one } from './counts.mjs';
import { faultProgram, NODE_TRANSFORM } from './demo.mjs';
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runAndRead, runOpenly } from './processes.mjs';
import { say, sayProblem } from './say.mjs';
import { runJest, testAll } from './test.mjs';
import { testRealAll } from './testReal.mjs';
import { toolchain } from './toolchain.mjs';

async function installed() {
  const tools = await toolchain();
  await install(tools);
  return tools;
}

/** Every bench of every package, by name: `plugins/fleet-backend/bench/store.ts` is `store`. */
function benches() {
  const folders = ['packages', 'plugins'].flatMap(parent => readdirSync(inRoot(parent)).map(name => inRoot(parent, name, 'bench')));
  const files = [...folders, inRoot('bench')].filter(existsSync).flatMap(folder => readdirSync(folder).map(name => join(folder, name)));
  return new Map(files.filter(file => /^[\w-]+\.(ts|mjs)$/.test(basename(file))).map(file => [basename(file).replace(/\.\w+$/, ''), file]));
}

/** What no bench takes when all is well, even on a busy machine. */
const BENCH_LIMIT_MINUTES = 30;

/** `npm run bench [name] [-- options]`: one bench, or all one after the other by name. Options are those of one bench. */
export async function bench([name, ...args]) {
  const all = benches();
  const names = [...all.keys()].sort();
  if (name && !all.has(name)) throw new Problem(`There is no bench "${name}".`, `There are: ${names.join(', ') || 'none'}. Options come after the name.`);
  const tools = await installed();
  let failed = 0;
  for (const each of name ? [name] : names) {
    say(`\nBench: ${each}`);
    const { code } = await runAndRead(tools.node, ['--require', NODE_TRANSFORM, all.get(each), ...args], { env: tools.env, limitMinutes: BENCH_LIMIT_MINUTES });
    failed += code ? 1 : 0;
  }
  return failed ? 1 : 0;
}

/** `npm run fault -- CLUSTER FAULT [--for 30s] [--data DIR]`: breaks or mends a cluster of a running demo; `--help` names the faults. */
export async function fault(args) {
  const at = args.indexOf('--data');
  const data = resolve(at < 0 ? '.flotilla' : (args[at + 1] ?? ''));
  const others = at < 0 ? args : args.filter((_one, index) => index !== at && index !== at + 1);
  const [cluster, mode] = others;
  if (others.includes('--help')) return runFault(data, ['--help']);
  if (!cluster || !mode) throw new Problem('Which cluster, and what?', 'npm run fault -- CLUSTER FAULT [--for 30s] [--data DIR]; --help names the faults.');
  if (!existsSync(data)) throw new Problem(`There is no data folder ${data}.`, 'Start the demo first, or name its folder: --data DIR.');
  const { faultRealCluster } = await import('../realClusters.mjs');
  if (await faultRealCluster(data, cluster, mode)) return 0;
  return runFault(data, others);
}

async function runFault(data, words) {
  const tools = await installed();
  return runOpenly(tools.node, faultProgram(data, words), { env: tools.env });
}

/** Parts of the nightly run: name, what it does, how. Each ends by itself; tests that hang are ended after so many minutes. */
const NIGHTLY = {
  tests: ['All tests', () => testAll([])],
  laws: ['The scheduler’s laws, 20,000 cases each', tools => runJest(tools, ['scheduler/laws'], { LAW_RUNS: '20000' }, 60)],
  crash: [
    'The hub and its store killed everywhere',
    tools => runJest(tools, ['reconcile/crash', 'store/crash'], { FLEET_CRASH_POINTS: 'all', FLEET_CRASH_RUNS: '5', FLEET_CRASH_KILLS: '20', FLEET_KILL_ROUNDS: '30' }, 90),
  ],
  fuzz: ['Broken manifests for ten minutes', tools => runJest(tools, ['hostileInput'], { FUZZ_SECONDS: '600' }, 30)],
  checks: ['Checks', () => checkAll([])],
  real: [
    'Tests against real parts, 500 other sequences of writes with them',
    () => {
      Object.assign(process.env, { FLOTILLA_TEST_SEQUENCES: '500', FLOTILLA_TEST_SEED: String(Date.now() % 2 ** 31) });
      return testRealAll([]);
    },
  ],
  oldest: ['Members on the oldest supported Kubernetes', () => testRealAll(['oldest'])],
  bench: ['Benches', async () => one((await bench([])) === 0)],
};

/** `npm run nightly [-- part …]`: what takes too long for every change. Says what came of each part and how long it took. */
export async function nightly(wanted) {
  const unknown = wanted.find(key => !NIGHTLY[key]);
  if (unknown) throw new Problem(`There is no part "${unknown}".`, `There are: ${Object.keys(NIGHTLY).join(', ')}.`);
  const tools = await installed();
  const results = [];
  for (const key of wanted.length ? wanted : Object.keys(NIGHTLY)) {
    const [name, run] = NIGHTLY[key];
    const since = Date.now();
    // A part that breaks off is a failure; the others are run all the same.
    const counts = await run(tools).catch(error => sayProblem(error) ?? one(false));
    results.push({ name, counts, minutes: (Date.now() - since) / 60_000 });
  }
  say('');
  for (const { name, counts, minutes } of results) say(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${minutes.toFixed(1)} min`);
  return results.some(({ counts }) => counts.failed > 0) ? 1 : 0;
}
