import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { createKubeHandler, ensureCertificates, serveTls, type KubeHandler, type ResourceRegistry, type ResourceService, type TlsListener, type Turnstile } from '@flotilla/kube-api';
import { accessOf, type Authority, type MemberDoor } from '../service';
import { authenticator } from './authenticate';
import { memberProxy } from './memberProxy';

/** What `/version` says: the Kubernetes whose API this one follows. */
const VERSION = { major: '1', minor: '36', gitVersion: 'v1.36.3+flotilla' };

export interface KubeApiOptions {
  service: ResourceService;
  registry: ResourceRegistry;
  authority: Authority;
  door: MemberDoor;
  auth: AuthService;
  /** Shared with the pages' reads, so that a caller has one measure for both. */
  turnstile: Turnstile;
  maxBodyBytes: number;
  logger: LoggerService;
}

/** The Kubernetes-shaped API as one handler of plain requests, paths beginning at `/api` and `/apis`. */
export function kubeHandler({ service, registry, authority, door, auth, turnstile, maxBodyBytes, logger }: KubeApiOptions): KubeHandler {
  return createKubeHandler({
    service,
    registry,
    authenticate: authenticator(auth),
    version: VERSION,
    access: accessOf(authority),
    proxy: memberProxy(door),
    turnstile,
    limits: { maxBodyBytes },
    log: (message, error) => logger.error(message, error as Error),
  });
}

export interface ListenOptions {
  host?: string;
  port: number;
  certificates: string;
  hosts?: string[];
}

/** A listener of its own with TLS, as kubectl sends no token over plain http; `reachedAt` and `ca` are what a kubeconfig needs. */
export async function listenKube(handler: KubeHandler, options: ListenOptions): Promise<TlsListener & { reachedAt: string; ca: string }> {
  const host = options.host ?? '127.0.0.1';
  const hosts = options.hosts ?? [];
  const certificates = await ensureCertificates(options.certificates, { hosts: [host, ...hosts] });
  const listener = await serveTls({ handler, host, port: options.port, certificates });
  return { ...listener, reachedAt: hosts.length ? `https://${hosts[0]}:${listener.port}` : listener.url, ca: certificates.ca };
}
