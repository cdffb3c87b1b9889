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
  type KubeObject,
  type ObjectKey,
  type TlsListener,
} from '@flotilla/kube-api';
import { aNode, instantStatus } from './instantPods';

const hand = systemContext('kubectl');

/**
 * A member cluster of a test: our API over TLS, and controllers whose pods are ready in an instant. It can go away and come back,
 * hold its pods back, and it writes down every object that was ever created in it.
 */
export class Member {
  readonly storage = new MemoryStorage({ history: 100_000 });
  readonly registry = createRegistry({ kinds: 'member' });
  readonly service = createResourceService({ storage: this.storage, registry: this.registry, now: () => new Date(), uid: randomUUID });
  /** `Kind namespace/name`, once per creation. */
  readonly created: string[] = [];
  /** Pods of workloads do not become ready while this holds. */
  pending = false;
  away = false;
  readonly #token = randomBytes(12).toString('hex');
  readonly #ending = new AbortController();
  readonly #sockets = new Set<Socket>();
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

  async #start() {
    const { storage, registry, service } = this;
    const handler = createKubeHandler({
      service,
      registry,
      authenticate: tokenAuthenticator(new Map([[this.#token, { kind: 'user', name: 'admin', groups: ['system:masters'] }]])),
      version: { major: '1', minor: '36', gitVersion: 'v1.36.3' },
    });
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      if (!this.#sockets.has(request.socket)) request.socket.once('close', () => this.#sockets.delete(request.socket));
      this.#sockets.add(request.socket);
      if (this.away) request.socket.destroy();
      else handler(request, response);
    };
    this.#listener = await serveTls({ handler: answer, port: 0, certificates: this.certificates });
    for (const namespace of ['default', 'kube-system']) await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const node = await this.create(aNode(`${this.name}-node`));
    await this.writeStatus(node, aNode(`${this.name}-node`).status);
    const controllers = { storage, registry, service, signal: this.#ending.signal, log: () => undefined };
    startGarbageCollector(controllers);
    startNamespaceController(controllers);
    void this.#follow(await storage.version());
  }

  async #follow(since: string) {
    for await (const change of this.storage.changes('all', since, this.#ending.signal)) {
      if ('bookmark' in change || !change.after) continue;
      const { kind, metadata } = change.after;
      if (!change.before && kind !== 'Event') this.created.push(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
      await this.#settle(change.key);
    }
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
    this.#ending.abort();
    this.leave();
    await this.#listener.close();
  }
}
