import type { IncomingMessage, ServerResponse } from 'node:http';
import { kubeError } from '../errors';
import { OpenApi } from '../openapi/openapi';
import type { Document } from '../openapi/openapi';
import { SWAGGER_PROTOBUF } from '../openapi/swaggerProtobuf';
import type { Principal, RequestContext, ResourceRegistry, ResourceService, Target } from '../service';
import type { ResourceInfo } from '../types';
import { sendError, sendObject, sendText } from './answer';
import type { LogError } from './answer';
import { discardRest, parseBody, readBody } from './body';
import { Discovery, verbsOf } from './discovery';
import { acceptClauses, acceptsJson, acceptsSwaggerProtobuf, negotiate, notAcceptable } from './negotiate';
import { impersonationIn } from './impersonation';
import type { Impersonation } from './impersonation';
import { flag, watchRequest } from './query';
import { methodNotAllowed, noSuchResource } from './refusals';
import { eventConverter, objectReading, serveResource } from './resources';
import type { Call } from './resources';
import { isReview, review } from './reviews';
import type { Access, Rules } from './reviews';
import { parseRoute } from './route';
import type { ResourcePath, Route } from './route';
import { Turnstile } from './turnstile';
import { Warnings } from './warnings';
import { streamWatch } from './watchStream';

export interface KubeLimits {
  /** Bytes of a request's body. Default 3 MiB. */
  maxBodyBytes?: number;
  /** Milliseconds a request that is no watch may take. Default 60,000. */
  requestTimeoutMs?: number;
  /** Open watches a principal may have. Default 200. */
  watchesPerPrincipal?: number;
  /** Milliseconds a watcher may take nothing while events wait for it, before it is cut off. Default 10,000. */
  watchStallMs?: number;
  /** Requests a second a principal may make on average, with a burst of twice as many. Default: no limit. */
  requestsPerSecond?: number;
}

export interface KubeHandlerOptions {
  service: ResourceService;
  registry: ResourceRegistry;
  /** Who asks. Throws KubeError 401 when nobody known does. Never asked for `/version` and the health checks. */
  authenticate(request: IncomingMessage): Principal | Promise<Principal>;
  /** What `/version` says. */
  version: { major: string; minor: string; gitVersion: string };
  /** Answers SelfSubjectAccessReview and SelfSubjectRulesReview, and tells who has no right from who asks wrongly. Default: everything is allowed. */
  access?: Access;
  /** What SelfSubjectRulesReview answers, where the host has rules to show. Default: what `access` says of every verb of every kind. */
  rules?: Rules;
  /** Who asks, if they may, when they name somebody else (`kubectl --as`). Throws KubeError 403. Absent: nobody may. */
  impersonate?(principal: Principal, wanted: Impersonation): Promise<Principal>;
  limits?: KubeLimits;
  /** Counts what each principal asks, by `limits`; given by a host that has other ways in by which the same principals come. */
  turnstile?: Turnstile;
  /** Passes on what comes below `/proxy` of kinds that offer it, rights included. Absent: 404. */
  proxy?: (call: ProxyCall) => Promise<void>;
  /** Answers `/log` of kinds that offer it, rights included. Absent: 404. */
  readLog?: (call: ProxyCall) => Promise<void>;
  /** Answers `/token` of kinds that offer it, rights included. Absent: 404. */
  createToken?: (call: ProxyCall) => Promise<void>;
  /** Cut from the front of each path, when whoever mounts the handler has not done so. */
  basePath?: string;
  /** Where our own failures go, and watches cut off. Default: nowhere. */
  log?: LogError;
}

/** A request to be passed on, and who makes it. */
export interface ProxyCall {
  ctx: RequestContext;
  info: ResourceInfo;
  /** Of the object whose `/proxy`, `/log` or `/token` was asked; of Pods with the scheme and port, if they were said. */
  name: string;
  namespace?: string;
  /** The path below `/proxy` in decoded parts, of which none is empty, `.` or `..`, or holds a `/`. */
  path: string[];
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  maxBodyBytes: number;
  /** Admits one long stream of the principal; throws KubeError 429. Call what it returns when it ends. */
  enterStream(): () => void;
}

