import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCertificates, type Certificates } from '@flotilla/kube-api';
import type { ClusterSpec } from './clusterFile';
import { listenControl } from './control';
import { UP } from './faults';
import { SimulatedCluster } from './SimulatedCluster';

/** How many changes are remembered, with the objects as they were: by a cluster, and by all of a process together, as that is what takes memory. */
const HISTORY = { least: 1_000, most: 10_000, all: 200_000 };

export interface Fleet {
  clusters: ReadonlyMap<string, SimulatedCluster>;
  /**
   * Breaks or mends a cluster, for a while if `forMs` is given.
   * @param fault - with its parameters, for example `slow 2s`
   * @throws Error naming the clusters there are, or saying what a fault looks like
   */
  setFault(name: string, fault: string, forMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts every cluster, writes its kubeconfig to `data/clusters`, and takes orders on the control socket.
 * @param log - hears of what goes wrong while they run
 * @throws Error in plain words when one of them cannot start; none is left running then
 */
export async function serveClusters(specs: readonly ClusterSpec[], data: string, log: (message: string) => void): Promise<Fleet> {
  const folder = join(data, 'clusters');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const clusters = new Map<string, SimulatedCluster>();
  const mending = new Map<string, NodeJS.Timeout>();
  async function setFault(name: string, fault: string, forMs?: number) {
    const cluster = clusters.get(name);
    if (!cluster) throw new Error(`cluster ${name}: there is none; there are ${someOf([...clusters.keys()])}`);
    const changed = cluster.setFault(fault);
    clearTimeout(mending.get(name));
    await changed;
    const mend = () => cluster.setFault(UP).catch(error => log(`${name}: could not be mended: ${error.message}`));
    if (forMs) mending.set(name, setTimeout(mend, forMs));
  }
  // First of all: whoever holds the socket holds the folder.
  const control = await listenControl(data, orders(setFault));
  async function stop() {
    mending.forEach(clearTimeout);
    await Promise.all([...clusters.values()].map(cluster => cluster.stop()));
    await control.close();
  }
  const history = Math.min(HISTORY.most, Math.max(HISTORY.least, Math.floor(HISTORY.all / specs.length)));
  try {
    const certificates = await ensureCertificates(join(folder, 'certificates'));
    let expiring: Promise<Certificates> | undefined;
    const expired = () => (expiring ??= ensureCertificates(join(folder, 'certificates'), { name: 'expired', days: -1 }));
    for (const spec of specs) {
      const cluster = await SimulatedCluster.start({ spec, folder: join(folder, spec.name), certificates, expired, history, log });
      clusters.set(spec.name, cluster);
      writeFileSync(join(folder, `${spec.name}.kubeconfig`), cluster.kubeconfig(), { mode: 0o600 });
    }
    return { clusters, setFault, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As many names as one reads. */
const someOf = (names: string[]) => `${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;

/** What the control socket understands: `/fault/<cluster>/<fault with its parameters>/<ms>`. */
const orders = (setFault: Fleet['setFault']) => async (path: string) => {
  const [, verb, name, fault, forMs] = path.split('/');
  if (verb !== 'fault') throw new Error(`order ${verb}: wanted fault`);
  await setFault(name, fault, Number(forMs) || undefined);
  return { cluster: name, fault };
};
