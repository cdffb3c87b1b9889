import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificates, ensureCertificates, kubeconfigOf } from '@flotilla/kube-api';

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTPS server that behaves as badly as it is told to, and counts what it is asked. */
export interface FaultServer {
  kubeconfig: string;
  certificates: Certificates;
  requests: string[];
  behave(as: Behaviour): void;
  close(): Promise<void>;
}

/** Made once: keys take long, and every server here is the same machine. */
let made: Promise<Certificates> | undefined;

/** A server's certificate with a CA of its own. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-fault-'));
  try {
    return await ensureCertificates(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param trusted - certificates whose CA the kubeconfig names, when it is not the server's own */
export async function serveFaults(behaviour: Behaviour, trusted?: Certificates): Promise<FaultServer> {
  made ??= makeCertificates();
  const certificates = await made;
  const requests: string[] = [];
  let now = behaviour;
  const server: Server = createServer({ cert: certificates.cert, key: certificates.key }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    now(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: kubeconfigOf(`https://127.0.0.1:${port}`, (trusted ?? certificates).ca, 'fault-token'),
    certificates,
    requests,
    behave(as) {
      now = as;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export const answerJson = (body: unknown, code = 200): Behaviour => (_request, response) => {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};
