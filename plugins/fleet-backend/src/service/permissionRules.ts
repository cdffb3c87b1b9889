import { RESOURCE_TYPE_FLEET_RESOURCE } from '@flotilla/backstage-plugin-fleet-common';
import { createConditionAuthorizer, createPermissionResourceRef, createPermissionRule } from '@backstage/plugin-permission-node';
import { z } from 'zod';
import type { RightAbout } from './rights';

/** What rules decide by: an object's coordinates. A list has no name and, over all namespaces, no namespace. */
export type FleetResource = RightAbout;

/** The query form of the rules is the same test; lists are filtered as they are read. */
export const resourceRef = createPermissionResourceRef<FleetResource, { rule: string; params: unknown }>().with({
  pluginId: 'fleet',
  resourceType: RESOURCE_TYPE_FLEET_RESOURCE,
});

const inNamespace = createPermissionRule({
  name: 'IN_NAMESPACE',
  description: 'Objects of these namespaces; cluster-scoped objects are in none.',
  resourceRef,
  paramsSchema: z.object({ namespaces: z.array(z.string()).describe('Namespaces.') }),
  apply: (resource, { namespaces }) => resource.namespace !== undefined && namespaces.includes(resource.namespace),
  toQuery: params => ({ rule: 'IN_NAMESPACE', params }),
});

const ofKind = createPermissionRule({
  name: 'OF_KIND',
  description: 'Objects of these resources, as `applications.apps.kurator.dev` or `secrets`.',
  resourceRef,
  paramsSchema: z.object({ resources: z.array(z.string()).describe('Resources with their group.') }),
  apply: (resource, { resources }) => resources.includes(resource.group ? `${resource.resource}.${resource.group}` : resource.resource),
  toQuery: params => ({ rule: 'OF_KIND', params }),
});

const named = createPermissionRule({
  name: 'NAMED',
  description: 'Objects of these names.',
  resourceRef,
  paramsSchema: z.object({ names: z.array(z.string()).describe('Names.') }),
  apply: (resource, { names }) => resource.name !== undefined && names.includes(resource.name),
  toQuery: params => ({ rule: 'NAMED', params }),
});

const inCluster = createPermissionRule({
  name: 'IN_CLUSTER',
  description: 'What stands in these clusters, and these Clusters themselves.',
  resourceRef,
  paramsSchema: z.object({ clusters: z.array(z.string()).describe('Names of Clusters.') }),
  apply: (resource, { clusters }) => {
    const cluster = resource.cluster ?? (resource.group === 'fleet.kurator.dev' && resource.resource === 'clusters' ? resource.name : undefined);
    return cluster !== undefined && clusters.includes(cluster);
  },
  toQuery: params => ({ rule: 'IN_CLUSTER', params }),
});

/** Rules that a permission policy may decide by. */
export const permissionRules = { inNamespace, ofKind, named, inCluster };

const authorizer = createConditionAuthorizer(Object.values(permissionRules) as never);

/** Whether a conditional decision holds for an object. */
export const matchConditions =
  (conditions: unknown) =>
  (about: RightAbout): boolean =>
    authorizer({ result: 'CONDITIONAL', pluginId: 'fleet', resourceType: RESOURCE_TYPE_FLEET_RESOURCE, conditions } as never, about as never);

/** Reads `group/resource/namespace/name/cluster` back. */
export function resourceOfRef(ref: string): FleetResource {
  const [group, resource, namespace, name, cluster] = ref.split('/');
  return { group, resource, namespace: namespace || undefined, name: name || undefined, ...(cluster && { cluster }) };
}
