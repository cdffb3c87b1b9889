import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealClusters } from '../realClusters.mjs';

const spec = name => ({
  name,
  provider: 'test',
  region: 'test-1',
  nodeGroups: [
    { name: 'general', count: 2, zones: ['a', 'b'], instanceType: 'test', price: 1, capacity: { cpu: '8', memory: '32Gi', 'nvidia.com/gpu': '4', pods: '110' } },
  ],
});
const NAMES = ['test', 'other'];

/** Two real clusters in a folder of their own, for tests; most know of the first alone. @param {(line: string) => void} log @param {import('../realKubernetes.mjs').Which} which */
export async function openRealCluster(log, which) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-real-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const clusters = await startRealClusters(NAMES, folder, { clusters: NAMES.map(spec) }, log, which);
    const close = () => clusters.stop().finally(remove);
    const [one, other] = NAMES.map(name => join(folder, 'clusters', `${name}.kubeconfig`));
    return { env: { FLOTILLA_TEST_KUBECONFIG: one, FLOTILLA_TEST_KUBECONFIG_OTHER: other }, close };
  } catch (error) {
    remove();
    throw error;
  }
}
