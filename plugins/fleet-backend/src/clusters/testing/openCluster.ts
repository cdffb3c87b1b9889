import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveInMemory } from '@flotilla/kube-api';
import { createClusterDirectory } from '../directory';
import type { ClusterConnection, ClusterDirectory } from '../types';

/** A directory as production makes it, but for loopback, which tests need, and patience, as test machines are busy. */
export const testDirectory = (): ClusterDirectory =>
  createClusterDirectory({ policy: { allowLoopback: true }, userAgent: 'flotilla-test', now: () => Date.now(), connectMs: 20_000 });

export interface TestCluster {
  kubeconfig: string;
  close(): Promise<void>;
}

/** A whole Kubernetes API in this process, over TLS. */
export async function memoryCluster(): Promise<TestCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'flotilla-cluster-'));
  const server = await serveInMemory({ dir });
  const kubeconfig = await readFile(server.kubeconfig, 'utf8');
  return {
    kubeconfig,
    async close() {
      await server.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** The real cluster whose kubeconfig FLOTILLA_TEST_KUBECONFIG names; undefined when it names none. */
export const realCluster: (() => Promise<TestCluster>) | undefined = process.env.FLOTILLA_TEST_KUBECONFIG
  ? async () => ({ kubeconfig: await readFile(process.env.FLOTILLA_TEST_KUBECONFIG!, 'utf8'), close: async () => {} })
  : undefined;

/** Every implementation that stands behind one interface: our own (the API server alone, unless another is given), and real Kubernetes where there is one. */
export function eachCluster(title: string, suite: (open: () => Promise<TestCluster>) => void, own: [name: string, open: () => Promise<TestCluster>] = ['our own API server', memoryCluster]): void {
  describe(`${title}, on ${own[0]}`, () => suite(own[1]));
  if (realCluster) describe(`${title}, on real Kubernetes`, () => suite(realCluster!));
  else it.skip(`${title}, on real Kubernetes: set FLOTILLA_TEST_KUBECONFIG to a kubeconfig`, () => {});
}

/** The open connection to a cluster of this kubeconfig. */
export function connect(directory: ClusterDirectory, kubeconfig: string, cluster = 'one'): ClusterConnection {
  const outcome = directory.use({ cluster, kubeconfig });
  if (!outcome.ok) throw new Error(outcome.because);
  return outcome.value;
}
