import type { Found } from './findings/rule';

/** How a cluster is signed in to; times are milliseconds since the epoch. */
export interface SignIn {
  kind: 'ServiceAccountToken' | 'Token' | 'ClientCertificate';
  issuedAt?: number;
  expiresAt?: number;
  account?: { namespace: string; name: string };
}

/** How the renewing of a token does: since when it fails, and why. */
export interface RenewalTrouble {
  since: number;
  because: string;
  /** Refused for want of the right. Nobody has to give it, so it is told only when the end is near. */
  mayNot: boolean;
}

const DAY_MS = 24 * 3_600_000;
/** Whoever has to act wants to know two weeks before; of what lives shortly, in its last fifth. */
const WARN_MS = 14 * DAY_MS;
const LAST_PART = 0.2;
/** A third of its life is left for failing and trying again. */
const RENEW_PART = 2 / 3;

/** When a person is told that it ends; undefined for what does not end. */
export function warnAt({ issuedAt, expiresAt }: SignIn): number | undefined {
  if (expiresAt === undefined) return undefined;
  return expiresAt - (issuedAt === undefined ? WARN_MS : Math.min(WARN_MS, LAST_PART * (expiresAt - issuedAt)));
}

/** When the portal asks for the next token; undefined for what it cannot renew. */
export function renewAt({ account, issuedAt, expiresAt }: SignIn): number | undefined {
  return account && issuedAt !== undefined && expiresAt !== undefined ? issuedAt + RENEW_PART * (expiresAt - issuedAt) : undefined;
}

const minute = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const WHAT = { ServiceAccountToken: 'token', Token: 'token', ClientCertificate: 'client certificate' } as const;

const mend = ({ kind, account }: SignIn) => `make a new token${account ? '' : ` of an account that renews itself, in place of this ${WHAT[kind]}`}, or put new credentials into the Secret`;

/**
 * What is to be said of credentials that end, or are not renewed as they should be.
 * @param trouble - of the last tries to renew, if they failed
 */
export function credentialFindings(cluster: string, signIn: SignIn, now: number, trouble?: RenewalTrouble): Found[] {
  const { expiresAt } = signIn;
  const found = (code: string, severity: Found['severity'], because: string): Found => ({ code, severity, path: 'spec.kubeconfigRef', because, remedy: `npm run join -- --name ${cluster}` });
  if (expiresAt === undefined) return [];
  const what = WHAT[signIn.kind];
  if (expiresAt <= now) return [found('CredentialsEnded', 'danger', `its ${what} ended at ${minute(expiresAt)}: ${mend(signIn)}`)];
  if (now >= warnAt(signIn)!) {
    const why = trouble ? `, and could not be renewed since ${minute(trouble.since)} (${trouble.because})` : '';
    return [found('CredentialsEnd', 'warning', `its ${what} ends at ${minute(expiresAt)}${why}: ${mend(signIn)}`)];
  }
  if (!trouble || trouble.mayNot) return [];
  return [found('TokenNotRenewed', 'warning', `its token could not be renewed since ${minute(trouble.since)} (${trouble.because}); it is tried again, and the token ends at ${minute(expiresAt)}`)];
}
