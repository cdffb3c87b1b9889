import { readFile } from 'node:fs/promises';
import https from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parse } from 'yaml';

/** One answer, as it came. */
export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface SendOptions {
  /** What is sent as it is; anything that is no text is sent as JSON. */
  body?: unknown;
  type?: string;
  accept?: string;
  headers?: Record<string, string>;
}

/** A watch that is open. */
export interface OpenWatch {
  status: number;
  headers: IncomingHttpHeaders;
  lines: AsyncGenerator<string, void, undefined>;
  close(): void;
}

const LIMIT_MS = 30_000;

/** One API server, reached as its administrator. The same code asks ours and the real one. */
export class Connection {
  private readonly agent: https.Agent;

  constructor(private readonly server: { url: string; token: string; ca: string }) {
    this.agent = new https.Agent({ keepAlive: true, ca: server.ca });
  }

  /** The server a kubeconfig's only context names. */
  static async fromKubeconfig(path: string): Promise<Connection> {
    const config = parse(await readFile(path, 'utf8'));
    const { cluster } = config.clusters[0];
    const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString('utf8');
    return new Connection({ url: cluster.server, token: config.users[0].user.token, ca });
  }

  async send(method: string, path: string, options: SendOptions = {}): Promise<RawReply> {
    const response = await this.open(method, path, options);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return { status: response.statusCode!, headers: response.headers, text };
  }

  /** Opens a watch; lines come as the server sends them. */
  async watch(path: string, options: SendOptions = {}): Promise<OpenWatch> {
    const response = await this.open('GET', path, options);
    // Given up on half-way, the stream breaks: that is how it is meant to end.
    response.on('error', () => undefined);
    return { status: response.statusCode!, headers: response.headers, lines: linesOf(response), close: () => void response.destroy() };
  }

  close(): void {
    this.agent.destroy();
  }

  private open(method: string, path: string, { body, type, accept, headers }: SendOptions): Promise<IncomingMessage> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent: Record<string, string> = {
      authorization: `Bearer ${this.server.token}`,
      accept: accept ?? 'application/json',
      'user-agent': 'differential/v1.0',
      ...headers,
    };
    if (type ?? body !== undefined) sent['content-type'] = type ?? 'application/json';
    if (payload !== undefined) sent['content-length'] = String(Buffer.byteLength(payload as string));
    return new Promise((resolve, reject) => {
      const request = https.request(this.server.url + path, { method, headers: sent, agent: this.agent, timeout: LIMIT_MS });
      request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer in time`)));
      request.on('error', reject);
      request.on('response', resolve);
      request.end(payload);
    });
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines.filter(Boolean);
  }
  if (rest) yield rest;
}
