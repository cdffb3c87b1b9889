import { ANNOTATION_REGISTERED_BY } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';

const lists = (allowed: readonly string[], namespace: string) => allowed.includes('*') || allowed.includes(namespace);

/** The namespace of a Cluster's owner: of the fleet that registered it, else of its kubeconfig Secret. */
export function ownerNamespace(cluster: KubeObject): string | undefined {
  const registeredBy = cluster.metadata.annotations?.[ANNOTATION_REGISTERED_BY];
  return registeredBy ? registeredBy.split('/')[0] : cluster.spec?.kubeconfigRef?.namespace;
}

/** Whether fleets of this namespace may use the cluster: its owner's always, others as `allowedNamespaces` says. */
export const clusterOpenTo = (cluster: KubeObject, namespace: string): boolean =>
  ownerNamespace(cluster) === namespace || lists(cluster.spec?.allowedNamespaces ?? [], namespace);

/**
 * Whether applications of this namespace may use the fleet: its own always, others as `allowedNamespaces` says;
 * where that is absent, all for a fleet in one of the configured fleet namespaces.
 */
export function fleetOpenTo(fleet: KubeObject, namespace: string, fleetNamespaces: readonly string[]): boolean {
  const home = fleet.metadata.namespace ?? '';
  const allowed: string[] | undefined = fleet.spec?.allowedNamespaces;
  return home === namespace || (allowed ? lists(allowed, namespace) : fleetNamespaces.includes(home));
}
