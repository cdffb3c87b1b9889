import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createKubeHandler, createRegistry, createResourceService, forbidden, kubeconfigOf, kubeError, MemoryStorage, serveTls, systemContext, type Certificates, type KubeObject, type TlsListener } from '@flotilla/kube-api';
import { allows, callOf } from '../../clusters/testing/callOf';
import type { RightsRule } from '../../model/memberRights';
import { aNode } from './instantPods';

const ACCOUNT = { namespace: 'flotilla-system', name: 'flotilla' };
const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');

/** A member that lets in one ServiceAccount with the rights it is given, as RBAC does, and gives it tokens. */
export class AccountMember {
  /** What was refused, as `verb resource`. */
  readonly refused: string[] = [];
  /** Bearer tokens that requests came with, each once. */
  readonly seen = new Set<string>();
  /** Answers TokenRequests with this Status code instead of a token. */
  refuseTokens?: number;
  /** Tokens it gives do not work. */
  givesDuds = false;
  readonly registry = createRegistry({ kinds: 'member' });
  readonly #storage = new MemoryStorage();
  readonly #service = createResourceService({ storage: this.#storage, registry: this.registry, now: () => new Date(), uid: randomUUID });
  readonly #good = new Set<string>();
  #listener!: TlsListener;

  private constructor(
    private readonly certificates: Certificates,
    public rules: readonly RightsRule[],
  ) {}

  static async open(certificates: Certificates, rules: readonly RightsRule[]): Promise<AccountMember> {
    const member = new AccountMember(certificates, rules);
    await member.#start();
    return member;
  }

  async #start() {
    for (const name of ['default', 'kube-system']) await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await this.create(aNode('node'));
    const handler = createKubeHandler({
      service: this.#service,
      registry: this.registry,
      version: { major: '1', minor: '36', gitVersion: 'v1.36.3' },
      authenticate: request => this.#authenticate(request),
      access: async (_ctx, { verb, group, resource, subresource, name, namespace }) => {
        const right = { verb: verb as never, group, resource: subresource ? `${resource}/${subresource}` : resource, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) };
        return { allowed: allows(this.rules, { right }), reason: '' };
      },
    });
    const answer = (request: IncomingMessage, response: ServerResponse) => (request.url!.endsWith('/token') ? this.#giveToken(request, response) : handler(request, response));
    this.#listener = await serveTls({ handler: answer, port: 0, certificates: this.certificates });
  }

  #authenticate(request: IncomingMessage) {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    this.seen.add(token);
    if (!this.#good.has(token)) throw kubeError(401, 'Unauthorized', 'Unauthorized');
    const call = callOf(request.method!, request.url!);
    if (!allows(this.rules, call)) {
      const { verb, group, resource } = 'right' in call ? call.right : { verb: 'get', group: '', resource: call.url };
      this.refused.push(`${verb} ${resource}`);
      throw forbidden({ group, resource, kind: '' } as never, '', `User "system:serviceaccount:flotilla-system:flotilla" cannot ${verb} resource "${resource}"`);
    }
    return { kind: 'user' as const, name: `system:serviceaccount:${ACCOUNT.namespace}:${ACCOUNT.name}`, groups: [] };
  }

  #giveToken(request: IncomingMessage, response: ServerResponse) {
    const good = this.#good.has((request.headers.authorization ?? '').replace('Bearer ', ''));
    const code = this.refuseTokens ?? (!good ? 401 : allows(this.rules, callOf('POST', request.url!)) ? 201 : 403);
    let text = '';
    request.on('data', chunk => (text += chunk)).on('end', () => {
      response.writeHead(code, { 'content-type': 'application/json' });
      if (code !== 201) return response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `planted ${code}` }));
      const now = Date.now() / 1000;
      const exp = now + JSON.parse(text).spec.expirationSeconds;
      const token = this.token(now, exp, !this.givesDuds);
      return response.end(JSON.stringify({ kind: 'TokenRequest', status: { token, expirationTimestamp: new Date(exp * 1000).toISOString() } }));
    });
  }

  /** A token of its account. Times are seconds since the epoch. */
  token(iat: number, exp: number, good = true): string {
    const token = [part({ alg: 'none', id: randomUUID() }), part({ sub: `system:serviceaccount:${ACCOUNT.namespace}:${ACCOUNT.name}`, iat, exp }), 'signature'].join('.');
    if (good) this.#good.add(token);
    return token;
  }

  kubeconfig = (token: string): string => kubeconfigOf(`https://127.0.0.1:${this.#listener.port}`, this.certificates.ca, token);

  create(object: KubeObject): Promise<KubeObject> {
    return this.#service.create(systemContext('kubectl'), { info: this.registry.byKind(object.apiVersion, object.kind)!, namespace: object.metadata.namespace }, object, {});
  }

  get(apiVersion: string, kind: string, namespace: string, name: string): Promise<KubeObject | undefined> {
    const { group, resource } = this.registry.byKind(apiVersion, kind)!;
    return this.#storage.get({ group, resource, namespace, name });
  }

  close(): Promise<void> {
    return this.#listener.close();
  }
}
