import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCertificates } from '@flotilla/kube-api';
import type { ClusterSpec } from './clusterFile';
import { listenControl } from './control';
import { FAULTS, isFault, type Fault } from './faults';
import { SimulatedCluster } from './SimulatedCluster';

export interface Fleet {
  clusters: ReadonlyMap<string, SimulatedCluster>;
  setFault(name: string, fault: Fault, forMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts every cluster, writes its kubeconfig to `data/clusters`, and takes orders on the control socket. */
export async function serveClusters(specs: readonly ClusterSpec[], data: string, log: (message: string) => void): Promise<Fleet> {
  const ending = new AbortController();
  const folder = join(data, 'clusters');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const certificates = await ensureCertificates(join(data, 'clusters', 'certificates'));
  const clusters = new Map<string, SimulatedCluster>();
  for (const spec of specs) {
    const cluster = await SimulatedCluster.start({ spec, folder: join(folder, spec.name), certificates, signal: ending.signal, log });
    clusters.set(spec.name, cluster);
    writeFileSync(join(folder, `${spec.name}.kubeconfig`), cluster.kubeconfig(), { mode: 0o600 });
  }
  const mending = new Map<string, NodeJS.Timeout>();
  async function setFault(name: string, fault: Fault, forMs?: number) {
    const cluster = clusters.get(name);
    if (!cluster) throw new Error(`cluster ${name}: there is none; there are ${[...clusters.keys()].join(', ')}`);
    clearTimeout(mending.get(name));
    await cluster.setFault(fault);
    if (forMs) mending.set(name, setTimeout(() => void cluster.setFault('up'), forMs));
  }
  const control = await listenControl(data, async path => {
    const [, verb, name, fault, forMs] = path.split('/');
    if (verb !== 'fault') throw new Error(`order ${verb}: wanted fault`);
    if (!isFault(fault)) throw new Error(`fault ${fault}: wanted one of ${FAULTS.join(', ')}`);
    await setFault(name, fault, Number(forMs) || undefined);
    return { cluster: name, fault };
  });
  return {
    clusters,
    setFault,
    async stop() {
      control.close();
      mending.forEach(clearTimeout);
      ending.abort();
      await Promise.all([...clusters.values()].map(cluster => cluster.stop()));
    },
  };
}
