import type { RequestContext } from '@flotilla/kube-api';
import { aboutNamed, engineOnly, RIGHT_OF_VERB, type Authority, type Right } from './rights';

interface Asked {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  path?: string;
}

const isProxy = ({ group, resource, subresource }: Asked) => group === 'fleet.kurator.dev' && resource === 'clusters' && subresource === 'proxy';

/** Answers `kubectl auth can-i` with the very rules that the service applies. */
export function accessOf(authority: Authority) {
  return async (ctx: RequestContext, asked: Asked): Promise<{ allowed: boolean; reason: string }> => {
    if (asked.path !== undefined) return { allowed: true, reason: '' };
    const verb: Right | undefined = RIGHT_OF_VERB[asked.verb];
    const right = verb && isProxy(asked) ? (verb === 'read' ? 'cluster.proxy.read' : 'cluster.proxy.write') : verb;
    if (!right) return { allowed: false, reason: `the verb ${asked.verb} is not offered` };
    const { group, resource, subresource } = asked;
    if (right !== 'read' && !isProxy(asked) && engineOnly({ group, resource } as never, subresource)) return { allowed: false, reason: 'written by Flotilla alone' };
    const about = aboutNamed({ group, resource, namespace: asked.namespace || undefined, name: asked.name || undefined });
    const answer = await authority.check(ctx.principal, right, isProxy(asked) ? { ...about, cluster: about.name } : about);
    return { allowed: answer.allowed, reason: answer.why };
  };
}
