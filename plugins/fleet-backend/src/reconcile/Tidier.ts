/**
 * Removes namespaces that the hub made in members, once nothing is in them. What was in them may take its time to end, so each is on
 * record from the moment its last object is taken away, and tried again until it is gone or somebody else uses it.
 */
import { removeNamespaceIfOursAndEmpty } from '../dispatch';
import type { Work } from '../model/work';
import { KINDS, type Engine, type NamespaceTidier } from './engine';
import { keyOf } from './HubCache';
import { isWritable } from './inMember';

/** Every kind there is has to be looked at: soon at first, then seldom. */
const AGAIN_MS = { first: 1_000, longest: 600_000 };
/** A Cluster that leaves is not kept longer than this by what ends slowly. */
const LEAVING_MS = 120_000;

const isTidying = (work: Work) => work.state === 'tidying';

/** Records of the namespaces that these works leave. */
export function leftBehind(works: readonly Work[], now: number): Work[] {
  const left = new Map(works.filter(work => work.namespace !== '').map(work => [work.namespace, work]));
  return [...left.values()].map(({ cluster, clusterUid, namespace }) => ({
    cluster, clusterUid, apiVersion: 'v1', kind: 'Namespace', namespace: '', name: namespace,
    target: '', ownerUid: '', state: 'tidying', revision: '', wantedHash: '', appliedHash: '', memberUid: '', sent: true, error: '', since: now,
  }));
}

export class Tidier implements NamespaceTidier {
  readonly #nextAt = new Map<string, number>();
  readonly #busy = new Set<string>();

  /** Beside the loop: a slow cluster holds nothing up. */
  look(engine: Engine, cluster: string, works: readonly Work[]): void {
    const open = works.filter(isTidying);
    if (open.length === 0 || this.#busy.has(cluster) || !isWritable(engine, cluster)) return;
    const now = engine.clock.now();
    const key = keyOf({ ...KINDS.cluster, namespace: '', name: cluster });
    const due = open.filter(work => this.#dueAt(work) <= now);
    if (due.length === 0) return engine.loop.addAfter(key, Math.min(...open.map(work => this.#dueAt(work))) - now);
    this.#busy.add(cluster);
    this.#tidy(engine, cluster, due)
      .catch(error => engine.logger.error(`tidying up in cluster ${cluster} failed; it is tried again`, error as Error))
      .finally(() => {
        this.#busy.delete(cluster);
        // What came meanwhile, and when what is left is due.
        engine.loop.add(key);
      });
  }

  holds(engine: Engine, cluster: string, works: readonly Work[]): boolean {
    this.look(engine, cluster, works);
    return isWritable(engine, cluster) && works.some(work => isTidying(work) && engine.clock.now() - work.since < LEAVING_MS);
  }

  #dueAt = (work: Work) => this.#nextAt.get(keyIn(work)) ?? 0;

  async #tidy(engine: Engine, cluster: string, due: readonly Work[]): Promise<void> {
    const connection = engine.directory.get(cluster)!;
    for (const work of due) {
      const wait = Math.min(AGAIN_MS.longest, Math.max(AGAIN_MS.first, engine.clock.now() - work.since));
      this.#nextAt.set(keyIn(work), engine.clock.now() + wait);
      if (work.clusterUid !== '' && work.clusterUid !== engine.observer.seen(cluster)?.uid) continue;
      // Read now: whoever places something records it before it looks for the namespace.
      const used = (await engine.stores.works.byCluster(cluster)).some(other => other.namespace === work.name);
      const result = used ? undefined : await removeNamespaceIfOursAndEmpty(connection, work.name, engine.hubId, engine.trace);
      if (result?.did === 'waits' || result?.did === 'failed') continue;
      this.#nextAt.delete(keyIn(work));
      await engine.stores.works.remove([work], engine.fence());
    }
  }
}

const keyIn = (work: Work) => `${work.cluster}/${work.name}`;
