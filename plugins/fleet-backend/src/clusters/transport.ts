/**
 * HTTPS to one cluster: time, size and number of requests are limited, redirects are not followed, and a cluster that
 * does not answer is not asked (breaker). Speaks HTTP/1.1 with kept-alive connections.
 */
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { Breaker, type BreakerOptions } from './breaker';
import { Budget } from './budget';
import { type Failure, failed, failureOf, heard, refusalOf, Stopped } from './failure';
import { type ForwardAnswer, forwardHeaders, forwardPath, type ForwardRequest, returnedHeaders } from './forward';
import type { Credentials } from './kubeconfig';
import type { Outcome, RequestLimits } from './types';
import { type AddressPolicy, safeLookup } from './urlSafety';

export interface TransportOptions extends BreakerOptions {
  credentials: Credentials;
  policy: AddressPolicy;
  userAgent: string;
  /** Requests in flight at once, watches and probes not counted; default 16. */
  inFlight?: number;
  /** Milliseconds until a connection stands; default 3,000. */
  connectMs?: number;
  /** Requests that may wait; default 512. */
  queue?: number;
  /** Told of every request as it is sent. */
  onSend?(sent: { method: string; path: string }): void;
}

export interface RequestLine {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with query, below the server's own path. */
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** Goes past the line of waiting requests and the breaker; for probes alone. */
  urgent?: boolean;
}

const CONNECT_MS = 3_000;
const DEFAULT_MS = 10_000;
const DEFAULT_BYTES = 16 * 1024 * 1024;
const ERROR_BYTES = 64 * 1024;

function dispatcherFor({ credentials, policy, connectMs = CONNECT_MS }: TransportOptions): Dispatcher {
  const { server, ca, serverName, clientCertificate, clientKey, proxy } = credentials;
  const tls = { ca, cert: clientCertificate, key: clientKey, servername: serverName, rejectUnauthorized: true };
  const connect = { lookup: safeLookup(policy), timeout: connectMs, keepAlive: true };
  // Time limits are ours (whole answers, idle streams), so undici's own are off.
  const pool = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 15_000, allowH2: false } as const;
  if (proxy) return new ProxyAgent({ ...pool, uri: proxy.href, requestTls: { ...tls, timeout: connectMs }, proxyTls: connect });
  return new Pool(server.origin, { ...pool, connect: { ...tls, ...connect } });
}

export class Transport {
  private readonly dispatcher: Dispatcher;
  private readonly breaker: Breaker;
  private readonly budget: Budget;
  private readonly closing = new AbortController();
  private readonly base: string;
  private credentials: Credentials;
  /** What came of it the last time it was not heard. */
  private silence: Failure = { reason: 'Unreachable', because: '' };

  constructor(private readonly options: TransportOptions) {
    this.credentials = options.credentials;
    this.dispatcher = dispatcherFor(options);
    this.breaker = new Breaker(options);
    this.budget = new Budget(options.inFlight ?? 16, options.queue ?? 512);
    this.base = options.credentials.server.pathname.replace(/\/+$/, '');
  }

  /** One request and its whole answer as JSON. */
  async json<T>(line: RequestLine, limits: RequestLimits = {}): Promise<Outcome<T>> {
    const began = this.options.now();
    const ms = () => this.options.now() - began;
    const timeout = limits.timeoutMs ?? DEFAULT_MS;
    const cancel = this.cancelOn(limits.signal, timeout);
    const leave = line.urgent ? () => {} : await this.budget.enter(cancel.signal);
    if (leave === 'full') {
      cancel.stop();
      return failed({ reason: 'Refused', because: 'too many requests wait for this cluster already' }, ms());
    }
    try {
      if (leave === 'aborted') return failed(cancel.failure(timeout), ms());
      return await this.guarded(ms, cancel, timeout, () => this.exchange<T>(line, limits.maxBytes ?? DEFAULT_BYTES, cancel.signal, ms), line.urgent);
    } finally {
      cancel.stop();
      if (typeof leave === 'function') leave();
    }
  }

  /**
   * A streamed answer, chunk by chunk; reading waits while `sink` works, which holds the sender back.
   * Ends when the cluster ends it, after `idleMs` without a byte, or by `signal`.
   */
  async stream(line: RequestLine, sink: { push(chunk: Buffer): void; end(): void }, idleMs: number, signal: AbortSignal): Promise<Outcome<void>> {
    const began = this.options.now();
    const ms = () => this.options.now() - began;
    const cancel = this.cancelOn(signal, idleMs);
    try {
      return await this.guarded(ms, cancel, idleMs, async opened => {
        const answer = await this.send(line, cancel.signal);
        if (answer.statusCode !== 200) {
          return failed(refusalOf(answer.statusCode, await readText(answer.body, ERROR_BYTES)), ms());
        }
        opened();
        for await (const chunk of answer.body) {
          cancel.renew();
          sink.push(chunk as Buffer);
        }
        sink.end();
        return { ok: true, value: undefined, ms: ms() };
      });
    } finally {
      cancel.stop();
    }
  }

