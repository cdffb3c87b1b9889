import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AuthService, BackstageCredentials } from '@backstage/backend-plugin-api';
import { forbidden, kubeError, type Principal } from '@flotilla/kube-api';

const unauthorized = () => kubeError(401, 'Unauthorized', 'Unauthorized');

/** The `exp` of a JWT, ms; undefined for opaque tokens. Only read to end watches: the token was verified before. */
function expiryOf(token: string): number | undefined {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** The caller as the API knows it. @param token - tells when its watches end */
export function principalOf(auth: AuthService, credentials: BackstageCredentials, token = ''): Principal {
  const expiresAt = expiryOf(token);
  if (auth.isPrincipal(credentials, 'user')) {
    return { kind: 'user', name: credentials.principal.userEntityRef, groups: ['system:authenticated'], credentials, expiresAt };
  }
  if (auth.isPrincipal(credentials, 'service')) {
    return { kind: 'service', name: credentials.principal.subject, groups: ['system:authenticated', 'system:serviceaccounts'], credentials, expiresAt };
  }
  throw unauthorized();
}

/** So long a token that was found good is not verified again, ms; kube-apiserver does so for ten seconds. Its own end is looked at each time. */
const GOOD_MS = 5_000;
const MOST_KEPT = 1_000;

/** Principals by the digest of their token: a look-up by the token itself would tell by its time how much of a guess is right. */
class Known {
  readonly #found = new Map<string, { principal: Principal; until: number }>();

  constructor(private readonly now: () => number) {}

  async get(token: string, verify: () => Promise<Principal>): Promise<Principal> {
    const digest = createHash('sha256').update(token).digest('base64');
    const found = this.#found.get(digest);
    if (found && this.now() < found.until) return found.principal;
    const principal = await verify();
    this.#found.delete(digest);
    this.#found.set(digest, { principal, until: Math.min(this.now() + GOOD_MS, principal.expiresAt ?? Infinity) });
    if (this.#found.size > MOST_KEPT) this.#found.delete(this.#found.keys().next().value!);
    return principal;
  }
}

/**
 * Who asks, by Backstage's own tokens: a user's, a plugin's on behalf of a user, or a static external one.
 * The Kubernetes API does its own authentication, so that every failure is a Kubernetes Status.
 *
 * @param now - milliseconds since the epoch
 */
export function authenticator(auth: AuthService, now: () => number = Date.now): (request: IncomingMessage) => Promise<Principal> {
  const known = new Known(now);
  const verify = async (token: string) => {
    let credentials: BackstageCredentials;
    try {
      credentials = await auth.authenticate(token);
    } catch (error) {
      // A token that is not for this plugin is known and not allowed; anything else is not known.
      if ((error as Error).name === 'NotAllowedError') throw forbidden({ group: '', resource: '', kind: '' }, '', (error as Error).message);
      throw unauthorized();
    }
    return principalOf(auth, credentials, token);
  };
  return async request => {
    const impersonates = Object.keys(request.headers).some(header => header.startsWith('impersonate-'));
    if (impersonates) throw forbidden({ group: '', resource: 'users', kind: 'User' }, '', 'impersonation is not offered: ask with your own token');
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) throw unauthorized();
    return known.get(token, () => verify(token));
  };
}
