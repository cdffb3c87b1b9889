import type { RequestContext, ResourceService, Target } from '@flotilla/kube-api';
import type { Rights } from './rights';

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deleteCollection'] as const;

/**
 * A service that asks before each verb whether it may be done.
 * @param check - throws what is answered in place of doing it
 */
export function checkedService(inner: ResourceService, check: (ctx: RequestContext, target: Target, verb: string) => Promise<void> | void): ResourceService {
  const checked = VERBS.map(verb => [
    verb,
    async (...call: [RequestContext, Target]) => {
      await check(call[0], call[1], verb.toLowerCase());
      return (inner[verb] as (...args: unknown[]) => unknown)(...call);
    },
  ]);
  return Object.fromEntries(checked);
}

/** A service that does what the rights of whoever asks allow. */
export const withRights = (inner: ResourceService, rights: Rights): ResourceService =>
  checkedService(inner, ({ principal }, { info, namespace, name, subresource }, verb) => rights.require(principal, { verb, info, namespace, name, subresource }));
