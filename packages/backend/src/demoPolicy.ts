import { createBackendModule } from '@backstage/backend-plugin-api';
import { AuthorizeResult, type PolicyDecision, isPermission } from '@backstage/plugin-permission-common';
import type { PermissionPolicy, PolicyQuery } from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { fleetClusterProxyWritePermission, fleetSecretReadPermission } from '@flotilla/backstage-plugin-fleet-common';

/** What no policy should give to everybody: the data of Secrets, and writing in members past what the fleet keeps of them. */
const DENIED = [fleetSecretReadPermission, fleetClusterProxyWritePermission];

/**
 * The policy of the demo, where everybody is the guest: nearly all is allowed, so that there is something to try. Not for a portal that
 * others can reach.
 */
export class DemoPolicy implements PermissionPolicy {
  async handle({ permission }: PolicyQuery): Promise<PolicyDecision> {
    return { result: DENIED.some(each => isPermission(permission, each)) ? AuthorizeResult.DENY : AuthorizeResult.ALLOW };
  }
}

export const demoPolicy = createBackendModule({
  pluginId: 'permission',
  moduleId: 'demo-policy',
  register(module) {
    module.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(new DemoPolicy());
      },
    });
  },
});
