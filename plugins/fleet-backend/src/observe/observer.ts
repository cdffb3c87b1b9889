import type { ReachabilityHistory } from '@flotilla/backstage-plugin-fleet-common';
import type { ClusterDirectory, MemberResource } from '../clusters/types';
import type { FactStore, ReachabilityStore } from '../store/types';
import { type Clock, systemClock } from './clock';
import { ClusterWatch } from './clusterWatch';
import { Gate } from './gate';
import { History, stateOf } from './history';
import type { Kind } from './kinds';
import { LocalHealth } from './localHealth';
import { MemberLog } from './members/MemberLog';
import type { ClusterObserver, ClusterSeen, LiveObjects, Observation, WatchedToBeShown } from './types';

export interface ObserverOptions {
  directory: ClusterDirectory;
  facts: FactStore;
  /** Default: when clusters answered is forgotten with the process. */
  reachability?: ReachabilityStore;
  /** Instance id of this hub; tells our objects from another hub's. */
  hub: string;
  /** Default: nothing more than what is decided by. */
  toBeShown?: WatchedToBeShown;
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
const LISTS_AT_ONCE = 24;
const NOTHING: LiveObjects = new Map();

interface Watched {
  watch: ClusterWatch;
  /** Cancels the event that is due. */
  due?: () => void;
  dirty: boolean;
  savedAt: number;
}

const FORGETFUL: ReachabilityStore = { load: async () => new Map(), save: async () => {}, remove: async () => {} };

/** Watches the clusters it is told of. What an earlier process saw is known from the start, with its old times. */
export async function createClusterObserver(options: ObserverOptions): Promise<ClusterObserver> {
  const saved = new Map((await options.facts.load()).map(each => [each.cluster, unwatched(each.facts as ClusterSeen)]));
  const whole = { clock: systemClock, random: Math.random, onFault: () => {}, toBeShown: { events: false, workloads: false }, reachability: FORGETFUL, ...options };
  const histories = new Map([...(await whole.reachability.load())].map(([cluster, spans]) => [cluster, new History(spans)]));
  return new Observer(whole, saved, histories);
}

/** What was seen, of a cluster that nobody asks now: whether it answers is not known. */
function unwatched(seen: ClusterSeen): ClusterSeen {
  const { ok, since, lastAnswerAt } = seen.reachable;
  return { ...seen, reachable: { ok: false, since: ok ? lastAnswerAt : since, lastAnswerAt } };
}

class Observer implements ClusterObserver {
  private readonly listeners = new Set<(observation: Observation) => void>();
  private readonly watched = new Map<string, Watched>();
  private readonly lists = new Gate(LISTS_AT_ONCE);
  private readonly self: LocalHealth;
  private cancelSaving = () => {};
  readonly objects: MemberLog;

  constructor(
    private readonly options: Required<ObserverOptions>,
    private readonly saved: Map<string, ClusterSeen>,
    private readonly histories: Map<string, History>,
  ) {
    this.self = new LocalHealth(options.clock);
    this.objects = new MemberLog(options.clock.now(), (kind, cluster) => this.watched.get(cluster)?.watch.seenAt(kind));
    this.saveAgain();
  }

  watch(cluster: string, probeMs?: number): void {
    const entry = this.watched.get(cluster) ?? this.begin(cluster);
    if (probeMs) entry.watch.probeMs = probeMs;
  }

  interest(cluster: string, kinds: Kind[]): void {
    this.watched.get(cluster)?.watch.interest(kinds);
  }

  stop(cluster: string): void {
    this.end(cluster).catch(this.options.onFault);
  }

  async forget(cluster: string): Promise<void> {
    await this.end(cluster);
    this.objects.drop(cluster);
    this.saved.delete(cluster);
    this.histories.delete(cluster);
    await this.options.reachability.remove(cluster);
    await this.options.facts.remove(cluster);
  }

  served(cluster: string): readonly MemberResource[] {
    return this.watched.get(cluster)?.watch.served ?? [];
  }

