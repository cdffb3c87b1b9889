import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkAll } from './check.mjs';
import { faultProgram, NODE_TRANSFORM } from './demo.mjs';
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runOpenly } from './processes.mjs';
import { say } from './say.mjs';
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

/** `npm run bench [name] [-- options]`: one bench, or all one after the other. */
export async function bench([first, ...rest]) {
  const [name, args] = first?.startsWith('-') ? [undefined, [first, ...rest]] : [first, rest];
  const all = benches();
  if (name && !all.has(name)) throw new Problem(`There is no bench "${name}".`, `There are: ${[...all.keys()].sort().join(', ') || 'none'}.`);
  const tools = await installed();
  let failed = 0;
  for (const [each, file] of all) {
    if (name && each !== name) continue;
    say(`\nBench: ${each}`);
    failed += (await runOpenly(tools.node, ['--require', NODE_TRANSFORM, file, ...args], { env: tools.env })) ? 1 : 0;
  }
  return failed ? 1 : 0;
}

/** `npm run fault -- CLUSTER MODE [--for 30s] [--data DIR]`: breaks or mends a cluster of a running demo. */
export async function fault(args) {
  const at = args.indexOf('--data');
  const data = resolve(at < 0 ? '.flotilla' : (args[at + 1] ?? ''));
  const others = at < 0 ? args : args.filter((_one, index) => index !== at && index !== at + 1);
  const [cluster, mode] = others;
  if (!cluster || !mode) throw new Problem('Which cluster, and what?', 'npm run fault -- CLUSTER down|hang|up|… [--for 30s] [--data DIR]');
  if (!existsSync(data)) throw new Problem(`There is no data folder ${data}.`, 'Start the demo first, or name its folder: --data DIR.');
  const { faultRealCluster } = await import('../realClusters.mjs');
  if (await faultRealCluster(data, cluster, mode)) return 0;
  const tools = await installed();
  return runOpenly(tools.node, faultProgram(data, others), { env: tools.env });
}

/** What takes too long for every change: property tests with many more cases, real parts, benches. */
export async function nightly(args) {
  const tools = await installed();
  const parts = [
    ['tests', () => testAll(args)],
    ['laws, many cases', () => runJest(tools, ['laws'], { LAW_RUNS: '20000' })],
    ['the hub killed at every point', () => runJest(tools, ['reconcile/crash'], { FLEET_CRASH_POINTS: 'all' })],
    ['checks', () => checkAll([])],
    ['tests against real parts', () => testRealAll([])],
  ];
  let failed = 0;
  for (const [name, run] of parts) {
    const counts = await run();
    say(`Nightly, ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    failed += counts.failed;
  }
  return failed + (await bench([])) ? 1 : 0;
}
