import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What lies between a client and the API: it can be cut, and mended. */
export class Cable {
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(private readonly server: Server) {}

  static async to(port: number): Promise<Cable> {
    const server = createServer();
    const cable = new Cable(server);
    server.on('connection', client => cable.#join(client, port));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return cable;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  #join(client: Socket, port: number) {
    if (this.#cut) return void client.destroy();
    const server = connect(port, '127.0.0.1');
    for (const [one, other] of [[client, server], [server, client]]) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    return undefined;
  }

  /** Ends every connection; new ones are ended at once until it is mended. */
  cut() {
    this.#cut = true;
    this.#sockets.forEach(socket => socket.destroy());
  }

  mend() {
    this.#cut = false;
  }

  async close() {
    this.cut();
    await new Promise(resolve => this.server.close(resolve));
  }
}
