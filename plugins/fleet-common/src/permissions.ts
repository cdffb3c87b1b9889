import { createPermission } from '@backstage/plugin-permission-common';

/** One object of the API. A policy may decide by its kind, namespace, name and labels. */
export const RESOURCE_TYPE_FLEET_RESOURCE = 'fleet-resource';

const resourcePermission = (name: string, action: 'read' | 'create' | 'update' | 'delete') =>
  createPermission({ name, attributes: { action }, resourceType: RESOURCE_TYPE_FLEET_RESOURCE });

/** get, list, watch. */
export const fleetResourceReadPermission = resourcePermission('fleet.read', 'read');
/** create; an apply that creates needs it beside update. */
export const fleetResourceCreatePermission = resourcePermission('fleet.create', 'create');
/** update and patch. */
export const fleetResourceUpdatePermission = resourcePermission('fleet.update', 'update');
/** delete, single and collections. */
export const fleetResourceDeletePermission = resourcePermission('fleet.delete', 'delete');

/** Opens the pages at all. */
export const fleetViewPermission = createPermission({ name: 'fleet.view', attributes: { action: 'read' } });
/** Uses a cluster that another namespace's owner registered. */
export const fleetClusterUsePermission = createPermission({ name: 'fleet.cluster.use', attributes: { action: 'update' } });
/** Places cluster-scoped kinds, RBAC, webhooks, or objects in system namespaces. */
export const fleetClusterObjectsPlacePermission = createPermission({ name: 'fleet.clusterobjects.place', attributes: { action: 'update' } });
/** Reads the data of Secrets; never of kubeconfig Secrets. Denied by default. */
export const fleetSecretReadPermission = createPermission({ name: 'fleet.secret.read', attributes: { action: 'read' } });

/** Reads in a member through the portal, with the portal's own credentials there; needs read of its Cluster too. Denied by default. */
export const fleetClusterProxyReadPermission = resourcePermission('fleet.cluster.proxy.read', 'read');
/** Writes in a member through the portal: whatever the portal's own credentials may. Denied by default. */
export const fleetClusterProxyWritePermission = resourcePermission('fleet.cluster.proxy.write', 'update');

/** All of them, for the permission integration router. */
export const fleetPermissions = [
  fleetResourceReadPermission,
  fleetResourceCreatePermission,
  fleetResourceUpdatePermission,
  fleetResourceDeletePermission,
  fleetViewPermission,
  fleetClusterUsePermission,
  fleetClusterObjectsPlacePermission,
  fleetSecretReadPermission,
  fleetClusterProxyReadPermission,
  fleetClusterProxyWritePermission,
];
