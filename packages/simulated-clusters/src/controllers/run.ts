import type { Change } from '@flotilla/kube-api';
import { reconcileDeployment } from './deployments';
import { isGoing, type Hands } from './hands';
import { reconcileJob } from './jobs';
import { Kubelets } from './kubelet';
import { reconcileReplicaSet } from './replicaSets';
import { schedulePods } from './scheduler';
import { Snapshot } from './snapshot';

/** Changes are collected so long, so that a burst is one look. */
const COLLECT_MS = 30;
/** What failed is tried again after this. */
const RETRY_MS = 2_000;
/** Timers hold less than 25 days; who waits longer is looked at in between. */
const LONGEST_WAIT_MS = 86_400_000;

/** The objects, by UID, that have to be looked at: what changed and what owns it. */
class Due {
  #uids = new Set<string>();
  /** After a start, or when changes were missed, everything is due. */
  #all = true;
  readonly #wakes = new Map<string, number>();

  constructor(
    private readonly hands: Hands,
    private readonly onDue: () => void,
  ) {}

  add(uid: string): void {
    this.#uids.add(uid);
    this.onDue();
  }

  addAll(): void {
    this.#all = true;
    this.onDue();
  }

  /** An object is due at a time. Of several times the earliest holds; who wants a later one asks again then. */
  at(uid: string, time: number): void {
    if ((this.#wakes.get(uid) ?? Infinity) <= time) return;
    this.#wakes.set(uid, time);
    this.hands.after(Math.min(LONGEST_WAIT_MS, Math.max(0, time - this.hands.now())), () => {
      if (this.#wakes.get(uid) !== time) return;
      this.#wakes.delete(uid);
      this.add(uid);
    });
  }

  /** What is due now, as a question; from here on it is collected anew. */
  take(): (uid: string) => boolean {
    const [uids, all] = [this.#uids, this.#all];
    this.#uids = new Set();
    this.#all = false;
    return uid => all || uids.has(uid);
  }
}

/** The controllers of one cluster, level-based: after changes, what they touch is looked at again. */
class Controllers {
  readonly #due: Due;
  readonly #kubelets: Kubelets;
  #planned = false;
  #busy = false;
  /** Something became due during a look. */
  #again = false;

  constructor(
    private readonly hands: Hands,
    private readonly signal: AbortSignal,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.#due = new Due(hands, () => this.#plan());
    this.#kubelets = new Kubelets(hands);
  }

  async follow(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        const since = await this.hands.storage.version();
        this.#due.addAll();
        for await (const change of this.hands.storage.changes('all', since, this.signal)) if (!('bookmark' in change)) this.#see(change);
      } catch (error) {
        // So many changes that some were missed before they were read.
        if (this.signal.aborted) return;
        this.onFault(error);
        await new Promise<void>(resolve => this.hands.after(RETRY_MS, resolve));
      }
    }
  }

  #see({ key, after, before, last }: Change) {
    if (key.resource === 'events') return;
    const { uid, ownerReferences } = (after ?? last ?? before!).metadata;
    const owner = ownerReferences?.find(each => each.controller)?.uid;
    if (owner) this.#due.add(owner);
    if (!after) this.#kubelets.forget(uid!);
    // Pods whose node is gone go with it.
    if (key.resource === 'nodes') this.#due.addAll();
    else this.#due.add(uid!);
  }

  #plan() {
    this.#again ||= this.#busy;
    if (this.#planned || this.#busy || this.signal.aborted) return;
    this.#planned = true;
    this.hands.after(COLLECT_MS, () => void this.#look());
  }

  async #look() {
    this.#planned = false;
    this.#again = false;
    this.#busy = true;
    try {
      await this.#act(this.#due.take());
    } catch (error) {
      this.onFault(error);
      this.hands.after(RETRY_MS, () => this.#due.addAll());
    } finally {
      this.#busy = false;
    }
    if (this.#again) this.#plan();
  }

  async #act(isDue: (uid: string) => boolean) {
    const { hands } = this;
    const world = await Snapshot.take(hands);
    await this.#each(world.deployments, isDue, (object, wake) => reconcileDeployment(hands, world, object, wake));
    await this.#each(world.replicaSets, isDue, (object, wake) => reconcileReplicaSet(hands, world, object, wake));
    await this.#each(world.jobs, isDue, (object, wake) => reconcileJob(hands, world, object, wake));
    const after = await Snapshot.take(hands);
    await schedulePods(hands, after);
    await this.#each(after.pods, isDue, (object, wake) => this.#kubelets.look(after, object, wake));
  }

  /** One that fails must not keep the others from being looked at. */
  async #each(objects: Snapshot['pods'], isDue: (uid: string) => boolean, reconcile: (object: Snapshot['pods'][number], wake: (at: number) => void) => Promise<void>) {
    for (const object of objects) {
      const uid = object.metadata.uid!;
      if (!isDue(uid) || isGoing(object)) continue;
      try {
        await reconcile(object, at => this.#due.at(uid, at));
      } catch (error) {
        this.onFault(new Error(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}: ${(error as Error).message}`));
        this.#due.at(uid, this.hands.now() + RETRY_MS);
      }
    }
  }
}

/**
 * Runs the controllers of one cluster until `signal` aborts.
 * @param onFault - hears of what failed; it is tried again
 */
export function runControllers(hands: Hands, signal: AbortSignal, onFault: (error: unknown) => void): void {
  void new Controllers(hands, signal, onFault).follow();
}
