import type { Change, KubeObject } from '@flotilla/kube-api';
import { Autoscalers } from './autoscalers';
import { reconcileClaim } from './claims';
import { reconcileCronJob } from './cronJobs';
import { reconcileDaemonSet } from './daemonSets';
import { reconcileDeployment } from './deployments';
import { Due } from './due';
import { Evictions } from './evictions';
import { isGoing, type Hands } from './hands';
import { reconcileJob } from './jobs';
import { Kubelets } from './kubelet';
import { Nodes } from './nodes';
import { reconcileQuota } from './quotas';
import { reconcileReplicaSet } from './replicaSets';
import { schedulePods } from './scheduler';
import { reconcileService } from './services';
import { takeSnapshot, type Kinds, type Snapshot } from './snapshot';
import { reconcileStatefulSet } from './statefulSets';

/** Changes are collected so long, so that a burst is one look. */
const COLLECT_MS = 30;
/** What failed is tried again after this. */
const RETRY_MS = 2_000;

/** Brings one object nearer to its wish. `wake` asks for another look at a time, in ms. */
export type Reconcile = (hands: Hands, world: Snapshot, object: KubeObject, wake: (at: number) => void) => Promise<void>;

interface Controller {
  kind: Kinds;
  reconcile: Reconcile;
  /** Beside its own changes and those of what it controls, an object follows the pods of its namespace, or everything in it. */
  follows?: 'pods' | 'everything';
}

/** In the order of a look: what one writes, those after it may need. */
const CONTROLLERS: readonly Controller[] = [
  { kind: 'cronJobs', reconcile: reconcileCronJob },
  { kind: 'deployments', reconcile: reconcileDeployment },
  { kind: 'replicaSets', reconcile: reconcileReplicaSet },
  { kind: 'statefulSets', reconcile: reconcileStatefulSet },
  { kind: 'daemonSets', reconcile: reconcileDaemonSet },
  { kind: 'jobs', reconcile: reconcileJob },
  { kind: 'claims', reconcile: reconcileClaim },
  { kind: 'services', reconcile: reconcileService, follows: 'pods' },
  { kind: 'quotas', reconcile: reconcileQuota, follows: 'everything' },
];

const markOf = (follows: 'pods' | 'everything', namespace = '') => `${follows} of ${namespace}`;

/** The controllers of one cluster, level-based: after changes, what they touch is looked at again. */
class Controllers {
  readonly #due: Due;
  readonly #kubelets: Kubelets;
  readonly #nodes: Nodes;
  readonly #evictions: Evictions;
  readonly #autoscalers: Autoscalers;
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
    this.#nodes = new Nodes(hands);
    this.#evictions = new Evictions(hands);
    this.#autoscalers = new Autoscalers(hands);
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
    if (!after) this.#forget(uid!);
    if (key.resource === 'pods') this.#due.add(markOf('pods', key.namespace));
    this.#due.add(markOf('everything', key.namespace));
    // Pods whose node is gone go with it; DaemonSets follow the nodes.
    if (key.resource === 'nodes') this.#due.addAll();
    else this.#due.add(uid!);
  }

  #forget(uid: string) {
    this.#kubelets.forget(uid);
    this.#evictions.forget(uid);
    this.#autoscalers.forget(uid);
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

  async #act(isDue: (mark: string) => boolean) {
    const { hands } = this;
    const world = await takeSnapshot(hands);
    await this.#each(world.autoscalers.filter(each => isDue(each.metadata.uid!)), (object, wake) => this.#autoscalers.look(world, object, wake));
    for (const { kind, reconcile, follows } of CONTROLLERS) {
      const isItsTurn = (object: KubeObject) => !isGoing(object) && (isDue(object.metadata.uid!) || (follows !== undefined && isDue(markOf(follows, object.metadata.namespace))));
      await this.#each(world[kind].filter(isItsTurn), (object, wake) => reconcile(hands, world, object, wake));
    }
    const after = await takeSnapshot(hands);
    await schedulePods(hands, after);
    const isItsTurn = (object: KubeObject) => isDue(object.metadata.uid!);
    await this.#each(after.nodes.filter(isItsTurn), (object, wake) => this.#nodes.look(after, object, wake));
    await this.#each(after.pods.filter(isItsTurn), async (object, wake) => {
      if (!(await this.#evictions.look(after, object, wake))) await this.#kubelets.look(after, object, wake);
    });
  }

  /** One that fails must not keep the others from being looked at. */
  async #each(objects: readonly KubeObject[], look: (object: KubeObject, wake: (at: number) => void) => Promise<void>) {
    for (const object of objects) {
      const uid = object.metadata.uid!;
      try {
        await look(object, at => this.#due.at(uid, at));
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
