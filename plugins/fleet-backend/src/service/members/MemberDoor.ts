import { forbidden, KubeError, kubeError, notFound, type KubeObject, type Principal, type RequestContext } from '@flotilla/kube-api';
import type { ClusterDirectory, FailureReason, ForwardAnswer, Impersonated, Outcome } from '../../clusters/types';
import { clusterMode } from '../../model/defaults';
import type { ClusterObserver } from '../../observe/types';
import { KINDS } from '../../reconcile/engine';
import type { Activity } from '../../store/types';
import type { Authority, Right, RightAbout } from '../rights';
import { readMemberRequest, type MemberRequest, type Method } from './memberRequest';
import { withoutKubeconfigs } from './memberSecrets';

/** A request for a member, as whoever speaks HTTP hands it in. */
export interface Knock {
  cluster: string;
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  /** The client wants another protocol. */
  upgrade: boolean;
  accept?: string;
  contentType?: string;
  ifNoneMatch?: string;
  /** Read once the rights are known to be there. */
  body(): Promise<Buffer>;
}

/** What comes back; `streams` says that it may never end. */
export interface Opened extends Omit<ForwardAnswer, 'body'> {
  body: ForwardAnswer['body'] | Buffer;
  streams: boolean;
}

export interface DoorOptions {
  directory: Pick<ClusterDirectory, 'get'>;
  observer: Pick<ClusterObserver, 'seen'>;
  authority: Authority;
  clusterOf(name: string): KubeObject | undefined;
  redact(secret: KubeObject): KubeObject;
  record(activity: Activity): void;
  now(): number;
  /** Whom the portal's account impersonates in the members for somebody; absent: it acts there as itself. */
  impersonated?(principal: Principal): Promise<Impersonated>;
}

/** Milliseconds until the head of an answer is there. */
const HEAD_MS = 30_000;
/** Passed on to one cluster at once. */
const AT_ONCE = 64;
const SECRET_BYTES = 8 * 1024 * 1024;

const { group, resource } = KINDS.cluster;
const itself = { group, resource, kind: KINDS.cluster.kind };
/** Without Retry-After: clients would ask ten times before they tell their user. */
const unavailable = (cluster: string, because: string) => kubeError(503, 'ServiceUnavailable', `cluster ${cluster} cannot be asked: ${because}`);
const CODE_OF: Partial<Record<FailureReason, [number, string]>> = { TimedOut: [504, 'Timeout'], Refused: [502, 'BadGateway'], SignInNeeded: [502, 'BadGateway'] };

/**
 * The permissioned way into the members: whoever may pass through is let in with the portal's own credentials there, to read or to
 * write as their rights say. What is asked and how it ended is put on record, without its query. Nobody waits for a cluster that
 * is known not to answer.
 */
export class MemberDoor {
  private readonly inside = new Map<string, number>();

  constructor(private readonly options: DoorOptions) {}

  /** @throws KubeError for every request that is not passed on, and where the member gives no usable answer */
  async open(ctx: RequestContext, knock: Knock): Promise<Opened> {
    const asked = readMemberRequest(knock.method, knock.path, knock.query, knock.upgrade);
    try {
      const opened = await this.pass(ctx, knock, asked);
      this.record(ctx, knock, opened.code < 400 ? 'done' : 'refused', '');
      return opened;
    } catch (error) {
      const refused = error instanceof KubeError && error.code < 500;
      this.record(ctx, knock, refused ? 'refused' : 'failed', error instanceof KubeError ? error.message : 'internal error');
      throw error;
    }
  }

