import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as ask } from 'node:https';
import type { Socket } from 'node:net';
import { kubeconfigOf, serveTls, type Certificates, type TlsListener } from '@flotilla/kube-api';
import { readKubeconfig } from '../../clusters';

interface Inside {
  server: URL;
  ca?: string;
  token: string;
  agent: Agent;
}

function insideOf(kubeconfig: string): Inside {
  const reading = readKubeconfig(kubeconfig, { allowLoopback: true });
  if (!reading.ok || !reading.credentials.token) throw new Error(reading.ok ? 'a test needs a kubeconfig with a token' : reading.because);
  const { server, ca, token } = reading.credentials;
  return { server, ca, token, agent: new Agent({ ca, keepAlive: true, maxSockets: 64 }) };
}

/**
 * The address of a member: passes everything on to a cluster, simulated or real, whose credentials it keeps to itself. It can go
 * away and come back, lead to another cluster, and say what the cluster did not say.
 */
export class Door {
  /** Answers in the cluster's place; undefined lets the cluster answer. */
  lie?: (request: { method: string; path: string }) => { code: number; body: object } | undefined;
  /** Tokens that open it, by the sockets they came through: what is closed is gone. */
  readonly sockets = new Map<Socket, string>();
  readonly #tokens = new Set<string>();
  #away = false;
  #inside: Inside;
  #listener!: TlsListener;

  private constructor(
    kubeconfig: string,
    private readonly certificates: Certificates,
  ) {
    this.#inside = insideOf(kubeconfig);
  }

  /** @param kubeconfig - of the cluster behind it */
  static async open(kubeconfig: string, certificates: Certificates): Promise<Door> {
    const door = new Door(kubeconfig, certificates);
    door.#listener = await serveTls({ handler: (request, response) => door.#answer(request, response), port: 0, certificates });
    return door;
  }

  /** A kubeconfig of this address with a token of its own; those given before stay good. */
  kubeconfig(): string {
    const token = randomBytes(12).toString('hex');
    this.#tokens.add(token);
    return kubeconfigOf(this.#listener.url, this.certificates.ca, token);
  }

  leave() {
    this.#away = true;
    this.#hangUp();
  }

  comeBack() {
    this.#away = false;
  }

  /** From now on another cluster answers at this address. */
  leadTo(kubeconfig: string) {
    this.#inside.agent.destroy();
    this.#inside = insideOf(kubeconfig);
    this.#hangUp();
  }

  async close() {
    this.leave();
    this.#inside.agent.destroy();
    await this.#listener.close();
  }

  #hangUp() {
    for (const socket of this.sockets.keys()) socket.destroy();
  }

  #answer(request: IncomingMessage, response: ServerResponse) {
    const { socket } = request;
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (!this.sockets.has(socket)) socket.once('close', () => this.sockets.delete(socket));
    this.sockets.set(socket, token);
    if (this.#away) return void socket.destroy();
    const said = this.#tokens.has(token) ? this.lie?.({ method: request.method!, path: request.url! }) : { code: 401, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 401, message: 'Unauthorized' } };
    if (!said) return this.#passOn(request, response);
    request.resume();
    return void response.writeHead(said.code, { 'content-type': 'application/json' }).end(JSON.stringify(said.body));
  }

  #passOn(request: IncomingMessage, response: ServerResponse) {
    const { server, agent, token } = this.#inside;
    const headers = { ...request.headers, host: server.host, authorization: `Bearer ${token}` };
    const outgoing = ask({ host: server.hostname, port: server.port, path: request.url, method: request.method, headers, agent }, incoming => {
      response.writeHead(incoming.statusCode!, incoming.headers);
      // A watch may say nothing for a long time; that it was accepted is known at once.
      response.flushHeaders();
      incoming.on('error', () => response.destroy()).pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  }
}
