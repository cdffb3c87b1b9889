/**
 * Serves the API from memory over TLS, for trying it with kubectl:
 *
 *   yarn workspace @flotilla/kube-api dev [folder] [port]
 *
 * The folder gets the certificates and `kubeconfig`; then `kubectl --kubeconfig <folder>/kubeconfig api-resources`.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveInMemory } from '../src/testing/serveInMemory';

async function main(): Promise<void> {
  const [folder, port] = process.argv.slice(2);
  const dir = folder ?? (await mkdtemp(join(tmpdir(), 'kube-api-')));
  const server = await serveInMemory({ dir, port: Number(port ?? 0), log: (message, error) => console.error(message, error) });
  console.log(`serving at ${server.url}; kubectl --kubeconfig ${server.kubeconfig}`);
  const end = () => server.close().then(() => process.exit(0));
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

void main();
