/** The ServiceAccount a token speaks for. */
export interface Account {
  namespace: string;
  name: string;
}

/** What a token says of itself. Unchecked: read only to warn before it ends, and to ask its own cluster for the next one. */
export interface TokenClaims {
  /** Milliseconds since the epoch. */
  issuedAt?: number;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
  account?: Account;
}

const SUBJECT = /^system:serviceaccount:([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?):([a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?)$/;

const moment = (seconds: unknown): number | undefined => (typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : undefined);

/** Reads a JWT; of any other token nothing is known. */
export function claimsOf(token: string): TokenClaims {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const [, namespace, name] = SUBJECT.exec(String(claims?.sub)) ?? [];
    return { issuedAt: moment(claims?.iat), expiresAt: moment(claims?.exp), ...(name ? { account: { namespace, name } } : {}) };
  } catch {
    return {};
  }
}
