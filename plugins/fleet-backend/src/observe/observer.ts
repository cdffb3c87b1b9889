import type { ClusterDirectory, MemberResource } from '../clusters/types';
import type { FactStore } from '../store/types';
import { type Clock, systemClock } from './clock';
import { ClusterWatch } from './clusterWatch';
import type { ClusterObserver, ClusterSeen, LiveObjects, Observation } from './types';

export interface ObserverOptions {
  directory: ClusterDirectory;
  facts: FactStore;
  /** Instance id of this hub; tells our objects from another hub's. */
  hub: string;
  clock?: Clock;
  /** 0 ≤ n < 1; jitter only. */
  random?: () => number;
  /** A fact could not be saved; watching goes on. */
  onFault?: (error: unknown) => void;
}

const SAVE_MS = 10_000;
/** Facts that did not change are saved so often, for the time of the last answer. */
const SAVE_SAME_MS = 5 * 60_000;
const COALESCE_MS = 250;
const NOTHING: LiveObjects = new Map();

interface Watched {
  watch: ClusterWatch;
  /** Cancels the event that is due. */
  due?: () => void;
  dirty: boolean;
  savedAt: number;
}

/** Watches the clusters it is told of. What an earlier process saw is known from the start, with its old times. */
export async function createClusterObserver(options: ObserverOptions): Promise<ClusterObserver> {
  const { directory, facts, hub, clock = systemClock, random = Math.random, onFault = () => {} } = options;
  const listeners = new Set<(observation: Observation) => void>();
  const watched = new Map<string, Watched>();
  const saved = new Map((await facts.load()).map(each => [each.cluster, each.facts as ClusterSeen]));

  const emit = (observation: Observation) => listeners.forEach(listener => listener(observation));

  async function save(cluster: string, entry: Watched) {
    const seen = entry.watch.seen();
    entry.dirty = false;
    entry.savedAt = clock.now();
    if (!seen) return;
    saved.set(cluster, seen);
    await facts.save(cluster, seen, seen.reachable.lastAnswerAt).catch(onFault);
  }

  /** At most four a second per cluster, however much changes. */
  function factsChanged(cluster: string) {
    const entry = watched.get(cluster);
    if (!entry) return;
    entry.dirty = true;
    entry.due ??= clock.after(COALESCE_MS, () => {
      entry.due = undefined;
      emit({ type: 'facts', cluster });
    });
  }

  function begin(cluster: string): Watched {
    const watch = new ClusterWatch({
      cluster,
      hub,
      directory,
      clock,
      random,
      before: saved.get(cluster),
      onReach: ok => {
        factsChanged(cluster);
        emit({ type: ok ? 'reachable' : 'unreachable', cluster });
      },
      onFacts: () => factsChanged(cluster),
      onObject: (target, live, gone) => emit({ type: 'object', cluster, target, live, gone }),
    });
    const entry: Watched = { watch, dirty: false, savedAt: clock.now() };
    watched.set(cluster, entry);
    watch.run().catch(onFault);
    return entry;
  }

  async function end(cluster: string) {
    const entry = watched.get(cluster);
    if (!entry) return;
    watched.delete(cluster);
    entry.due?.();
    entry.watch.stop();
    await save(cluster, entry);
  }

  let cancelSaving = () => {};
  function saveAll() {
    cancelSaving = clock.after(SAVE_MS / 4, () => {
      const now = clock.now();
      const due = [...watched].filter(([, entry]) => now - entry.savedAt >= (entry.dirty ? SAVE_MS : SAVE_SAME_MS));
      Promise.all(due.map(([cluster, entry]) => save(cluster, entry))).then(saveAll, onFault);
    });
  }
  saveAll();

  return {
    watch(cluster, probeMs) {
      const entry = watched.get(cluster) ?? begin(cluster);
      if (probeMs) entry.watch.probeMs = probeMs;
    },
    interest: (cluster, resources: MemberResource[]) => watched.get(cluster)?.watch.interest(resources),
    stop(cluster) {
      end(cluster).catch(onFault);
    },
    async forget(cluster) {
      await end(cluster);
      saved.delete(cluster);
      await facts.remove(cluster);
    },
    served: cluster => watched.get(cluster)?.watch.served ?? [],
    seen: cluster => watched.get(cluster)?.watch.seen() ?? saved.get(cluster),
    live: cluster => watched.get(cluster)?.watch.live ?? NOTHING,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      cancelSaving();
      await Promise.all([...watched.keys()].map(end));
      listeners.clear();
    },
  };
}
