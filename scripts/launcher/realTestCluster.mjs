import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealClusters } from '../realClusters.mjs';

const SPEC = {
  name: 'test',
  provider: 'test',
  region: 'test-1',
  nodeGroups: [
    { name: 'general', count: 2, zones: ['a', 'b'], instanceType: 'test', price: 1, capacity: { cpu: '8', memory: '32Gi', 'nvidia.com/gpu': '4', pods: '110' } },
  ],
};

/** One real cluster in a folder of its own, for tests. @param {(line: string) => void} log */
export async function openRealCluster(log) {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-real-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const clusters = await startRealClusters([SPEC.name], folder, { clusters: [SPEC] }, log);
    const close = () => clusters.stop().finally(remove);
    return { env: { FLOTILLA_TEST_KUBECONFIG: join(folder, 'clusters', `${SPEC.name}.kubeconfig`) }, close };
  } catch (error) {
    remove();
    throw error;
  }
}
