import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveClusters } from '@flotilla/simulated-clusters';
import { eachCluster, type TestCluster } from './testing/openCluster';
import { usesContract } from './usesContract';

/** A simulated cluster of one node. */
async function simulatedCluster(): Promise<TestCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'flotilla-cluster-'));
  const nodeGroups = [{ name: 'general', count: 1, zones: ['a'], instanceType: 'test', capacity: { cpu: '8', memory: '32Gi', pods: '110' } }];
  const fleet = await serveClusters([{ name: 'one', provider: 'test', region: 'test-1', latency: '0ms', nodeGroups }], dir, () => undefined);
  return {
    kubeconfig: fleet.clusters.get('one')!.kubeconfig(),
    async close() {
      await fleet.stop();
      await rm(dir, { recursive: true });
    },
  };
}

eachCluster('every call of the table of rights', usesContract, ['a simulated cluster', simulatedCluster]);
