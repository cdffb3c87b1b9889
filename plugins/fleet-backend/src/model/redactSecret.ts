import { ANNOTATION_CONTENT_HASH, ANNOTATION_LAST_APPLIED, SECRET_TYPE_KUBECONFIG, type FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';

/** Every Secret that a Cluster or a fleet entry names as its kubeconfig, as `namespace/name`. */
export function kubeconfigSecrets(fleets: readonly KubeObject[], clusters: readonly KubeObject[]): Set<string> {
  const ofClusters = clusters
    .map(cluster => cluster.spec?.kubeconfigRef)
    .filter(Boolean)
    .map(ref => `${ref.namespace}/${ref.name}`);
  const ofFleets = fleets.flatMap(fleet =>
    (fleet.spec?.clusters ?? [])
      .filter((entry: FleetCluster) => entry.kubeconfigRef)
      .map((entry: FleetCluster) => `${fleet.metadata.namespace}/${entry.kubeconfigRef!.name}`),
  );
  return new Set([...ofClusters, ...ofFleets]);
}

/** Whether a Secret holds a kubeconfig: by its type, or because something names it as one. Such a Secret never travels. */
export const isKubeconfigSecret = (secret: KubeObject, named: ReadonlySet<string>): boolean =>
  secret.kind === 'Secret' && (secret.type === SECRET_TYPE_KUBECONFIG || named.has(`${secret.metadata.namespace}/${secret.metadata.name}`));

/**
 * A kubeconfig Secret as everyone sees it: metadata, type, and a hash of its content so that a change can be seen.
 * No `data` key, and not kubectl's last-applied annotation, which is the data once more.
 * @param hash - a cryptographic hash of text, from the caller
 */
export function redactSecret(secret: KubeObject, hash: (content: unknown) => string): KubeObject {
  const { data, stringData, ...rest } = secret;
  const { [ANNOTATION_LAST_APPLIED]: _lastApplied, ...annotations } = secret.metadata.annotations ?? {};
  return { ...rest, metadata: { ...secret.metadata, annotations: { ...annotations, [ANNOTATION_CONTENT_HASH]: hash({ data, stringData }) } } };
}
