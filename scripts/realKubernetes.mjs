/**
 * The parts of real Kubernetes from Go modules (tools/kubernetes) in one binary: of the newest minor that is tried, or of the oldest.
 *
 *   node scripts/realKubernetes.mjs [--oldest]      builds if needed, prints the path
 */
import { fileURLToPath } from 'node:url';
import { ensureGoProgram, goProgramMissing, requiredVersion } from './goProgram.mjs';

/** @typedef {'newest' | 'oldest'} Which minor; tools/kubernetes has a go.mod for each */
const MODULES = { newest: 'go', oldest: 'oldest' };

/** For example `v1.36.3`, from the go.mod. @param {Which} which */
export const kubernetesVersion = which => requiredVersion({ name: 'kubernetes', modules: MODULES[which] }, 'k8s.io/kubernetes');

/** Read when it is needed: whoever only imports this file has no use for go.mod. @param {Which} which */
function kubernetes(which) {
  const version = kubernetesVersion(which);
  const [major, minor] = version.slice(1).split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const variables = Object.entries(stamp).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
  return { name: 'kubernetes', modules: MODULES[which], what: `Kubernetes ${version}`, minutes: '7', variables };
}

/** Why real Kubernetes cannot be built here, or undefined when it can (or is built already). @param {Which} [which] */
export const realKubernetesMissing = (which = 'newest') => goProgramMissing(kubernetes(which));

/** The path of the binary, built now if it is not there; see `ensureGoProgram`. @param {(line: string) => void} [log] @param {Which} [which] */
export const ensureRealKubernetes = (log, which = 'newest') => ensureGoProgram(kubernetes(which), log);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const which = process.argv.includes('--oldest') ? 'oldest' : 'newest';
  process.stdout.write(`${await ensureRealKubernetes(line => process.stderr.write(`${line}\n`), which)}\n`);
}
