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

function principalOf(auth: AuthService, credentials: BackstageCredentials, token: string): Principal {
  const expiresAt = expiryOf(token);
  if (auth.isPrincipal(credentials, 'user')) {
    return { kind: 'user', name: credentials.principal.userEntityRef, groups: ['system:authenticated'], credentials, expiresAt };
  }
  if (auth.isPrincipal(credentials, 'service')) {
    return { kind: 'service', name: credentials.principal.subject, groups: ['system:authenticated', 'system:serviceaccounts'], credentials, expiresAt };
  }
  throw unauthorized();
}

/**
 * Who asks, by Backstage's own tokens: a user's, a plugin's on behalf of a user, or a static external one.
 * The Kubernetes API does its own authentication, so that every failure is a Kubernetes Status.
 */
export function authenticator(auth: AuthService): (request: IncomingMessage) => Promise<Principal> {
  return async request => {
    const impersonates = Object.keys(request.headers).some(header => header.startsWith('impersonate-'));
    if (impersonates) throw forbidden({ group: '', resource: 'users', kind: 'User' }, '', 'impersonation is not offered: ask with your own token');
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) throw unauthorized();
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
}
