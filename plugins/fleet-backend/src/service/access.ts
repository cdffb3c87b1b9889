import type { RequestContext } from '@flotilla/kube-api';
import { engineOnly, RIGHT_OF_VERB, type Authority } from './rights';

interface Asked {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  path?: string;
}

/** Answers `kubectl auth can-i` with the very rules that the service applies. */
export function accessOf(authority: Authority) {
  return async (ctx: RequestContext, asked: Asked): Promise<{ allowed: boolean; reason: string }> => {
    if (asked.path !== undefined) return { allowed: true, reason: '' };
    const right = RIGHT_OF_VERB[asked.verb];
    if (!right) return { allowed: false, reason: `the verb ${asked.verb} is not offered` };
    const { group, resource, subresource } = asked;
    if (right !== 'read' && engineOnly({ group, resource } as never, subresource)) return { allowed: false, reason: 'written by Flotilla alone' };
    const about = { group, resource, namespace: asked.namespace || undefined, name: asked.name || undefined };
    const answer = await authority.check(ctx.principal, right, about);
    return { allowed: answer.allowed, reason: answer.why };
  };
}