  /** Passes a request on. The time limit is for the head of the answer; its body ends with `signal`. Redirects are refused, not followed. */
  async forward(request: ForwardRequest, headMs: number, signal: AbortSignal): Promise<Outcome<ForwardAnswer>> {
    const began = this.options.now();
    const ms = () => this.options.now() - began;
    const whole = AbortSignal.any([signal, this.closing.signal]);
    const cancel = this.cancelOn(signal, headMs);
    try {
      return await this.guarded<ForwardAnswer>(ms, cancel, headMs, async () => {
        const { credentials } = this;
        const answer = await this.dispatcher.request({
          origin: credentials.server.origin,
          method: request.method,
          path: `${this.base}${forwardPath(request)}`,
          headers: { ...forwardHeaders(request, this.options.userAgent), ...(credentials.token ? { authorization: `Bearer ${credentials.token}` } : {}) },
          body: request.body,
          signal: AbortSignal.any([cancel.signal, whole]),
        });
        const { statusCode: code } = answer;
        if (code === 401 || (code >= 300 && code < 400 && code !== 304)) return failed(refusalOf(code, await readText(answer.body, ERROR_BYTES)), ms());
        return { ok: true, value: { code, headers: returnedHeaders(answer.headers), body: answer.body }, ms: ms() };
      });
    } finally {
      cancel.stop();
    }
  }

  /** Requests from now on carry the other token; server and certificates stay. */
  renew(credentials: Credentials): void {
    this.credentials = credentials;
  }

  close(): void {
    this.closing.abort();
    this.dispatcher.destroy().catch(() => {});
  }

  private async guarded<T>(ms: () => number, cancel: Cancel, limit: number, run: (heardIt: () => void) => Promise<Outcome<T>>, probing = false): Promise<Outcome<T>> {
    const permit = this.breaker.enter(probing);
    // Why it is silent is the same as when it was last asked, and stays so for the reader.
    if ('because' in permit) return failed({ ...this.silence, because: `${this.silence.because}; ${permit.because}` }, ms());
    const failure = (error: unknown) => (cancel.signal.aborted && !(error instanceof Stopped) ? cancel.failure(limit) : failureOf(error));
    const outcome = await run(() => permit.done('heard')).catch((error): Outcome<T> => failed(failure(error), ms()));
    permit.done(this.heardIn(outcome));
    return outcome;
  }

  private heardIn(outcome: Outcome<unknown>): 'heard' | 'silent' | 'unknown' {
    if (outcome.ok) return 'heard';
    if (outcome.reason === 'Cancelled') return 'unknown';
    if (heard(outcome.reason)) return 'heard';
    this.silence = { reason: outcome.reason, because: outcome.because };
    return 'silent';
  }

  private async exchange<T>(line: RequestLine, maxBytes: number, signal: AbortSignal, ms: () => number): Promise<Outcome<T>> {
    const answer = await this.send(line, signal);
    const good = answer.statusCode >= 200 && answer.statusCode < 300;
    const text = await readText(answer.body, good ? maxBytes : ERROR_BYTES);
    if (!good) return failed(refusalOf(answer.statusCode, text), ms());
    try {
      return { ok: true, value: JSON.parse(text) as T, ms: ms() };
    } catch {
      return failed({ reason: 'Refused', because: `it answered ${answer.statusCode} with something that is not JSON; is this a Kubernetes API server?` }, ms());
    }
  }

  private send(line: RequestLine, signal: AbortSignal) {
    const { userAgent } = this.options;
    const { credentials } = this;
    this.options.onSend?.(line);
    return this.dispatcher.request({
      origin: credentials.server.origin,
      method: line.method,
      path: `${this.base}${line.path}`,
      headers: {
        accept: line.accept ?? 'application/json',
        'user-agent': userAgent,
        ...(credentials.token ? { authorization: `Bearer ${credentials.token}` } : {}),
        ...(line.body === undefined ? {} : { 'content-type': line.contentType ?? 'application/json' }),
      },
      body: line.body === undefined ? undefined : JSON.stringify(line.body),
      signal,
    });
  }

  private cancelOn(signal: AbortSignal | undefined, timeoutMs: number): Cancel {
    return new Cancel([this.closing.signal, ...(signal ? [signal] : [])], timeoutMs);
  }
}

/** One signal from a deadline and several signals, that leaves no listener behind. */
class Cancel {
  private readonly controller = new AbortController();
  private timedOut = false;
  private timer: NodeJS.Timeout;
  private readonly abort = () => this.controller.abort();

  constructor(
    private readonly sources: AbortSignal[],
    private readonly timeoutMs: number,
  ) {
    this.timer = this.arm();
    for (const source of sources) {
      if (source.aborted) this.abort();
      else source.addEventListener('abort', this.abort, { once: true });
    }
  }

  get signal() {
    return this.controller.signal;
  }

  /** Begins the deadline anew. */
  renew() {
    this.timer.refresh();
  }

  stop() {
    clearTimeout(this.timer);
    for (const source of this.sources) source.removeEventListener('abort', this.abort);
  }

  failure(limit: number) {
    return this.timedOut
      ? ({ reason: 'TimedOut', because: `it did not answer within ${limit / 1000} s` } as const)
      : ({ reason: 'Cancelled', because: 'the request was cancelled' } as const);
  }

  private arm() {
    return setTimeout(() => {
      this.timedOut = true;
      this.controller.abort();
    }, this.timeoutMs);
  }
}

async function readText(body: AsyncIterable<unknown>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    // Leaving the loop destroys the body and its connection.
    if (size > maxBytes) throw new Stopped({ reason: 'TooLarge', because: `its answer is larger than ${Math.round(maxBytes / 1024)} KiB` });
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
