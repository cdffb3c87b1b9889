import type { LoggerService, PermissionsService } from '@backstage/backend-plugin-api';
import type { KubeObject, RequestContext } from '@flotilla/kube-api';
import type { Knex } from 'knex';
import { createClusterDirectory } from '../../clusters';
import type { ClusterDirectory } from '../../clusters/types';
import type { Trace } from '../../dispatch';
import { createClusterObserver, systemClock } from '../../observe';
import type { ClusterObserver } from '../../observe/types';
import { startHub, type Hub } from '../../service';
import { openStores } from '../../store/openStores';
import type { StatementHook } from '../../store/sql/Database';
import { testKeys } from '../../store/testbed';
import type { Stores } from '../../store/types';
import { DEFAULT_LIMITS } from '../../config';
import { KINDS } from '../engine';

export interface TestHubOptions {
  knex: Knex;
  trace?: Trace;
  onStatement?: StatementHook;
  /** How often members are asked whether they answer, ms; `false` as production does. Default 250: a test does not wait seconds. */
  probeMs?: number | false;
  /** Told of every request to a member. */
  onSend?: (sent: { cluster: string; method: string; path: string }) => void;
  /** Milliseconds since the epoch, for the stores only. */
  now?: () => number;
}

const NOBODY = {} as PermissionsService;

/** Together longer than the engine waits after an event in a member. */
const ROUNDS = 3;
const PAUSE_MS = 60;
const PLACING = [KINDS.cluster, KINDS.fleet, KINDS.policy, KINDS.application, { group: 'apps', resource: 'deployments' }];
const keyOf = (kind: { group: string; resource: string }, { metadata }: KubeObject) => `${kind.group}/${kind.resource}/${metadata.namespace ?? ''}/${metadata.name}`;

/** The whole control plane as production joins it, but for Backstage's own services. Everything is asked as a plugin of the same backend. */
export class TestHub {
  /** Errors and warnings it logged. */
  readonly logged: string[] = [];
  stores!: Stores;
  directory!: ClusterDirectory;
  observer!: ClusterObserver;
  hub!: Hub;
  readonly #ending = new AbortController();
  #probing: NodeJS.Timeout | undefined;

  static async open(options: TestHubOptions): Promise<TestHub> {
    const test = new TestHub();
    await test.#start(options);
    return test;
  }

  async #start({ knex, trace, onStatement, onSend, probeMs = 250, now = Date.now }: TestHubOptions) {
    const write = (message: string, error?: unknown) => void this.logged.push(`${message} ${(error as Error)?.stack ?? ''}`);
    const logger = { error: write, warn: write, info: () => undefined, debug: () => undefined, child: () => logger } as unknown as LoggerService;
    const { signal } = this.#ending;
    this.stores = await openStores({ knex, encryption: testKeys, now, signal, onStatement, onError: error => write('store', error) });
    const hubId = await this.stores.instanceId();
    this.directory = createClusterDirectory({ policy: { allowLoopback: true }, userAgent: 'flotilla-test', now: Date.now, onSend });
    this.observer = await createClusterObserver({ directory: this.directory, facts: this.stores.facts, hub: hubId });
    const settings = {
      encryption: testKeys, addresses: { allowLoopback: true }, fleetNamespaces: ['kurator-system'],
      resourceAliases: { gpu: 'nvidia.com/gpu' }, engine: true, clusterDefaults: [], limits: DEFAULT_LIMITS,
    };
    const { stores, directory, observer } = this;
    this.hub = await startHub({ stores, directory, observer, clock: systemClock, logger, permissions: NOBODY, settings: settings as never, hubId, signal, trace });
    if (probeMs) this.#probing = setInterval(() => directory.names().forEach(name => observer.watch(name, probeMs)), 100);
  }

  #ctx: RequestContext = {
    principal: { kind: 'service', name: 'plugin:test', groups: [], credentials: { principal: { type: 'service', subject: 'plugin:test' } } },
    warn: () => undefined,
  };

  #target(of: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>) {
    return { info: this.hub.registry.byKind(of.apiVersion, of.kind)!, namespace: of.metadata.namespace, name: of.metadata.name };
  }

  /** `kubectl apply --server-side`. */
  async apply(...objects: KubeObject[]): Promise<void> {
    for (const object of objects) await this.hub.service.patch(this.#ctx, this.#target(object), { type: 'apply', body: object, force: true }, { fieldManager: 'test' });
  }

  async patch(of: KubeObject, body: object): Promise<void> {
    await this.hub.service.patch(this.#ctx, this.#target(of), { type: 'merge', body }, {});
  }

  async delete(of: KubeObject): Promise<void> {
    await this.hub.service.delete(this.#ctx, this.#target(of), {});
  }

  /** What `kubectl delete --dry-run=server` warns of. */
  async deletionPreview(of: KubeObject): Promise<string[]> {
    const warnings: string[] = [];
    await this.hub.service.delete({ ...this.#ctx, warn: text => void warnings.push(text) }, this.#target(of), { dryRun: true });
    return warnings;
  }

  /** Messages of the Events with this reason about an object. */
  async events(kind: string, name: string, reason: string): Promise<string[]> {
    const { items } = await this.stores.resources.list({ group: '', resource: 'events' });
    return items.filter(event => event.reason === reason && event.involvedObject?.kind === kind && event.involvedObject?.name === name).map(event => event.message);
  }

  /** As stored; undefined when it is not there. */
  async get(of: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): Promise<KubeObject | undefined> {
    const { info, namespace = '', name } = this.#target(of);
    return this.stores.resources.get({ group: info.group, resource: info.resource, namespace, name: name! });
  }

  /** A condition as `status reason: message`, or ''. */
  async condition(of: KubeObject, type: string): Promise<string> {
    const found = (await this.get(of))?.status?.conditions?.find((each: any) => each.type === type);
    return found ? `${found.status} ${found.reason}: ${found.message}` : '';
  }

  /**
   * Looks at everything once more, until nothing waits and nothing is worked on, what came in from the members meanwhile included:
   * what is not done by then is not going to be.
   */
  async lookAtAll(): Promise<void> {
    const { loop, cache } = this.hub.engine!;
    for (let round = 0; round < ROUNDS; round += 1) {
      const written = Number(await this.stores.resources.version());
      await until(() => Number(cache.version) >= written);
      for (const kind of PLACING) for (const object of cache.all(kind.group, kind.resource)) loop.add(keyOf(kind, object));
      await loop.idle();
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    }
    await loop.idle();
  }

  async close() {
    clearInterval(this.#probing);
    await this.hub.stop();
    this.#ending.abort();
    await this.observer.close();
    this.directory.close();
    await this.stores.close();
  }
}

/** Waits until `what` holds; fails with what it last gave. */
export async function until(what: () => unknown | Promise<unknown>, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  let last: unknown;
  for (;;) {
    last = await what();
    if (last === true) return;
    if (Date.now() > end) throw new Error(`after ${ms} ms: ${what} is ${JSON.stringify(last)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
