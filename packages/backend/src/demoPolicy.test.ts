import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { fleetPermissions, fleetSecretReadPermission } from '@flotilla/backstage-plugin-fleet-common';
import { DemoPolicy } from './demoPolicy';

describe('DemoPolicy', () => {
  const others = fleetPermissions.filter(permission => permission !== fleetSecretReadPermission);

  it.each(others.map(permission => [permission.name, permission] as const))('allows %s', async (_name, permission) => {
    expect(await new DemoPolicy().handle({ permission })).toEqual({ result: AuthorizeResult.ALLOW });
  });

  it('denies the data of Secrets', async () => {
    expect(await new DemoPolicy().handle({ permission: fleetSecretReadPermission })).toEqual({ result: AuthorizeResult.DENY });
  });
});
