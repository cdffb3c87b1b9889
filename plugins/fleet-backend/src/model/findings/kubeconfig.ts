import type { FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import type { Found, Rule } from './rule';

interface Reference {
  namespace: string;
  name: string;
  path: string;
}

function referencesOf(object: KubeObject): Reference[] {
  const ref = object.spec?.kubeconfigRef;
  if (object.kind === 'Cluster') return ref ? [{ namespace: ref.namespace, name: ref.name, path: 'spec.kubeconfigRef' }] : [];
  if (object.kind !== 'Fleet') return [];
  const entries: FleetCluster[] = object.spec?.clusters ?? [];
  return entries.flatMap((entry, at) =>
    entry.kubeconfigRef ? [{ namespace: object.metadata.namespace!, name: entry.kubeconfigRef.name, path: `spec.clusters[${at}].kubeconfigRef` }] : [],
  );
}

/** A kubeconfig Secret that is not there (yet); or a Cluster that names none and so can never be reached. */
export const kubeconfig: Rule = (object, world): Found[] => {
  if (object.kind === 'Cluster' && !object.spec?.kubeconfigRef) {
    return [{ code: 'KubeconfigMissing', severity: 'warning', path: 'spec.kubeconfigRef', because: 'without a kubeconfig the cluster can never be reached' }];
  }
  return referencesOf(object)
    .filter(({ namespace, name }) => !world.secrets.some(secret => secret.metadata.namespace === namespace && secret.metadata.name === name))
    .map(({ namespace, name, path }) => ({
      code: 'KubeconfigSecretMissing',
      severity: 'warning' as const,
      path,
      because: `there is no Secret "${name}" in namespace ${namespace}: the cluster stays Joining until there is`,
    }));
};
