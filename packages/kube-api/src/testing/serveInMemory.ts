import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEventExpiry, startGarbageCollector, startNamespaceController } from '../controllers';
import { createKubeHandler } from '../http';
import type { KubeLimits, LogError } from '../http';
import { MemoryStorage } from '../memoryStorage';
import { createRegistry } from '../registry';
import { createResourceService } from '../resourceService';
import type { Principal, RequestContext, ResourceService } from '../service';
import { ensureCertificates, serveTls, tokenAuthenticator } from '../tls';

const ADMIN: Principal = { kind: 'user', name: 'admin', groups: ['system:masters'] };

export interface InMemoryServer {
  url: string;
  /** Path of a kubeconfig of its administrator. */
  kubeconfig: string;
  token: string;
  ca: string;
  service: ResourceService;
  storage: MemoryStorage;
  close(): Promise<void>;
}

/** A whole API over TLS with nothing behind it but this process's memory: for tests and for trying things by hand. */
export async function serveInMemory(options: { dir: string; port?: number; limits?: KubeLimits; log?: LogError }): Promise<InMemoryServer> {
  const token = randomBytes(24).toString('base64url');
  const storage = new MemoryStorage();
  const registry = createRegistry();
  const service = createResourceService({ storage, registry, now: () => new Date(), uid: () => randomUUID() });
  const stop = new AbortController();
  const controllers = { storage, registry, service, signal: stop.signal, log: options.log };
  await createNamespaces(service, registry.find('', 'v1', 'namespaces')!);
  startGarbageCollector(controllers);
  startNamespaceController(controllers);
  startEventExpiry(controllers);
  const certificates = await ensureCertificates(options.dir);
  const handler = createKubeHandler({
    service,
    registry,
    authenticate: tokenAuthenticator(new Map([[token, ADMIN]])),
    version: { major: '1', minor: '36', gitVersion: 'v1.36.3' },
    limits: options.limits,
    log: options.log,
  });
  const listener = await serveTls({ handler, port: options.port ?? 0, certificates });
  const kubeconfig = join(options.dir, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(listener.url, certificates.ca, token), { mode: 0o600 });
  const close = async () => {
    stop.abort();
    await listener.close();
  };
  return { url: listener.url, kubeconfig, token, ca: certificates.ca, service, storage, close };
}

async function createNamespaces(service: ResourceService, info: Parameters<ResourceService['get']>[1]['info']): Promise<void> {
  const ctx: RequestContext = { principal: ADMIN, warn: () => undefined };
  for (const name of ['default', 'kube-system']) {
    await service.create(ctx, { info }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, {});
  }
}

/** A kubeconfig with one cluster, one user and one context. JSON is YAML. */
export function kubeconfigOf(url: string, ca: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'admin', namespace: 'default' } }],
    'current-context': 'here',
  });
}
