import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  createKubeHandler,
  createRegistry,
  createResourceService,
  kubeconfigOf,
  MemoryStorage,
  serveTls,
  startGarbageCollector,
  startNamespaceController,
  systemContext,
  tokenAuthenticator,
  type Certificates,
  type KubeHandler,
  type KubeObject,
  type ObjectKey,
  type Registry,
  type ResourceService,
  type StorageEntries,
  type TlsListener,
} from '@flotilla/kube-api';
import { aNode, instantStatus } from './instantPods';

const hand = systemContext('kubectl');

/** Everything that a member is, at one moment. */
export interface MemberState {
  entries: StorageEntries;
  /** See {@link Member.created}; by UID. */
  created: Map<string, string>;
}

/** What stands behind a member's address: its objects and the controllers that look after them. */
class MemberWorld {
  readonly storage = new MemoryStorage({ history: 100_000 });
  readonly service: ResourceService;
  readonly handler: KubeHandler;
  /** `Kind namespace/name` of every object that was ever created here, by its UID. */
  readonly created: Map<string, string>;
  readonly #ending = new AbortController();

  constructor(registry: Registry, token: string, state?: MemberState) {
    this.created = new Map(state?.created);
    if (state) this.storage.restore(state.entries);
    this.service = createResourceService({ storage: this.storage, registry, now: () => new Date(), uid: randomUUID });
    this.handler = createKubeHandler({
      service: this.service,
      registry,
      authenticate: tokenAuthenticator(new Map([[token, { kind: 'user', name: 'admin', groups: ['system:masters'] }]])),
      version: { major: '1', minor: '36', gitVersion: 'v1.36.3' },
    });
    const controllers = { storage: this.storage, registry, service: this.service, signal: this.#ending.signal, log: () => undefined };
    startGarbageCollector(controllers);
    startNamespaceController(controllers);
  }

  changes(since: string) {
    return this.storage.changes('all', since, this.#ending.signal);
  }

  note({ kind, metadata }: KubeObject) {
    if (kind !== 'Event') this.created.set(metadata.uid!, `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  }

  /** At this moment; no object is copied, as none is ever changed in place. */
  state(): MemberState {
    const entries = this.storage.entries();
    // What was created a moment ago may not have come round yet.
    for (const { object } of entries.objects) this.note(object);
    return { entries, created: new Map(this.created) };
  }

  end() {
    this.#ending.abort();
  }
}

/**
 * A member cluster of a test: our API over TLS, and controllers whose pods are ready in an instant. It can go away and come back,
 * hold its pods back, be put back to what it was, and it writes down every object that was ever created in it.
 */
export class Member {
  readonly registry = createRegistry({ kinds: 'member' });
  /** Pods of workloads do not become ready while this holds. */
  pending = false;
  away = false;
  /** Answers for the logs of its pods, of which nothing else here knows. */
  logs?: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #token = randomBytes(12).toString('hex');
  readonly #sockets = new Set<Socket>();
  #world = new MemberWorld(this.registry, this.#token);
  #listener!: TlsListener;

  private constructor(
    readonly name: string,
    private readonly certificates: Certificates,
  ) {}

  static async open(name: string, certificates: Certificates): Promise<Member> {
    const member = new Member(name, certificates);
    await member.#start();
    return member;
  }

  get storage(): MemoryStorage {
    return this.#world.storage;
  }

  get service(): ResourceService {
    return this.#world.service;
  }

  /** `Kind namespace/name`, once per creation. */
  get created(): string[] {
    return [...this.#world.created.values()];
  }

  async #start() {
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      if (!this.#sockets.has(request.socket)) request.socket.once('close', () => this.#sockets.delete(request.socket));
      this.#sockets.add(request.socket);
      if (this.away) request.socket.destroy();
      else if (this.logs && /\/pods\/[^/]+\/log(\?|$)/.test(request.url ?? '')) this.logs(request, response);
      else this.#world.handler(request, response);
    };
    this.#listener = await serveTls({ handler: answer, port: 0, certificates: this.certificates });
    for (const namespace of ['default', 'kube-system']) await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const node = await this.create(aNode(`${this.name}-node`));
    await this.writeStatus(node, aNode(`${this.name}-node`).status);
    void this.#follow(this.#world, await this.storage.version());
  }

  async #follow(world: MemberWorld, since: string) {
    for await (const change of world.changes(since)) {
      if ('bookmark' in change || !change.after) continue;
      if (!change.before) world.note(change.after);
      await this.#settle(change.key);
    }
  }

  /** What it is at this moment. */
  state(): MemberState {
    return this.#world.state();
  }

  /** Makes it what it was, behind the same address, and ends every connection. */
  async putBack(state: MemberState): Promise<void> {
    this.#world.end();
    for (const socket of this.#sockets) socket.destroy();
    this.#world = new MemberWorld(this.registry, this.#token, state);
    void this.#follow(this.#world, await this.storage.version());
    for (const { key } of state.entries.objects) await this.#settle(key);
  }

  async #settle(key: ObjectKey) {
    const live = await this.storage.get(key);
    const status = live && !this.pending && !live.metadata.deletionTimestamp ? instantStatus(live) : undefined;
    if (status) await this.writeStatus(live!, status).catch(() => undefined);
  }

  /** Lets held-back pods become ready. */
  async release() {
    this.pending = false;
    for (const resource of ['deployments', 'statefulsets']) {
      for (const { metadata } of (await this.storage.list({ group: 'apps', resource })).items) {
        await this.#settle({ group: 'apps', resource, namespace: metadata.namespace!, name: metadata.name! });
      }
    }
  }

  /** The way in to this address; with `of`, to another cluster that answers here instead. */
  kubeconfig(of: Member = this): string {
    return kubeconfigOf(`https://127.0.0.1:${of.#listener.port}`, this.certificates.ca, of.#token);
  }

  leave() {
    this.away = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  comeBack() {
    this.away = false;
  }

  #target(of: { apiVersion: string; kind: string; metadata: KubeObject['metadata'] }, subresource?: 'status') {
    return { info: this.registry.byKind(of.apiVersion, of.kind)!, namespace: of.metadata.namespace, name: of.metadata.name, subresource };
  }

  create(object: KubeObject): Promise<KubeObject> {
    return this.service.create(hand, { ...this.#target(object), name: undefined }, object, {});
  }

  /** A person with kubectl in the member. */
  async patch(of: KubeObject, body: object): Promise<void> {
    await this.service.patch(hand, this.#target(of), { type: 'merge', body }, {});
  }

  async delete(of: KubeObject): Promise<void> {
    await this.service.delete(hand, this.#target(of), {});
  }

  async writeStatus(of: KubeObject, status: unknown): Promise<void> {
    await this.service.patch(hand, this.#target(of, 'status'), { type: 'merge', body: { status } }, {});
  }

  async get(apiVersion: string, kind: string, namespace: string, name: string): Promise<KubeObject | undefined> {
    const info = this.registry.byKind(apiVersion, kind)!;
    return this.storage.get({ group: info.group, resource: info.resource, namespace, name });
  }

  deployment = (namespace: string, name: string) => this.get('apps/v1', 'Deployment', namespace, name);
  job = (namespace: string, name: string) => this.get('batch/v1', 'Job', namespace, name);
  namespace = (name: string) => this.get('v1', 'Namespace', '', name);

  async close() {
    this.#world.end();
    this.leave();
    await this.#listener.close();
  }
}
