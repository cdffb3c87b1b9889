import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKubeHandler,
  createRegistry,
  createResourceService,
  followCrds,
  kubeconfigOf,
  MemoryStorage,
  serveTls,
  startEventExpiry,
  startGarbageCollector,
  startNamespaceController,
  systemContext,
  tokenAuthenticator,
  type Certificates,
  type KubeObject,
  type Registry,
  type ResourceService,
  type TlsListener,
} from '@flotilla/kube-api';
import { nodesOf, workloadsOf, type ClusterSpec } from './clusterFile';
import { rfc3339, withCondition, type Hands } from './controllers/hands';
import { runControllers } from './controllers/run';
import { durationMs } from './duration';
import { FaultyHandler, type Fault } from './faults';
import { StateFile } from './StateFile';
import { Timers } from './timers';

export interface ClusterOptions {
  spec: ClusterSpec;
  /** Folder of this cluster's state. */
  folder: string;
  certificates: Certificates;
  /** How many changes watches can go back. */
  history: number;
  /** Hears of what goes wrong, without an end of line. */
  log(message: string): void;
}

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** After a restart versions go on this much higher: whoever saw one that was not written any more must list anew. */
const VERSION_GAP = 1_000;
/** A silent watch hears this often how far it has come, about as from Kubernetes. */
const BOOKMARK_MS = 60_000;
const context = systemContext('simulated-cluster');

/** One member cluster: an API server over HTTPS with a token, and the controllers that make its objects move. */
export class SimulatedCluster {
  readonly name: string;
  readonly #options: ClusterOptions;
  readonly #storage: MemoryStorage;
  readonly #registry: Registry = createRegistry({ kinds: 'member' });
  readonly #service: ResourceService;
  readonly #handler: FaultyHandler;
  readonly #state: StateFile;
  readonly #ending = new AbortController();
  readonly #timers = new Timers();
  readonly #token: string;
  readonly #isNew: boolean;
  #saving: Promise<void> = Promise.resolve();
  #changing: Promise<void> = Promise.resolve();
  #listener: TlsListener | undefined;
  #port: number;
  #fault: Fault = 'up';

  private constructor(options: ClusterOptions) {
    this.#options = options;
    this.name = options.spec.name;
    this.#storage = new MemoryStorage({ history: options.history, heartbeatMs: BOOKMARK_MS });
    this.#state = new StateFile(join(options.folder, 'state.jsonl'));
    const saved = this.#state.read();
    this.#isNew = saved === undefined;
    this.#token = saved?.token ?? randomBytes(24).toString('base64url');
    this.#port = saved?.port ?? 0;
    if (saved) this.#storage.restore({ version: saved.version + VERSION_GAP, objects: saved.objects });
    this.#service = createResourceService({ storage: this.#storage, registry: this.#registry, now: () => new Date(), uid: randomUUID });
    const handler = createKubeHandler({
      service: this.#service,
      registry: this.#registry,
      authenticate: tokenAuthenticator(new Map([[this.#token, { kind: 'user', name: 'admin', groups: ['system:masters'] }]])),
      version: versionOf(options.spec.version ?? 'v1.36.3'),
      log: this.#say,
    });
    this.#handler = new FaultyHandler(handler, durationMs(options.spec.latency) ?? 2);
  }

  /**
   * Starts a cluster, as it was left if its folder holds a state.
   * @throws Error in plain words when that state cannot be read
   */
  static async start(options: ClusterOptions): Promise<SimulatedCluster> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const cluster = new SimulatedCluster(options);
    await followCrds(cluster.#storage, cluster.#registry, cluster.#ending.signal);
    if (cluster.#isNew) await cluster.#fill();
    await cluster.#openSomewhere();
    await cluster.#state.begin(cluster.#storage, cluster.#identity());
    cluster.#run();
    return cluster;
  }

  /** A kubeconfig of its administrator. */
  kubeconfig(): string {
    return kubeconfigOf(`https://127.0.0.1:${this.#port}`, this.#options.certificates.ca, this.#token);
  }

  get fault(): Fault {
    return this.#fault;
  }

  /** Breaks or mends it; one after the other, in the order of the calls. */
  setFault(fault: Fault): Promise<void> {
    const change = this.#changing.then(() => this.#become(fault));
    this.#changing = change.catch(() => undefined);
    return change;
  }

  /** Ends everything; what it holds is on disk when this resolves. */
  async stop(): Promise<void> {
    this.#timers.end();
    this.#ending.abort();
    this.#handler.goOn();
    await Promise.all([this.#close(), this.#saving]);
  }

  readonly #identity = () => ({ port: this.#port, token: this.#token });

  readonly #say = (message: string, error: unknown) => this.#options.log(`${this.name}: ${message}: ${(error as Error)?.message ?? error}`);

  async #become(fault: Fault) {
    if (this.#ending.signal.aborted) return;
    if (fault === 'down') await this.#close();
    else if (!this.#listener) await this.#open();
    if (fault === 'hang') this.#handler.hang();
    else this.#handler.goOn();
    this.#fault = fault;
  }

  async #open() {
    this.#listener = await serveTls({ handler: this.#handler.handle, port: this.#port, certificates: this.#options.certificates });
    this.#port = this.#listener.port;
  }

  /** At a start the port of last time may be somebody else's; the kubeconfig then names another one. */
  async #openSomewhere() {
    try {
      await this.#open();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      this.#options.log(`${this.name}: port ${this.#port} is taken; it gets another one`);
      this.#port = 0;
      await this.#open();
    }
  }

  async #close() {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  /** What a new cluster holds: namespaces, nodes, its background load. */
  async #fill() {
    const make = async (object: KubeObject) => {
      const info = this.#registry.byKind(object.apiVersion, object.kind)!;
      const { status, ...rest } = object;
      const made = await this.#service.create(context, { info, namespace: object.metadata.namespace }, rest, {});
      if (status) await this.#service.update(context, { info, name: made.metadata.name, subresource: 'status' }, { ...made, status }, {});
    };
    const namespaces = NAMESPACES.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    for (const object of [...namespaces, ...nodesOf(this.#options.spec).map(joined), ...workloadsOf(this.#options.spec)]) await make(object);
  }

  #run() {
    const { signal } = this.#ending;
    const controllers = { storage: this.#storage, registry: this.#registry, service: this.#service, signal, log: this.#say };
    void startGarbageCollector(controllers);
    void startNamespaceController(controllers);
    void startEventExpiry(controllers);
    const hands: Hands = { storage: this.#storage, service: this.#service, registry: this.#registry, now: Date.now, random: Math.random, after: this.#timers.after };
    runControllers(hands, signal, error => this.#say('a controller failed and tries again', error));
    this.#saving = this.#state.follow(this.#storage, this.#identity, signal).catch(error => this.#say('its state is not saved any more; a restart begins where saving ended', error));
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