  seen(cluster: string): ClusterSeen | undefined {
    return this.watched.get(cluster)?.watch.seen() ?? this.saved.get(cluster);
  }

  reachable(cluster: string): ClusterSeen['reachable'] | undefined {
    const { watch } = this.watched.get(cluster) ?? {};
    return watch ? watch.reachable() : this.saved.get(cluster)?.reachable;
  }

  history(cluster: string): ReachabilityHistory | undefined {
    return this.histories.get(cluster)?.lastDay(this.options.clock.now());
  }

  listed(cluster: string, kind: { apiVersion: string; kind: string }): boolean {
    return this.watched.get(cluster)?.watch.listed(kind) ?? false;
  }

  live(cluster: string): LiveObjects {
    return this.watched.get(cluster)?.watch.live ?? NOTHING;
  }

  on(listener: (observation: Observation) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.cancelSaving();
    this.self.stop();
    await Promise.all([...this.watched.keys()].map(cluster => this.end(cluster)));
    this.listeners.clear();
  }

  private begin(cluster: string): Watched {
    const { directory, hub, clock, random, onFault, toBeShown } = this.options;
    const watch = new ClusterWatch({
      cluster,
      hub,
      directory,
      clock,
      random,
      lists: this.lists,
      self: this.self,
      shown: kind => this.objects.sink(kind, cluster),
      toBeShown,
      before: this.saved.get(cluster),
      onLook: reachable => this.looked(cluster, reachable),
      onReach: ok => {
        this.factsChanged(cluster);
        this.emit({ type: ok ? 'reachable' : 'unreachable', cluster });
      },
      onFacts: () => this.factsChanged(cluster),
      onObject: (target, live, gone) => this.emit({ type: 'object', cluster, target, live, gone }),
    });
    const entry: Watched = { watch, dirty: false, savedAt: clock.now() };
    this.watched.set(cluster, entry);
    watch.run().catch(onFault);
    return entry;
  }

  private async end(cluster: string): Promise<void> {
    const entry = this.watched.get(cluster);
    if (!entry) return;
    this.watched.delete(cluster);
    entry.due?.();
    entry.watch.stop();
    // From here on nobody looks.
    this.histories.get(cluster)?.note('Unseen', this.options.clock.now());
    await this.save(cluster, entry);
  }

  private looked(cluster: string, reachable: ClusterSeen['reachable']) {
    let history = this.histories.get(cluster);
    if (!history) this.histories.set(cluster, (history = new History()));
    history.note(stateOf(reachable), this.options.clock.now());
  }

  private emit(observation: Observation) {
    this.listeners.forEach(listener => listener(observation));
  }

  /** At most four a second per cluster, however much changes. */
  private factsChanged(cluster: string) {
    const entry = this.watched.get(cluster);
    if (!entry) return;
    entry.dirty = true;
    entry.due ??= this.options.clock.after(COALESCE_MS, () => {
      entry.due = undefined;
      this.emit({ type: 'facts', cluster });
    });
  }

  private async save(cluster: string, entry: Watched): Promise<void> {
    const { facts, reachability, clock, onFault } = this.options;
    const seen = entry.watch.seen();
    entry.dirty = false;
    entry.savedAt = clock.now();
    const spans = this.histories.get(cluster)?.takeUnsaved() ?? [];
    if (seen) this.saved.set(cluster, unwatched(seen));
    if (seen) await facts.save(cluster, seen, seen.reachable.lastAnswerAt).catch(onFault);
    if (spans.length > 0) await reachability.save(cluster, spans).catch(onFault);
  }

  private saveAgain() {
    const { clock, onFault } = this.options;
    this.cancelSaving = clock.after(SAVE_MS / 4, () => {
      const due = [...this.watched].filter(([, entry]) => clock.now() - entry.savedAt >= (entry.dirty ? SAVE_MS : SAVE_SAME_MS));
      Promise.all(due.map(([cluster, entry]) => this.save(cluster, entry))).then(() => this.saveAgain(), onFault);
    });
  }
}
