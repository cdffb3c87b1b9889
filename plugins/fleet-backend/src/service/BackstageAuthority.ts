import {
  fleetClusterObjectsPlacePermission,
  fleetClusterProxyReadPermission,
  fleetClusterProxyWritePermission,
  fleetClusterUsePermission,
  fleetResourceCreatePermission,
  fleetResourceDeletePermission,
  fleetResourceReadPermission,
  fleetResourceUpdatePermission,
  fleetSecretReadPermission,
} from '@flotilla/backstage-plugin-fleet-common';
import type { BackstageCredentials, BackstageServicePrincipal, PermissionsService } from '@backstage/backend-plugin-api';
import { AuthorizeResult, isResourcePermission, type Permission } from '@backstage/plugin-permission-common';
import type { Principal } from '@flotilla/kube-api';
import type { Answer, Authority, Reader, Right, RightAbout } from './rights';

const PERMISSION_OF: Record<Right, Permission> = {
  read: fleetResourceReadPermission,
  create: fleetResourceCreatePermission,
  update: fleetResourceUpdatePermission,
  delete: fleetResourceDeletePermission,
  'cluster.use': fleetClusterUsePermission,
  'clusterobjects.place': fleetClusterObjectsPlacePermission,
  'secret.read': fleetSecretReadPermission,
  'cluster.proxy.read': fleetClusterProxyReadPermission,
  'cluster.proxy.write': fleetClusterProxyWritePermission,
};

const allowed: Answer = { allowed: true, why: '' };

/** `group/resource/namespace/name/cluster`; the form permission rules load objects by. */
export const resourceRefOf = (about: RightAbout): string =>
  [about.group, about.resource, about.namespace ?? '', about.name ?? '', about.cluster ?? ''].join('/');

/** Matches one of a permission policy's conditions against an object's coordinates; see `permissionRules`. */
export type ConditionMatcher = (conditions: unknown) => (about: RightAbout) => boolean;

/**
 * Backstage's permission framework decides for users. A service's token bypasses the policy there, so its access restrictions
 * are checked here; a static token without restrictions is refused. The engine (`system`) may do everything.
 */
export class BackstageAuthority implements Authority {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly matchConditions: ConditionMatcher,
  ) {}

  async check(principal: Principal, right: Right, about: RightAbout): Promise<Answer> {
    if (principal.kind === 'system') return allowed;
    if (principal.kind === 'anonymous') return { allowed: false, why: 'sign in first: the request carried no token' };
    if (principal.kind === 'service') return this.#checkService(principal, right);
    const result = await this.#decide(principal, right);
    if (result === true) return allowed;
    if (result !== false && result(about)) return allowed;
    return { allowed: false, why: `needs the permission ${PERMISSION_OF[right].name}, which the permission policy does not give to ${principal.name}` };
  }

  async reader(principal: Principal, about: RightAbout, right: Right = 'read'): Promise<Reader> {
    if (principal.kind !== 'user') {
      const answer = await this.check(principal, right, about);
      return answer.allowed ? { all: true } : { all: false, why: answer.why, sees: () => false };
    }
    const result = await this.#decide(principal, right);
    if (result === true) return { all: true };
    const why = `needs the permission ${PERMISSION_OF[right].name}, which the permission policy does not give to ${principal.name}`;
    return { all: false, why: result === false ? why : '', sees: result === false ? () => false : result };
  }

  /** True, false, or the conditions under which it is true. */
  async #decide(principal: Principal, right: Right): Promise<boolean | ((about: RightAbout) => boolean)> {
    const credentials = principal.credentials as BackstageCredentials;
    const permission = PERMISSION_OF[right];
    if (!isResourcePermission(permission)) {
      const [decision] = await this.permissions.authorize([{ permission: permission as never }], { credentials });
      return decision.result === AuthorizeResult.ALLOW;
    }
    const [decision] = await this.permissions.authorizeConditional([{ permission }], { credentials });
    if (decision.result === AuthorizeResult.CONDITIONAL) return this.matchConditions(decision.conditions);
    return decision.result === AuthorizeResult.ALLOW;
  }

  #checkService(principal: Principal, right: Right): Answer {
    const service = (principal.credentials as BackstageCredentials<BackstageServicePrincipal>).principal;
    // Other plugins of the same backend speak for themselves; what a user asked of them arrives as that user.
    const restrictions = service.accessRestrictions;
    if (!restrictions && service.subject.startsWith('plugin:')) return allowed;
    if (!restrictions) {
      return { allowed: false, why: `the token of ${principal.name} has no accessRestrictions: name plugin fleet and its permissions in backend.auth.externalAccess` };
    }
    const permission = PERMISSION_OF[right];
    const names = restrictions.permissionNames;
    if (names && !names.includes(permission.name)) {
      return { allowed: false, why: `the token of ${principal.name} is not given ${permission.name} in its accessRestrictions` };
    }
    const actions = restrictions.permissionAttributes?.action;
    if (actions && !actions.some(action => action === permission.attributes.action)) {
      return { allowed: false, why: `the token of ${principal.name} is restricted to the actions ${actions.join(', ')}` };
    }
    return allowed;
  }
}
