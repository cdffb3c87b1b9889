import type { Impersonation, Principal } from '@flotilla/kube-api';
import type { Rights } from './rights';

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * Who asks, when they name somebody else: whoever has the right `impersonate` on each of the names is taken for them, and has their rights alone.
 * The promise is refused with a KubeError 403 where they have not.
 */
export const impersonation = (rights: Rights) => async (principal: Principal, { user, groups }: Impersonation): Promise<Principal> => {
  const must = (resource: string, kind: string, name: string, namespace?: string) =>
    rights.require(principal, { verb: 'impersonate', info: { group: '', resource, kind }, name, namespace });
  const [, namespace, name] = ACCOUNT.exec(user) ?? [];
  await (name ? must('serviceaccounts', 'ServiceAccount', name, namespace) : must('users', 'User', user));
  for (const group of groups) await must('groups', 'Group', group);
  const own = name && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : groups;
  return { kind: 'user', name: user, groups: own, expiresAt: principal.expiresAt };
};
