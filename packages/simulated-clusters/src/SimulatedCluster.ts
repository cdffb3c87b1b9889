import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kubeconfigOf, type Certificates, type KubeObject, type ObjectKey } from '@flotilla/kube-api';
import type { ClusterSpec } from './clusterFile';
import { Door } from './Door';
import { durationMs } from './duration';
import { readFault, UP, type Mend } from './faults';
import { StateFile } from './StateFile';
import { World, type WorldOptions } from './World';

export interface ClusterOptions {
  spec: ClusterSpec;
  /** Folder of this cluster's state. */
  folder: string;
  certificates: Certificates;
  /** A server's certificate of the same authority whose time is over; made when it is first wanted. */
  expired(): Promise<Certificates>;
  /** How many changes watches can go back. */
  history: number;
  /** Hears of what goes wrong, without an end of line. */
  log(message: string): void;
}

/** One member cluster: an API server over HTTPS with a token, and the controllers that make its objects move. */
export class SimulatedCluster {
  readonly name: string;
  readonly #options: ClusterOptions;
  readonly #state: StateFile;
  readonly #token: string;
  #world!: World;
  #door!: Door;
  #saving: Promise<void> = Promise.resolve();
  #changing: Promise<void> = Promise.resolve();
  #fault = UP;
  #mend: Mend | undefined;

  private constructor(options: ClusterOptions, state: StateFile, token: string) {
    this.#options = options;
    this.name = options.spec.name;
    this.#state = state;
    this.#token = token;
  }

  /**
   * Starts a cluster, as it was left if its folder holds a state.
   * @throws Error in plain words when that state cannot be read
   */
  static async start(options: ClusterOptions): Promise<SimulatedCluster> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const state = new StateFile(join(options.folder, 'state.jsonl'));
    const saved = state.read();
    const cluster = new SimulatedCluster(options, state, saved?.token ?? randomBytes(24).toString('base64url'));
    cluster.#world = await World.open(cluster.#worldOptions(), saved);
    cluster.#door = new Door(options.certificates, saved?.port ?? 0, durationMs(options.spec.latency) ?? 2, cluster.#world.handler);
    await cluster.#openSomewhere();
    await state.begin(cluster.#world.storage, cluster.#identity());
    cluster.#run();
    return cluster;
  }

  /** A kubeconfig of its administrator. */
  kubeconfig(): string {
    return kubeconfigOf(`https://127.0.0.1:${this.#door.port}`, this.#options.certificates.ca, this.#token);
  }

  /** An object as it is, whatever is said of it at the door. */
  held(key: ObjectKey): Promise<KubeObject | undefined> {
    return this.#world.storage.get(key);
  }

  /** What it suffers from now, as it was given to {@link setFault}. */
  get fault(): string {
    return this.#fault;
  }

  /**
   * Breaks or mends it; one after the other, in the order of the calls. What was broken before is mended first.
   * @param fault - a row of the faults' table with its parameters, for example `slow 2s`; `up` only mends
   * @throws Error at once that says what is wanted
   */
  setFault(fault: string): Promise<void> {
    const begin = readFault(fault);
    const change = this.#changing.then(async () => {
      if (this.#world.signal.aborted) return;
      await this.#mendNow();
      this.#mend = await begin({ door: this.#door, world: this.#world, another: this.#another, expired: this.#options.expired });
      this.#fault = fault;
    });
    this.#changing = change.catch(() => undefined);
    return change;
  }

  /** Ends everything; what it holds is on disk when this resolves. */
  async stop(): Promise<void> {
    this.#world.end();
    await this.#changing;
    await this.#mendNow();
    await Promise.all([this.#door.close(), this.#saving]);
  }

  readonly #identity = () => ({ port: this.#door.port, token: this.#token });

  readonly #say = (message: string, error: unknown) => this.#options.log(`${this.name}: ${message}: ${(error as Error)?.message ?? error}`);

  readonly #worldOptions = (): WorldOptions => ({ spec: this.#options.spec, token: this.#token, history: this.#options.history, say: this.#say });

  /** A cluster of the same shape that nobody has seen before. */
  readonly #another = async () => {
    const world = await World.open(this.#worldOptions());
    world.run();
    return world;
  };

  /** What could not be mended stays broken until the next try. */
  async #mendNow() {
    await this.#mend?.();
    this.#mend = undefined;
    this.#fault = UP;
  }

  /** At a start the port of last time may be somebody else's; the kubeconfig then names another one. */
  async #openSomewhere() {
    try {
      await this.#door.open();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      this.#options.log(`${this.name}: port ${this.#door.port} is taken; it gets another one`);
      this.#door.port = 0;
      await this.#door.open();
    }
  }

  #run() {
    const { storage, signal } = this.#world;
    this.#world.run();
    this.#saving = this.#state.follow(storage, this.#identity, signal).catch(error => this.#say('its state is not saved any more; a restart begins where saving ended', error));
  }
}
