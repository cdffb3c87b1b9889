import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importRings } from '../lint/cycles.mjs';
import { reportsAreCurrent } from './apiReports.mjs';
import { add, NONE, one } from './counts.mjs';
import { BACKSTAGE_CLI } from './frontend.mjs';
import { install } from './install.mjs';
import { checkLicences } from './licences.mjs';
import { inRoot, MODULES, ROOT } from './paths.mjs';
import { runOpenly } from './processes.mjs';
import { say, timed } from './say.mjs';
import { toolchain } from './toolchain.mjs';

const bin = (...parts) => join(MODULES, ...parts);

/** What is published has API reports; packages/app and packages/backend have nobody who imports them. */
const published = () =>
  ['packages/kube-api', ...readdirSync(inRoot('plugins')).map(name => `plugins/${name}`)].filter(path => existsSync(inRoot(path, 'package.json')));

/** Whether no two files import each other, directly or by way of others. */
function checkRings() {
  const rings = importRings();
  for (const ring of rings) say(`  These import each other; move what they share into a file of its own:\n    ${ring.join('\n    ')}`);
  return rings.length === 0;
}

/** Each check: its name and how to run it. `--fix` writes reports anew and mends what lint can mend. */
function checks(tools, fix) {
  const run = (...args) => async () => (await runOpenly(tools.node, args, { env: tools.env, cwd: ROOT })) === 0;
  const eslint = [bin('eslint/bin/eslint.js'), 'scripts', '--ext', '.mjs,.cjs,.js', '--max-warnings', '0'];
  const reports = [bin('@backstage/repo-tools/bin/backstage-repo-tools'), 'api-reports', '--allow-all-warnings', '-o', 'ae-undocumented,ae-missing-release-tag,ae-wrong-input-file-type'];
  return [
    ['types', run(bin('typescript/bin/tsc'))],
    ['lint of packages', run(BACKSTAGE_CLI, 'repo', 'lint', '--max-warnings', '0', ...(fix ? ['--fix'] : []))],
    ['lint of scripts', run(...eslint, ...(fix ? ['--fix'] : []))],
    ['imports in a ring', async () => checkRings()],
    ['API reports', fix ? run(...reports, ...published()) : () => reportsAreCurrent(published(), run(...reports, ...published()))],
    ['SQL reports', run(inRoot('scripts/sqlReport.mjs'), ...(fix ? [] : ['--ci']), ...published().filter(path => existsSync(inRoot(path, 'migrations'))))],
    ['configuration', run(BACKSTAGE_CLI, 'config:check', '--lax', '--config', inRoot('app-config.yaml'))],
    ['licences of dependencies', async () => checkLicences()],
  ];
}

/** Types, lint, reports, configuration, licences. All are run, so that one look shows all that is wrong. */
export async function checkAll(args) {
  const tools = await toolchain();
  await install(tools);
  let counts = NONE;
  for (const [name, run] of checks(tools, args.includes('--fix'))) {
    const passed = await timed(`Check: ${name}`, run);
    say(`${passed ? 'ok' : 'NOT OK'}: ${name}`);
    counts = add(counts, one(passed));
  }
  return counts;
}

export async function check(args) {
  const { passed, failed } = await checkAll(args);
  say(`\nnpm run check: ${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}
