import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { kubeError } from '../errors';
import type { Principal } from '../service';

const digest = (text: string) => createHash('sha256').update(text).digest();

export const unauthorized = () => kubeError(401, 'Unauthorized', 'Unauthorized');

/** The request's bearer token; undefined when it has none. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * Authenticates by fixed tokens. Every token is compared, in constant time and by its digest, so that the time taken says
 * nothing about how near a guess was.
 *
 * @returns an `authenticate` for createKubeHandler; it throws KubeError 401
 */
export function tokenAuthenticator(tokens: ReadonlyMap<string, Principal>): (request: IncomingMessage) => Principal {
  const known = [...tokens].map(([token, principal]) => ({ digest: digest(token), principal }));
  return request => {
    const sent = bearerToken(request);
    if (!sent) throw unauthorized();
    const asked = digest(sent);
    let found: Principal | undefined;
    for (const each of known) if (timingSafeEqual(each.digest, asked)) found = each.principal;
    if (!found || (found.expiresAt !== undefined && found.expiresAt <= Date.now())) throw unauthorized();
    return found;
  };
}
