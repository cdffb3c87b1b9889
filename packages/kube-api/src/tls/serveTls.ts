import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { KubeHandler } from '../http/handler';
import type { Certificates } from './certificates';

export interface TlsListener {
  /** `https://127.0.0.1:6443`, without a slash at the end. */
  url: string;
  port: number;
  /** Ends the listener and every connection, watches too, within a second. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 800;

/**
 * Serves a handler over TLS.
 *
 * @param options - `port` 0 takes a free one; `host` is the address to listen on, loopback by default
 * @throws the listener's error, such as EADDRINUSE
 */
export async function serveTls(options: { handler: KubeHandler; host?: string; port: number; certificates: Certificates }): Promise<TlsListener> {
  const { handler, host = '127.0.0.1', port, certificates } = options;
  const server = createServer({ cert: certificates.cert, key: certificates.key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] }, handler);
  // Whoever opens a connection and says nothing is sent away; a body may take the handler's own time.
  server.headersTimeout = 15_000;
  server.keepAliveTimeout = 90_000;
  const sockets = new Set<Duplex>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A broken handshake or request is the client's affair; unheard, it would end the process.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: listening } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `https://${name}:${listening}`, port: listening, close: () => close(server, sockets) };
}

function close(server: ReturnType<typeof createServer>, sockets: Set<Duplex>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => sockets.forEach(socket => socket.destroy()), CLOSE_WITHIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