  private async pass(ctx: RequestContext, knock: Knock, asked: MemberRequest): Promise<Opened> {
    const { cluster } = knock;
    await this.demand(ctx.principal, cluster, asked);
    if (asked.refused) throw kubeError(asked.refused.code, REASON[asked.refused.code], asked.refused.message);
    const connection = this.connectionTo(cluster, asked);
    const leave = this.enter(cluster);
    try {
      const isWrite = knock.method !== 'GET' && knock.method !== 'HEAD';
      const signal = ctx.signal ?? new AbortController().signal;
      const answer = await connection.forward(
        {
          method: knock.method as Method,
          path: knock.path,
          query: knock.query.toString(),
          accept: asked.secret ? 'application/json' : knock.accept,
          contentType: knock.contentType,
          ifNoneMatch: knock.ifNoneMatch,
          onBehalfOf: ctx.principal.name,
          as: await this.options.impersonated?.(ctx.principal),
          body: isWrite ? await knock.body() : undefined,
        },
        HEAD_MS,
        signal,
      );
      if (!answer.ok) throw failureOf(cluster, answer);
      answer.value.body.once('close', leave);
      return asked.resource === 'secrets' && asked.secret ? await this.secrets(cluster, knock, answer.value) : { ...answer.value, streams: asked.streams };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Reading the Cluster, passing through to what is asked, and Secrets where it gives them out. */
  private async demand(principal: Principal, cluster: string, asked: MemberRequest): Promise<void> {
    const right: Right = asked.write ? 'cluster.proxy.write' : 'cluster.proxy.read';
    const refuse = (why: string) => forbidden(itself, cluster, `User "${principal.name}" cannot pass through to it: ${why}`);
    const demand = async (wanted: Right, about: RightAbout) => {
      const answer = await this.options.authority.check(principal, wanted, about);
      if (!answer.allowed) throw refuse(answer.why);
    };
    const place = { group: asked.group, resource: asked.resource, namespace: asked.namespace, name: asked.name, cluster };
    await demand('read', { group, resource, name: cluster });
    if (asked.describes) {
      // Who may pass through to anything there may know what there is to ask for.
      const reader = await this.options.authority.reader(principal, { group, resource, name: cluster, cluster }, right);
      if (!reader.all && reader.why !== '') throw refuse(reader.why);
    } else await demand(right, place);
    if (asked.secret) await demand('secret.read', place);
  }

  /** Says at once why a cluster is not asked. */
  private connectionTo(name: string, asked: MemberRequest) {
    const cluster = this.options.clusterOf(name);
    if (!cluster) throw notFound(itself, name);
    if (asked.write && clusterMode(cluster.spec ?? {}) === 'Observe') throw forbidden(itself, name, 'its mode is Observe: nothing is written there through the portal');
    const reachable = this.options.observer.seen(name)?.reachable;
    const connection = this.options.directory.get(name);
    if (!connection || !reachable) throw unavailable(name, 'this process has no connection to it');
    if (!reachable.ok) throw unavailable(name, reachable.because ?? 'it was not asked yet since this process began');
    return connection;
  }

  private enter(cluster: string): () => void {
    const now = this.inside.get(cluster) ?? 0;
    if (now >= AT_ONCE) throw kubeError(429, 'TooManyRequests', `${AT_ONCE} requests are being passed on to cluster ${cluster} already`, { retryAfterSeconds: 1 });
    this.inside.set(cluster, now + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.inside.set(cluster, this.inside.get(cluster)! - 1);
    };
  }

  private async secrets(cluster: string, { method }: Knock, { code, headers, body }: ForwardAnswer): Promise<Opened> {
    const bytes: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > SECRET_BYTES) throw kubeError(502, 'BadGateway', `cluster ${cluster} answered with more Secrets than are passed on at once: use limit and continue`);
      bytes.push(chunk as Buffer);
    }
    const { etag: _etag, ...rest } = headers;
    if (method === 'HEAD' || code === 304) return { code, headers: rest, body: Buffer.alloc(0), streams: false };
    const safe = withoutKubeconfigs(parsed(Buffer.concat(bytes)), this.options.redact);
    if (!safe) throw kubeError(502, 'BadGateway', `cluster ${cluster} answered with something else than Secrets`);
    return { code, headers: { ...rest, 'content-type': 'application/json' }, body: Buffer.from(`${JSON.stringify(safe)}\n`), streams: false };
  }

  private record({ principal }: RequestContext, { cluster, method, path }: Knock, outcome: Activity['outcome'], because: string) {
    const why = [`/${path.join('/')}`.slice(0, 500), because].filter(Boolean).join(': ');
    this.options.record({ at: this.options.now(), actor: principal.name, verb: `proxy ${method.toLowerCase().slice(0, 20)}`, group, resource, namespace: '', name: cluster, outcome, why });
  }
}

const REASON: Record<number, string> = { 400: 'BadRequest', 404: 'NotFound', 405: 'MethodNotAllowed', 501: 'NotImplemented' };

function failureOf(cluster: string, { reason, because }: Extract<Outcome<unknown>, { ok: false }>): KubeError {
  const [code, word] = CODE_OF[reason] ?? [503, 'ServiceUnavailable'];
  return kubeError(code, word, `cluster ${cluster}: ${because}`);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
