import type { Socket } from 'node:net';
import { serveTls, type Certificates, type KubeHandler, type TlsListener } from '@flotilla/kube-api';

/** The way into a cluster: a listener at one port, how far away it is, and who answers there. Faults take hold of it. */
export class Door {
  /** Connections on which something was asked. */
  readonly sockets = new Set<Socket>();
  #listener: TlsListener | undefined;

  /**
   * @param port - 0 takes a free one at the first opening; it stays the same from then on
   * @param latencyMs - the way there and back: what is far answers late, whatever is asked
   * @param answer - who answers
   */
  constructor(
    public certificates: Certificates,
    public port: number,
    public latencyMs: number,
    public answer: KubeHandler,
  ) {}

  /** @throws the listener's error, such as EADDRINUSE */
  async open(): Promise<void> {
    this.#listener = await serveTls({ handler: this.#handle, port: this.port, certificates: this.certificates });
    this.port = this.#listener.port;
  }

  /** Connections are refused from now on; those there are have a moment to end. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  /** Breaks off every connection. */
  cut(): void {
    this.sockets.forEach(socket => socket.destroy());
  }

  readonly #handle: KubeHandler = (request, response) => {
    const { socket } = request;
    if (!this.sockets.has(socket)) {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    }
    setTimeout(() => {
      // Who has gone away meanwhile wants nothing any more.
      if (!response.destroyed && !socket.destroyed) this.answer(request, response);
    }, this.latencyMs);
  };
}
