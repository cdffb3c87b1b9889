import type { ClusterDirectory } from '../clusters/types';
import type { ClusterObserver } from '../observe/types';
import type { Fence } from '../store/types';
import { DecisionMemory } from './decisionMemory';
import { KINDS, oneAtATime, type Engine } from './engine';
import { ReconcileLoop, type Result } from './ReconcileLoop';
import { reconcileApplication } from './reconcileApplication';
import { reconcileCluster } from './reconcileCluster';
import { reconcileFleet } from './reconcileFleet';
import { isTemplate, reconcileObject } from './reconcileObject';
import { reconcilePolicy } from './reconcilePolicy';
import { reconcileStored, STORED_KINDS } from './reconcileStored';
import { Tidier } from './Tidier';
import { Upkeep } from './Upkeep';
import { Waker } from './wake';

const LEASE = 'engine';
const LEASE_SECONDS = 15;
const RENEW_MS = 4_000;
/** Keys worked on at once. Decisions are made one at a time whatever this is; the rest is waiting for clusters. */
const WORKERS = 16;

export interface EngineOptions extends Omit<Engine, 'loop' | 'fence' | 'decideAlone' | 'decisions' | 'upkeep' | 'tidier'> {
  directory: ClusterDirectory;
  observer: ClusterObserver;
  /** Name under which this process holds the lease; its own unless it is the only one there can be. */
  holder: string;
}

export interface RunningEngine {
  engine: Engine;
  stop(): Promise<void>;
}

/** Which reconciler a key belongs to: `group/resource/namespace/name`. */
async function reconcileKey(engine: Engine, key: string): Promise<Result | void> {
  const [group, resource, namespace, name] = key.split('/');
  const is = (of: { group: string; resource: string }) => of.group === group && of.resource === resource;
  if (is(KINDS.cluster)) return reconcileCluster(engine, name);
  if (is(KINDS.fleet)) return reconcileFleet(engine, namespace, name);
  if (is(KINDS.application)) return reconcileApplication(engine, namespace, name);
  if (is(KINDS.policy)) return reconcilePolicy(engine, namespace, name);
  const stored = STORED_KINDS.find(is);
  if (stored) return reconcileStored(engine, stored, name);
  const info = engine.registry.all().find(is);
  return info && isTemplate(info) ? reconcileObject(engine, info, namespace, name) : undefined;
}

/**
 * Starts the engine once this process holds the lease, and stops it when the lease is lost: whatever it still tries to write
 * then is fenced by the store.
 */
export function startEngine(options: EngineOptions): RunningEngine {
  let fence: Fence | undefined;
  let listening: (() => void)[] = [];
  const engine: Engine = {
    ...options,
    decideAlone: oneAtATime(),
    decisions: new DecisionMemory(options.stores),
    upkeep: new Upkeep(),
    tidier: new Tidier(),
    fence: () => {
      if (!fence) throw new Error('this process does not hold the engine lease');
      return fence;
    },
    loop: undefined as unknown as ReconcileLoop,
  };
  const newLoop = () =>
    new ReconcileLoop({
      clock: options.clock,
      workers: WORKERS,
      reconcile: key => reconcileKey(engine, key),
      onFault: (key, error, attempt) => options.logger.error(`reconcile ${key} failed (attempt ${attempt}), it is tried again`, error as Error),
    });
  engine.loop = newLoop();
  const waker = new Waker(engine);

  async function begin() {
    await engine.decisions.load();
    engine.loop = newLoop();
    const told = (call: Promise<void>) => call.catch(error => options.logger.error('waking keys failed', error as Error));
    listening = [options.cache.onChange(change => void told(waker.changed(change))), options.observer.on(observation => waker.seen(observation))];
    await told(waker.all());
  }
  async function end() {
    listening.forEach(stop => stop());
    listening = [];
    await engine.loop.stop();
  }
  async function hold() {
    const next = await options.stores.leases.acquire(LEASE, options.holder, LEASE_SECONDS).catch(error => {
      options.logger.error('the engine lease could not be renewed', error as Error);
      return fence;
    });
    const had = fence;
    fence = next;
    try {
      if (next && !had) await begin();
    } catch (error) {
      // Not begun is not held: the next renewal tries again.
      fence = undefined;
      options.logger.error('the engine could not begin; it is tried again', error as Error);
    }
    if (!next && had) await end();
  }

  let stopped = false;
  let cancel = () => {};
  const keep = async () => {
    await hold();
    if (!stopped) cancel = options.clock.after(RENEW_MS, () => void keep());
  };
  const keeping = keep();
  return {
    engine,
    async stop() {
      stopped = true;
      cancel();
      await keeping;
      await end();
      if (fence) await options.stores.leases.release(LEASE, options.holder).catch(() => undefined);
    },
  };
}
