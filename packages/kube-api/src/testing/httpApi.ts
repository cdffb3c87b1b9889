import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKubeHandler } from '../http';
import type { KubeHandlerOptions } from '../http';
import { MemoryStorage } from '../memoryStorage';
import { createRegistry } from '../registry';
import type { Registry } from '../registry';
import { createResourceService } from '../resourceService';
import type { Principal, ResourceService } from '../service';
import { tokenAuthenticator } from '../tls';
import type { KubeObject } from '../types';

export interface Reply {
  code: number;
  headers: Headers;
  text: string;
  body: any;
}

export interface RequestOptions {
  token?: string;
  accept?: string;
  type?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface HttpApi {
  url: string;
  storage: MemoryStorage;
  registry: Registry;
  service: ResourceService;
  /** What the handler logged. */
  logged: string[];
  send(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** Lines of a watch as they come; stop by aborting. */
  watch(path: string, options?: RequestOptions & { signal?: AbortSignal }): Promise<AsyncGenerator<any>>;
  close(): Promise<void>;
}

const principal = (name: string): Principal => ({ kind: 'user', name, groups: [] });

/** The whole API over plain HTTP on a free port, for tests. Tokens `a` and `b`; namespace `default` is there. */
export async function httpApi(options: Partial<KubeHandlerOptions> & { tokens?: [string, Principal][] } = {}): Promise<HttpApi> {
  const storage = new MemoryStorage();
  const registry = createRegistry();
  const service = createResourceService({ storage, registry, now: () => new Date(), uid: () => randomUUID() });
  const logged: string[] = [];
  const tokens = options.tokens ?? [['a', principal('anna')], ['b', principal('ben')]];
  const handler = createKubeHandler({
    service,
    registry,
    authenticate: tokenAuthenticator(new Map(tokens)),
    version: { major: '1', minor: '36', gitVersion: 'v1.36.3' },
    log: (message, error) => logged.push(`${message} ${error ?? ''}`),
    ...options,
  });
  const server = createServer(handler);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await storage.create({ group: '', resource: 'namespaces', namespace: '', name: 'default' }, namespace('default'));
  return {
    url,
    storage,
    registry,
    service,
    logged,
    send: (method, path, request) => send(url, method, path, request),
    watch: (path, request) => watch(url, path, request),
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

const namespace = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: randomUUID(), creationTimestamp: new Date().toISOString() },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

function headersOf({ token = 'a', accept, type, headers }: RequestOptions): Record<string, string> {
  return {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(accept ? { accept } : {}),
    ...(type ? { 'content-type': type } : {}),
    ...headers,
  };
}

async function send(url: string, method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
  const { body } = options;
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const type = options.type ?? (isRaw ? undefined : 'application/json');
  const response = await fetch(url + path, { method, headers: headersOf({ ...options, type }), body: isRaw ? (body as string) : JSON.stringify(body) });
  const text = await response.text();
  return { code: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function watch(url: string, path: string, options: RequestOptions & { signal?: AbortSignal } = {}): Promise<AsyncGenerator<any>> {
  const response = await fetch(url + path, { headers: headersOf(options), signal: options.signal });
  if (response.status !== 200) throw Object.assign(new Error(`watch answered ${response.status}`), { body: await response.json() });
  return linesOf(response);
}

async function* linesOf(response: Response): AsyncGenerator<any> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}