export type KubeHandler = (request: IncomingMessage, response: ServerResponse) => void;

const DEFAULTS = {
  maxBodyBytes: 3 * 1024 * 1024,
  requestTimeoutMs: 60_000,
  watchesPerPrincipal: 200,
  watchStallMs: 10_000,
};
/** As kube-apiserver: a watch without a time limit ends after 30 to 60 minutes, so that clients spread over replicas. */
const WATCH_SECONDS = 1_800;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Why a request's signal is aborted: made once, for an exception with its stack at the end of each request is dear. */
const OVER = new Error('the request is over');

/** Serves one API over plain node http: create it with {@link createKubeHandler}. */
class KubeServer {
  private readonly discovery: Discovery;
  private readonly openapi: OpenApi;
  private readonly turnstile: Turnstile;
  private readonly limits: typeof DEFAULTS & KubeLimits;
  private readonly log: LogError;

  constructor(private readonly options: KubeHandlerOptions) {
    this.limits = { ...DEFAULTS, ...options.limits };
    this.log = options.log ?? (() => undefined);
    this.discovery = new Discovery(options.registry);
    this.openapi = new OpenApi(options.registry, options.version.gitVersion);
    this.turnstile = options.turnstile ?? new Turnstile(this.limits);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const warnings = new Warnings();
    const stop = new AbortController();
    response.on('close', () => stop.abort(OVER));
    response.on('error', () => stop.abort(OVER));
    try {
      const [path, search = ''] = this.relative(request.url ?? '/').split('?', 2);
      await this.route(parseRoute(path), { request, response, query: new URLSearchParams(search), warnings, stop });
    } catch (error) {
      // What failed because the client went away is nobody's fault, and nobody hears of it.
      if (response.headersSent || response.destroyed) response.destroy();
      else sendError(response, error, warnings, this.log);
      discardRest(request);
    }
  }

  private relative(url: string): string {
    const { basePath } = this.options;
    return basePath && url.startsWith(basePath) ? url.slice(basePath.length) : url;
  }

  private async route(route: Route, exchange: Exchange): Promise<void> {
    const { request, response, query, warnings } = exchange;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (route.at === 'health') return sendText(response, 200, 'ok', 'text/plain; charset=utf-8');
    if (route.at === 'version') return sendObject(response, 200, this.version(), warnings, { pretty: true });
    const principal = await this.principalOf(request);
    this.turnstile.countRequest(principal);
    if (route.at === 'resource') return route.rest ? this.passOn(route, principal, exchange) : this.serve(route, principal, exchange);
    if (!isRead) throw methodNotAllowed();
    return this.describe(route, exchange, flag(query, 'pretty'));
  }

  /** Whoever signed in, or whom they act as. */
  private async principalOf(request: IncomingMessage): Promise<Principal> {
    const { options } = this;
    const wanted = impersonationIn(request);
    if (wanted && !options.impersonate) throw kubeError(403, 'Forbidden', 'impersonation is not offered: sign in as who you are');
    const principal = await options.authenticate(request);
    return wanted ? options.impersonate!(principal, wanted) : principal;
  }

