import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKubeHandler,
  createRegistry,
  createResourceService,
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
import { runControllers } from './controllers/run';
import { rfc3339, withCondition, type Hands } from './controllers/hands';
import { FaultyHandler, type Fault } from './faults';

export interface ClusterOptions {
  spec: ClusterSpec;
  /** Folder of this cluster's state. */
  folder: string;
  certificates: Certificates;
  signal: AbortSignal;
  log(message: string): void;
}

/** What a restart finds again. */
interface Saved {
  port: number;
  token: string;
  objects: ReturnType<MemoryStorage['entries']>;
}

/** State is written this long after a change, so that a kill loses no more than that. */
const SAVE_MS = 500;
const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const context = systemContext('simulated-cluster');

/** One member cluster: an API server over HTTPS with a token, and the controllers that make its objects move. */
export class SimulatedCluster {
  readonly name: string;
  readonly token: string;
  readonly #storage = new MemoryStorage({ history: 10_000 });
  readonly #registry: Registry = createRegistry({ kinds: 'member' });
  readonly #service: ResourceService;
  readonly #options: ClusterOptions;
  readonly #handler: FaultyHandler;
  #listener: TlsListener | undefined;
  #port: number;
  #saving = false;
  #ended = false;

  private constructor(options: ClusterOptions, saved: Saved | undefined) {
    this.#options = options;
    this.name = options.spec.name;
    this.token = saved?.token ?? randomBytes(24).toString('base64url');
    this.#port = saved?.port ?? 0;
    if (saved) this.#storage.restore(saved.objects);
    this.#service = createResourceService({ storage: this.#storage, registry: this.#registry, now: () => new Date(), uid: randomUUID });
    const handler = createKubeHandler({
      service: this.#service,
      registry: this.#registry,
      authenticate: tokenAuthenticator(new Map([[this.token, { kind: 'user', name: 'admin', groups: ['system:masters'] }]])),
      version: versionOf(options.spec.version ?? 'v1.36.3'),
      log: (message, error) => options.log(`${this.name}: ${message}: ${error}`),
    });
    this.#handler = new FaultyHandler(handler, Number.parseFloat(options.spec.latency ?? '2'));
  }

  /** Starts a cluster, as it was left if its folder holds a state. */
  static async start(options: ClusterOptions): Promise<SimulatedCluster> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const file = join(options.folder, 'state.json');
    const saved = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved) : undefined;
    const cluster = new SimulatedCluster(options, saved);
    await cluster.#open();
    if (!saved) await cluster.#fill();
    cluster.#run();
    return cluster;
  }

  /** A kubeconfig of its administrator. */
  kubeconfig(): string {
    return kubeconfigOf(`https://127.0.0.1:${this.#port}`, this.#options.certificates.ca, this.token);
  }

  get fault(): Fault {
    return this.#handler.fault;
  }

  /** Breaks or mends it. */
  async setFault(fault: Fault): Promise<void> {
    const was = this.#handler.fault;
    this.#handler.set(fault);
    if (fault === 'down' && was !== 'down') await this.#close();
    if (fault !== 'down' && was === 'down') await this.#open();
  }

  /** Nodes and pods go on being what they are; only the answers end. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#close();
    this.#save();
  }

  async #open() {
    this.#listener = await serveTls({ handler: this.#handler.handle, port: this.#port, certificates: this.#options.certificates });
    this.#port = this.#listener.port;
  }

  async #close() {
    await this.#listener?.close();
    this.#listener = undefined;
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
    for (const object of [...namespaces, ...nodesOf(this.#options.spec).map(ready), ...workloadsOf(this.#options.spec)]) await make(object);
  }

  #run() {
    const { signal, log } = this.#options;
    const fault = (message: string, error: unknown) => log(`${this.name}: ${message}: ${(error as Error)?.message ?? error}`);
    const controllers = { storage: this.#storage, registry: this.#registry, service: this.#service, signal, log: fault };
    startGarbageCollector(controllers);
    startNamespaceController(controllers);
    startEventExpiry(controllers);
    const hands: Hands = {
      storage: this.#storage,
      service: this.#service,
      registry: this.#registry,
      now: Date.now,
      random: Math.random,
      after: (ms, call) => {
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', cancel);
          if (!signal.aborted) call();
        }, ms);
        const cancel = () => clearTimeout(timer);
        signal.addEventListener('abort', cancel, { once: true });
      },
    };
    runControllers(hands, signal, error => fault('a look of the controllers failed', error));
    this.#saveOnChange(hands).catch(error => signal.aborted || fault('saving its state ended', error));
  }

  async #saveOnChange(hands: Hands) {
    this.#save();
    for await (const change of this.#storage.changes('all', await this.#storage.version(), this.#options.signal)) {
      if ('bookmark' in change || this.#saving) continue;
      this.#saving = true;
      hands.after(SAVE_MS, () => {
        this.#saving = false;
        if (!this.#ended) this.#save();
      });
    }
  }

  /** Whole or not at all: a kill in the middle leaves the state before. */
  #save() {
    const file = join(this.#options.folder, 'state.json');
    const saved: Saved = { port: this.#port, token: this.token, objects: this.#storage.entries() };
    writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

function ready(node: KubeObject): KubeObject {
  const at = Date.now();
  const conditions = withCondition([], 'Ready', 'True', 'KubeletReady', 'kubelet is posting ready status', at);
  return { ...node, status: { ...node.status, conditions: conditions.map(each => ({ ...each, lastUpdateTime: undefined, lastHeartbeatTime: rfc3339(at) })) } };
}

function versionOf(gitVersion: string) {
  const [, major = '1', minor = '36'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major, minor, gitVersion };
}
