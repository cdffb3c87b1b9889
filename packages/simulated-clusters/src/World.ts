import { randomUUID } from 'node:crypto';
import {
  createKubeHandler,
  createRegistry,
  createResourceService,
  followCrds,
  MemoryStorage,
  startEventExpiry,
  startGarbageCollector,
  startNamespaceController,
  systemContext,
  type Access,
  type KubeHandler,
  type KubeObject,
  type ProxyCall,
  type Registry,
  type ResourceInfo,
  type ResourceService,
  type Rules,
  type StorageEntries,
} from '@flotilla/kube-api';
import { withRights } from './accounts/checkedService';
import { impersonation } from './accounts/impersonation';
import { CLUSTER_ADMIN, clusterRights, type Rights } from './accounts/rights';
import { accountTokens } from './accounts/tokens';
import { nodesOf, workloadsOf, type ClusterSpec } from './clusterFile';
import { memberAdmission } from './controllers/admission';
import { rfc3339, withCondition, type Hands } from './controllers/hands';
import { runControllers } from './controllers/run';
import { podAnswers } from './pods/answers';
import { metricsInfos, withMetrics } from './pods/metricsApi';
import { Traffic } from './pods/traffic';
import { seeded } from './seeded';
import { Timers } from './timers';

export interface WorldOptions {
  spec: ClusterSpec;
  /** The administrator's token; who says it may do everything. */
  token: string;
  /** How many changes watches can go back. */
  history: number;
  /** Hears of what goes wrong. */
  say(message: string, error: unknown): void;
}

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** After a restart versions go on this much higher: whoever saw one that was not written any more must list anew. */
const VERSION_GAP = 1_000;
/** A silent watch hears this often how far it has come, about as from Kubernetes. */
const BOOKMARK_MS = 60_000;
const is = (wanted: string) => ({ group, resource }: { group: string; resource: string }) => group === '' && resource === wanted;
const REGISTRY = { kinds: 'member', aggregated: metricsInfos, proxied: is('pods'), logged: is('pods'), tokens: is('serviceaccounts') } as const;
const context = systemContext('simulated-cluster');

/** What answers behind a cluster's door: its objects, its API, and the controllers that make them move. */
export class World {
  readonly storage: MemoryStorage;
  readonly service: ResourceService;
  /** Its API as it is. */
  readonly handler: KubeHandler;
  /** How far its clock is ahead, in ms. */
  skewMs = 0;
  readonly #options: WorldOptions;
  readonly #registry: Registry = createRegistry(REGISTRY);
  readonly #ending = new AbortController();
  readonly #timers = new Timers();
  readonly #traffic = new Traffic(() => this.now());
  readonly #rights: Rights;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.storage = new MemoryStorage({ history: options.history, heartbeatMs: BOOKMARK_MS });
    const { storage, now } = this;
    this.#rights = clusterRights(storage);
    const objects = createResourceService({ storage, registry: this.#registry, admission: memberAdmission(storage), now: () => new Date(now()), uid: randomUUID });
    this.service = withRights(withMetrics(objects, { storage, traffic: this.#traffic, now }), this.#rights);
    this.handler = this.over(this.service);
  }

  /** A world as it was left, or a new one that holds what its spec says. Its controllers rest until {@link run}. */
  static async open(options: WorldOptions, left?: StorageEntries): Promise<World> {
    const world = new World(options);
    if (left) world.storage.restore({ version: left.version + VERSION_GAP, objects: left.objects });
    await followCrds(world.storage, world.#registry, world.signal);
    if (!left) await world.#fill();
    return world;
  }

  /** Aborted at its end. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** What its clock says, in ms. */
  readonly now = (): number => Date.now() + this.skewMs;

  /** A kind that it serves. */
  info(apiVersion: string, kind: string): ResourceInfo {
    return this.#registry.byKind(apiVersion, kind)!;
  }

  /** Its API over another service than its own, where others than its roles may say what is allowed. */
  over(service: ResourceService, { access, rules }: { access: Access; rules?: Rules } = this.#rights): KubeHandler {
    const { spec, token, say } = this.#options;
    const { storage, now } = this;
    const rights = this.#rights;
    const tokens = accountTokens({ storage, token, rights, now });
    const { proxy, readLog } = podAnswers({ service, traffic: this.#traffic, node: name => storage.get({ group: '', resource: 'nodes', namespace: '', name }), now });
    return createKubeHandler({
      service,
      proxy: this.#asked('proxy', proxy),
      readLog: this.#asked('log', readLog),
      createToken: tokens.create,
      access,
      rules,
      impersonate: impersonation(rights),
      registry: this.#registry,
      authenticate: tokens.authenticate,
      version: versionOf(spec.version ?? 'v1.36.3'),
      log: say,
    });
  }

  /** Asks first whether the subresource may be used. */
  #asked(subresource: string, answer: (call: ProxyCall) => Promise<void>) {
    return async (call: ProxyCall) => {
      const { ctx, info, namespace, name, request } = call;
      const verb = ['GET', 'HEAD'].includes(request.method!) ? 'get' : 'create';
      await this.#rights.require(ctx.principal, { verb, info, subresource, namespace, name });
      return answer(call);
    };
  }

  /** Lets its controllers work. */
  run(): void {
    const { signal } = this;
    const { say } = this.#options;
    const controllers = { storage: this.storage, registry: this.#registry, service: this.service, signal, log: say };
    void startGarbageCollector(controllers);
    void startNamespaceController(controllers);
    void startEventExpiry(controllers);
    const hands: Hands = { storage: this.storage, service: this.service, registry: this.#registry, now: this.now, random: seeded(`${this.#options.spec.name} ${this.storage.oldest()}`), after: this.#timers.after, traffic: this.#traffic };
    runControllers(hands, signal, error => say('a controller failed and tries again', error));
  }

  end(): void {
    this.#timers.end();
    this.#ending.abort();
  }

  /** What a new cluster holds: namespaces, nodes, its background load. */
  async #fill() {
    const { spec } = this.#options;
    const make = async (object: KubeObject) => {
      const info = this.info(object.apiVersion, object.kind);
      const { status, ...rest } = object;
      const made = await this.service.create(context, { info, namespace: object.metadata.namespace }, rest, {});
      if (status) await this.service.update(context, { info, name: made.metadata.name, subresource: 'status' }, { ...made, status }, {});
    };
    const namespaces = NAMESPACES.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    for (const object of [...namespaces, CLUSTER_ADMIN, ...nodesOf(spec).map(joined), ...workloadsOf(spec)]) await make(object);
  }
}

/** A node as its kubelet registered it: addresses, a range for its pods, Ready. */
function joined(node: KubeObject, i: number): KubeObject {
  const at = Date.now();
  const place = `${i >> 8}.${i % 256}`;
  const conditions = withCondition([], 'Ready', 'True', 'KubeletReady', 'kubelet is posting ready status', at);
  return {
    ...node,
    spec: { ...node.spec, podCIDR: `10.${100 + (i >> 8)}.${i % 256}.0/24` },
    status: {
      ...node.status,
      addresses: [{ type: 'InternalIP', address: `10.0.${place}` }, { type: 'Hostname', address: node.metadata.name }],
      conditions: conditions.map(each => ({ ...each, lastUpdateTime: undefined, lastHeartbeatTime: rfc3339(at) })),
    },
  };
}

function versionOf(gitVersion: string) {
  const [, major = '1', minor = '36'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major, minor, gitVersion };
}