  private version(): object {
    const { major, minor, gitVersion } = this.options.version;
    const platform = `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`;
    return { major, minor, gitVersion, gitCommit: '', gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z', goVersion: '', compiler: '', platform };
  }

  /** Discovery and OpenAPI: what the server is, open to everyone who is signed in. */
  private describe(route: Route, { request, response, warnings }: Exchange, pretty: boolean): void {
    const { accept } = request.headers;
    const found = (value: object | undefined) => {
      if (!value) throw noSuchResource();
      sendObject(response, 200, value, warnings, { pretty, media: negotiate(accept).media });
    };
    switch (route.at) {
      case 'api':
      case 'apis':
        if (this.sendAggregated(route.at, request, response)) return undefined;
        return found(route.at === 'api' ? this.discovery.core() : this.discovery.groupList());
      case 'group':
        return found(this.discovery.group(route.group));
      case 'resources':
        return found(this.discovery.resources(route.group, route.version));
      case 'openapiV3':
        return found(this.openapi.index());
      case 'openapiDocument':
        return this.sendDocument(this.openapi.document(route.groupVersion), request, response);
      case 'openapiV2':
        return this.sendSwagger(request, response);
      default:
        throw noSuchResource();
    }
  }

  /** Sends the aggregated form when the client asks for it, 304 when it has it already. */
  private sendAggregated(at: 'api' | 'apis', request: IncomingMessage, response: ServerResponse): boolean {
    const clause = acceptClauses(request.headers.accept).find(
      ({ type, parameters }) => type === 'application/json' && parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io',
    );
    const version = clause?.parameters.get('v');
    if (version !== 'v2' && version !== 'v2beta1') return false;
    const { text, etag } = this.discovery.aggregated(at, version);
    const headers = { ETag: etag, Vary: 'Accept', 'Cache-Control': 'public' };
    if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
    else sendText(response, 200, text, `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`, undefined, headers);
    return true;
  }

  private sendDocument(document: Document | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (!document) throw noSuchResource();
    // Clients also know a protobuf form of these; they fall back to JSON when told that there is none.
    if (!acceptsJson(request.headers.accept)) throw notAcceptable(['application/json']);
    this.sendUnlessKnown(document, 'application/json', request, response);
  }

  private sendSwagger(request: IncomingMessage, response: ServerResponse): void {
    if (acceptsSwaggerProtobuf(request.headers.accept)) this.sendUnlessKnown(this.openapi.swaggerProtobuf(), SWAGGER_PROTOBUF, request, response);
    else this.sendDocument(this.openapi.swagger(), request, response);
  }

  private sendUnlessKnown({ text, hash }: Document, type: string, request: IncomingMessage, response: ServerResponse): void {
    const etag = `"${hash}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { ETag: etag }).end();
    else sendText(response, 200, text, type, undefined, { ETag: etag, Vary: 'Accept', 'Cache-Control': 'public' });
  }

  private async serve(path: ResourcePath, principal: Principal, exchange: Exchange): Promise<void> {
    const { request, response, query, warnings, stop } = exchange;
    const target = this.target(path);
    const isWatch = isReading(request) && (path.watch || (target.name === undefined && flag(query, 'watch')));
    const ctx = contextOf(principal, exchange);
    const call: Call = { request, response, query, ctx, target, warnings, maxBodyBytes: this.limits.maxBodyBytes, access: this.options.access };
    if (isWatch) return this.watch(call, stop);
    return this.withinTime(stop, () =>
      isReview(target.info) && request.method === 'POST' && target.name === undefined ? this.review(call) : serveResource(this.options.service, call),
    );
  }

  private async passOn({ group, version, resource, namespace, name, subresource, watch, rest = [] }: ResourcePath, principal: Principal, exchange: Exchange): Promise<void> {
    const { request, response, query } = exchange;
    const info = this.options.registry.find(group, version, resource);
    const { proxy, readLog, createToken } = this.options;
    const hosted = subresource as 'proxy' | 'log' | 'token';
    const answer = info?.subresources[hosted] && { proxy, log: readLog, token: createToken }[hosted];
    if (!info || !answer || watch || name === undefined || info.namespaced !== (namespace !== undefined)) throw noSuchResource();
    return answer({
      ctx: contextOf(principal, exchange), info, name, namespace, path: rest, query, request, response,
      maxBodyBytes: this.limits.maxBodyBytes,
      enterStream: () => this.turnstile.enterWatch(principal),
    });
  }

  /** Throws KubeError 404 for kinds and paths that are not served. */
  private target({ group, version, resource, namespace, name, subresource }: ResourcePath): Target {
    const info = this.options.registry.find(group, version, resource);
    const isScope = info && (info.namespaced ? namespace !== undefined || name === undefined : namespace === undefined);
    if (!info || !isScope) throw noSuchResource();
    if (subresource === undefined) return { info, namespace, name };
    if (subresource !== 'status' && subresource !== 'scale') throw noSuchResource();
    if (!info.subresources[subresource]) throw noSuchResource();
    return { info, namespace, name, subresource };
  }

  private async review({ ctx, target, request, response, warnings }: Call): Promise<void> {
    if (!verbsOf(target.info).includes('create')) throw methodNotAllowed();
    const body = parseBody(await readBody(request, this.limits.maxBodyBytes), { ...objectReading(target.info), validation: 'Ignore', warn: ctx.warn });
    sendObject(response, 201, await review(ctx, target.info, body, this.options), warnings);
  }

  /** Runs a request with its time limit; what still runs then is told by the signal. */
  private async withinTime<T>(stop: AbortController, run: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(kubeError(504, 'Timeout', 'request did not complete within the allotted timeout', { retryAfterSeconds: 1 }));
        stop.abort(OVER);
      }, this.limits.requestTimeoutMs);
    });
    try {
      const running = run();
      running.catch(() => undefined);
      return await Promise.race([running, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async watch(call: Call, stop: AbortController): Promise<void> {
    const { ctx, target, query, response, warnings } = call;
    if (!verbsOf(target.info).includes('watch') || target.subresource) throw methodNotAllowed();
    const request = watchRequest(query, target.info, target.name);
    const convert = eventConverter(call);
    const leave = this.turnstile.enterWatch(ctx.principal);
    call.request.socket?.setKeepAlive(true, 30_000);
    const timer = setTimeout(() => stop.abort(OVER), watchMs(request.timeoutSeconds, ctx.principal));
    try {
      const events = await this.withinTime(stop, () => this.options.service.watch(ctx, { ...target, name: undefined }, request));
      await streamWatch(response, events, {
        stallMs: this.limits.watchStallMs,
        signal: stop.signal,
        convert,
        warnings,
        log: this.log,
      });
    } finally {
      clearTimeout(timer);
      stop.abort(OVER);
      leave();
    }
  }
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  warnings: Warnings;
  /** Aborted when the client is gone, and when a request's time is over. */
  stop: AbortController;
}

const contextOf = (principal: Principal, { request, warnings, stop }: Exchange): RequestContext => ({ principal, signal: stop.signal, userAgent: agentOf(request), warn: text => warnings.add(text) });

const isReading = (request: IncomingMessage) => request.method === 'GET' || request.method === 'HEAD';

function agentOf(request: IncomingMessage): string | undefined {
  return request.headers['user-agent']?.replace(/[^\x20-\x7e]/g, '').slice(0, 200);
}

/** How long a watch may last: what it asked for, and no longer than its token. */
function watchMs(timeoutSeconds: number | undefined, { expiresAt }: Principal): number {
  const wanted = (timeoutSeconds && timeoutSeconds > 0 ? timeoutSeconds : WATCH_SECONDS * (1 + Math.random())) * 1_000;
  const left = expiresAt === undefined ? Infinity : Math.max(0, expiresAt - Date.now());
  return Math.min(wanted, left, MAX_TIMER_MS);
}

/**
 * Makes the request handler of one API. It is plain node http: give it to `http(s).createServer`, or mount it in express
 * before any body parser (`router.use('/kube', handler)`).
 */
export function createKubeHandler(options: KubeHandlerOptions): KubeHandler {
  const server = new KubeServer(options);
  return (request, response) => void server.handle(request, response);
}

