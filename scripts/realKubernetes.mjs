/**
 * Builds the parts of real Kubernetes from Go modules (tools/kubernetes) into one binary, once: the result is kept
 * outside the checkout under a name that is a hash of everything it is made from.
 *
 *   node scripts/realKubernetes.mjs      builds if needed, prints the path
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { homedir, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../tools/kubernetes', import.meta.url));

/** Below everything a person waits for: a cold build keeps every core busy for minutes. */
const BUILD_PRIORITY = 15;

/** The version that the binary says it is, from go.mod, so that it is written down once. */
function kubernetesVersion() {
  const found = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(SOURCE, 'go.mod'), 'utf8'));
  if (!found) throw new Error(`${SOURCE}/go.mod does not require k8s.io/kubernetes`);
  return found[1];
}

function linkerFlags(version) {
  const [major, minor] = version.slice(1).split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return ['-s', '-w', ...Object.entries(stamp).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`)].join(' ');
}

function cachedPath(flags) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${flags}`);
  for (const file of readdirSync(SOURCE).filter(name => /\.go$|^go\.(mod|sum)$/.test(name)).sort()) {
    hash.update(file).update(readFileSync(join(SOURCE, file)));
  }
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'flotilla', `kubernetes-${hash.digest('hex').slice(0, 16)}`);
}

/** Why real Kubernetes cannot be built here, or undefined when it can (or is built already). */
export function realKubernetesMissing() {
  if (existsSync(cachedPath(linkerFlags(kubernetesVersion())))) return undefined;
  const go = spawnSync('go', ['env', 'GOVERSION'], { cwd: SOURCE, encoding: 'utf8' });
  if (go.error || go.status !== 0) return 'Go 1.26 or newer is not installed (https://go.dev/dl)';
  return undefined;
}

/**
 * The path of the binary, built now if it is not there: about seven minutes and 1 GB of memory on two cores.
 *
 * @param log - Called with one line at a time: what is done and how long it took.
 * @throws Error when Go is missing, the module proxy cannot be reached or the build fails.
 */
export async function ensureRealKubernetes(log = () => {}) {
  const version = kubernetesVersion();
  const flags = linkerFlags(version);
  const target = cachedPath(flags);
  if (existsSync(target)) return target;
  const missing = realKubernetesMissing();
  if (missing) throw new Error(`cannot build Kubernetes ${version}: ${missing}`);
  log(`building Kubernetes ${version} from Go modules, once; about 7 minutes on two cores`);
  const started = Date.now();
  mkdirSync(dirname(target), { recursive: true });
  // Renamed when whole: a build that was broken off is never mistaken for a good one.
  const unfinished = `${target}.${process.pid}`;
  await build(['build', '-trimpath', '-buildvcs=false', '-ldflags', flags, '-o', unfinished, '.']);
  renameSync(unfinished, target);
  log(`built in ${Math.round((Date.now() - started) / 1000)} s: ${target}`);
  return target;
}

function build(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: SOURCE, stdio: ['ignore', 'inherit', 'inherit'] });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    child.once('error', reject);
    child.once('spawn', () => setPriority(child.pid, BUILD_PRIORITY));
    child.once('exit', code => {
      process.removeListener('exit', end);
      if (code === 0) resolve();
      else reject(new Error(`go build of Kubernetes ended with ${code}`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await ensureRealKubernetes(line => process.stderr.write(`${line}\n`))}\n`);
}
