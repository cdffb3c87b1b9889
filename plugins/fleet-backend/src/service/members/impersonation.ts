import type { BackstageCredentials, UserInfoService } from '@backstage/backend-plugin-api';
import { forbidden, kubeError, type Principal } from '@flotilla/kube-api';
import type { Impersonated } from '../../clusters/types';

/** What stands in a header as it is. Anything else would become another name on the way. */
const SENDABLE = /^[\x21-\x7e]{1,253}$/;
/** Kubernetes keeps these for itself: `system:masters` may do everything. */
const KEPT = /^system:/i;

const usable = (name: string) => SENDABLE.test(name) && !KEPT.test(name);

/**
 * Who a principal of the portal is in a member: users by their entity reference with the references they own by as groups, programs by
 * their subject without groups.
 *
 * @throws KubeError 403 for names that could be taken for somebody else's
 */
export function impersonatedAs({ kind, name }: Pick<Principal, 'kind' | 'name'>, ownedBy: readonly string[]): Impersonated {
  if ((kind !== 'user' && kind !== 'service') || !usable(name)) throw forbidden({ group: '', resource: 'users', kind: 'User' }, name, 'nobody of this name is impersonated in a cluster');
  return { user: name, groups: ownedBy.filter(each => each !== name && usable(each)) };
}

/** Asks once for each sign-in: the credentials of a token that is used again within seconds are the same object. */
export function impersonation(userInfo: Pick<UserInfoService, 'getUserInfo'>): (principal: Principal) => Promise<Impersonated> {
  const known = new WeakMap<object, Promise<Impersonated>>();
  const ask = async (principal: Principal) => {
    if (principal.kind !== 'user') return impersonatedAs(principal, []);
    const info = await userInfo.getUserInfo(principal.credentials as BackstageCredentials).catch(() => {
      throw kubeError(503, 'ServiceUnavailable', `the groups of ${principal.name} could not be read, and without them nothing is asked in anybody's name`);
    });
    return impersonatedAs(principal, info.ownershipEntityRefs);
  };
  return principal => {
    const key = principal.credentials as object;
    const found = known.get(key) ?? ask(principal);
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  };
}
