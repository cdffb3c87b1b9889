/**
 * The parts of real Kubernetes from Go modules (tools/kubernetes) in one binary.
 *
 *   node scripts/realKubernetes.mjs      builds if needed, prints the path
 */
import { fileURLToPath } from 'node:url';
import { ensureGoProgram, goProgramMissing, requiredVersion } from './goProgram.mjs';

/** Read when it is needed: whoever only imports this file has no use for go.mod. */
function kubernetes() {
  const version = requiredVersion({ name: 'kubernetes' }, 'k8s.io/kubernetes');
  const [major, minor] = version.slice(1).split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const variables = Object.entries(stamp).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);
  return { name: 'kubernetes', what: `Kubernetes ${version}`, minutes: '7', variables };
}

/** Why real Kubernetes cannot be built here, or undefined when it can (or is built already). */
export const realKubernetesMissing = () => goProgramMissing(kubernetes());

/** The path of the binary, built now if it is not there; see `ensureGoProgram`. @param {(line: string) => void} [log] */
export const ensureRealKubernetes = log => ensureGoProgram(kubernetes(), log);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await ensureRealKubernetes(line => process.stderr.write(`${line}\n`))}\n`);
}
