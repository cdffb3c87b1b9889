import { isResourcePermission } from '@backstage/plugin-permission-common';
import { RESOURCE_TYPE_FLEET_RESOURCE, fleetPermissions } from './permissions';

describe('fleetPermissions', () => {
  it('have each name once', () => {
    const names = fleetPermissions.map(permission => permission.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('decide by object for the four verbs and for what is passed on to members, and as a whole for the rest', () => {
    const byObject = fleetPermissions.filter(permission => isResourcePermission(permission, RESOURCE_TYPE_FLEET_RESOURCE)).map(permission => permission.name);
    expect(byObject).toEqual(['fleet.read', 'fleet.create', 'fleet.update', 'fleet.delete', 'fleet.cluster.proxy.read', 'fleet.cluster.proxy.write']);
  });
});
