import type { Credentials } from './kubeconfig';
import type { CredentialFacts } from './types';

/** What may be told of credentials. */
export function factsOf({ account, token, issuedAt, expiresAt }: Credentials): CredentialFacts {
  if (!token) return { kind: 'ClientCertificate', issuedAt, expiresAt };
  return { kind: account ? 'ServiceAccountToken' : 'Token', issuedAt, expiresAt, ...(account ? { account } : {}) };
}

const sameServer = (a: Credentials, b: Credentials) =>
  a.server.href === b.server.href && a.proxy?.href === b.proxy?.href && a.ca === b.ca && a.serverName === b.serverName && a.clientCertificate === b.clientCertificate && a.clientKey === b.clientKey;

/** Whether the second is a newer token of the first's account for the same server: whoever changes more than that is not trusted by what was seen before. */
export function renews(before: Credentials, after: Credentials): boolean {
  const [old, next] = [before.account, after.account];
  return old !== undefined && old.name === next?.name && old.namespace === next.namespace && sameServer(before, after) && (after.issuedAt ?? 0) >= (before.issuedAt ?? 0);
}
