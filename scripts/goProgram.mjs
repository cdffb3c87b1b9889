/**
 * Builds a Go module of tools/ into one binary, once: the result is kept outside the checkout under a name that is a hash of
 * everything it is made from.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { homedir, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Below everything a person waits for: a cold build keeps every core busy for minutes. */
const BUILD_PRIORITY = 15;

const STRIPPED = ['-s', '-w'];

/**
 * @typedef {object} GoProgram
 * @property {string} name folder below tools/, and first part of the binary's name
 * @property {string} what it is called in sentences
 * @property {string} minutes how long a cold build takes, in words
 * @property {string} [modules] name of the go.mod to build with, without the end, where it is another one than `go`
 * @property {string[]} [variables] more flags of the linker
 */

const modulesOf = ({ modules = 'go' }) => `${modules}.mod`;
const sourceOf = ({ name }) => fileURLToPath(new URL(`../tools/${name}`, import.meta.url));

/** The version of a module that a program requires, from its go.mod, so that it is written down once. @param {string} module */
export function requiredVersion(program, module) {
  const words = readFileSync(join(sourceOf(program), modulesOf(program)), 'utf8').split('\n').map(line => line.trim().split(/\s+/));
  const found = words.find(([name, version]) => name === module && version?.startsWith('v'));
  if (!found) throw new Error(`tools/${program.name}/${modulesOf(program)} does not require ${module}`);
  return found[1];
}

const linkerFlags = ({ variables = [] }) => [...STRIPPED, ...variables].join(' ');

function cachedPath(program) {
  const source = sourceOf(program);
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${linkerFlags(program)}`);
  const sums = modulesOf(program).replace(/mod$/, 'sum');
  for (const file of readdirSync(source).filter(name => name.endsWith('.go') || [modulesOf(program), sums].includes(name)).sort()) {
    hash.update(file).update(readFileSync(join(source, file)));
  }
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'flotilla', `${program.name}-${hash.digest('hex').slice(0, 16)}`);
}

/** Why a program cannot be built here, or undefined when it can (or is built already). @param {GoProgram} program */
export function goProgramMissing(program) {
  if (existsSync(cachedPath(program))) return undefined;
  const go = spawnSync('go', ['env', 'GOVERSION'], { cwd: sourceOf(program), encoding: 'utf8' });
  if (go.error || go.status !== 0) return 'Go 1.26 or newer is not installed (https://go.dev/dl)';
  return undefined;
}

/**
 * The path of the binary, built now if it is not there.
 *
 * @param {GoProgram} program
 * @param {(line: string) => void} log called with one line at a time: what is done and how long it took
 * @throws Error when Go is missing, the module proxy cannot be reached or the build fails
 */
export async function ensureGoProgram(program, log = () => {}) {
  const target = cachedPath(program);
  if (existsSync(target)) return target;
  const missing = goProgramMissing(program);
  if (missing) throw new Error(`cannot build ${program.what}: ${missing}`);
  log(`building ${program.what} from Go modules, once; about ${program.minutes} minutes on two cores`);
  const started = Date.now();
  mkdirSync(dirname(target), { recursive: true });
  // Renamed when whole: a build that was broken off is never mistaken for a good one.
  const unfinished = `${target}.${process.pid}`;
  // Without -trimpath: with it Go compiles what two programs share once for each, wherever one of them replaces a module's version.
  await build(program, ['build', '-buildvcs=false', `-modfile=${modulesOf(program)}`, '-ldflags', linkerFlags(program), '-o', unfinished, '.']);
  renameSync(unfinished, target);
  log(`built in ${Math.round((Date.now() - started) / 1000)} s: ${target}`);
  return target;
}

function build(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: sourceOf(program), stdio: ['ignore', 'inherit', 'inherit'] });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    child.once('error', reject);
    child.once('spawn', () => setPriority(child.pid, BUILD_PRIORITY));
    child.once('exit', code => {
      process.removeListener('exit', end);
      if (code === 0) resolve();
      else reject(new Error(`go build of ${program.what} ended with ${code}`));
    });
  });
}
