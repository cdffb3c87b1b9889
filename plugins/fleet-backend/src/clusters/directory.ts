import { createHash } from 'node:crypto';
import { HttpsConnection } from './connection';
import { failed } from './failure';
import { type Credentials, readKubeconfig } from './kubeconfig';
import { factsOf, renews } from './credentials';
import type { ClusterAccess, ClusterConnection, ClusterDirectory, Outcome } from './types';
import type { AddressPolicy } from './urlSafety';

export interface DirectoryOptions {
  policy: AddressPolicy;
  /** Sent to the clusters, so that their audit log tells who it was. */
  userAgent: string;
  now(): number;
  /** 0 ≤ n < 1; jitter only. */
  random?: () => number;
  /** Requests in flight at once per cluster; default 16. */
  inFlight?: number;
  /** Milliseconds until a connection stands; default 3,000. */
  connectMs?: number;
  /** Told of every request as it is sent; tests hold them against the table of rights. */
  onSend?(sent: { cluster: string; method: string; path: string }): void;
}

interface Entry {
  digest: string;
  outcome: Outcome<HttpsConnection>;
  credentials?: Credentials;
}

/**
 * The connections now open. A kubeconfig is read once per content, and opened anew when its content changed;
 * watches on the old connection end then and are made again on the new one by whoever watches. Where it is only a newer
 * token of the same account for the same server, the connection stays, so that renewing a token is no gap.
 */
export function createClusterDirectory(options: DirectoryOptions): ClusterDirectory {
  const entries = new Map<string, Entry>();

  function replace(entry: Entry | undefined, access: ClusterAccess): Omit<Entry, 'digest'> {
    const next = entry?.outcome.ok ? readKubeconfig(access.kubeconfig, options.policy) : undefined;
    if (entry?.outcome.ok && entry.credentials && next?.ok && renews(entry.credentials, next.credentials)) {
      entry.outcome.value.renew(next.credentials);
      return { credentials: next.credentials, outcome: entry.outcome };
    }
    shut(entry);
    return open(access);
  }

  function open({ cluster, kubeconfig }: ClusterAccess): Omit<Entry, 'digest'> {
    const reading = readKubeconfig(kubeconfig, options.policy);
    if (!reading.ok) return { outcome: failed({ reason: 'BadKubeconfig', because: reading.because }, 0) };
    const { credentials } = reading;
    const random = options.random ?? Math.random;
    const onSend = options.onSend && ((sent: { method: string; path: string }) => options.onSend!({ cluster, ...sent }));
    const connection = new HttpsConnection(cluster, { ...options, random, credentials, onSend });
    return { credentials, outcome: { ok: true, value: connection, ms: 0 } };
  }

  function shut(entry: Entry | undefined) {
    if (entry?.outcome.ok) entry.outcome.value.close();
  }

  function expired({ credentials }: Entry): Outcome<ClusterConnection> | undefined {
    if (!credentials?.expiresAt || credentials.expiresAt > options.now()) return undefined;
    const ended = new Date(credentials.expiresAt).toISOString();
    if (!credentials.clientCertificate) return failed({ reason: 'SignInNeeded', because: `the token in its kubeconfig expired at ${ended}; put a new one in` }, 0);
    return failed({ reason: 'CertificateInvalid', because: `the client certificate in its kubeconfig expired at ${ended}; put a new one in` }, 0);
  }

  return {
    use(access) {
      const digest = createHash('sha256').update(access.kubeconfig).digest('hex');
      let entry = entries.get(access.cluster);
      if (entry?.digest !== digest) {
        entry = { digest, ...replace(entry, access) };
        entries.set(access.cluster, entry);
      }
      return expired(entry) ?? entry.outcome;
    },
    get(cluster) {
      const outcome = entries.get(cluster)?.outcome;
      return outcome?.ok ? outcome.value : undefined;
    },
    open: access => open(access).outcome,
    credentials(cluster) {
      const credentials = entries.get(cluster)?.credentials;
      return credentials && factsOf(credentials);
    },
    drop(cluster) {
      shut(entries.get(cluster));
      entries.delete(cluster);
    },
    names: () => [...entries.keys()],
    close() {
      entries.forEach(shut);
      entries.clear();
    },
  };
}
