import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { fleetClusterProxyWritePermission, fleetPermissions, fleetSecretReadPermission } from '@flotilla/backstage-plugin-fleet-common';
import { DemoPolicy } from './demoPolicy';

describe('DemoPolicy', () => {
  const denied = [fleetSecretReadPermission, fleetClusterProxyWritePermission];
  const others = fleetPermissions.filter(permission => !denied.some(each => each.name === permission.name));

  it.each(others.map(permission => [permission.name, permission] as const))('allows %s', async (_name, permission) => {
    expect(await new DemoPolicy().handle({ permission })).toEqual({ result: AuthorizeResult.ALLOW });
  });

  it.each(denied.map(permission => [permission.name, permission] as const))('denies %s', async (_name, permission) => {
    expect(await new DemoPolicy().handle({ permission })).toEqual({ result: AuthorizeResult.DENY });
  });
});
