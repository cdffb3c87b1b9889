import { DEFAULT_KUBECONFIG_KEY, type ClusterSpec, type Component, type FleetCluster, type PropagationPolicySpec } from '@flotilla/backstage-plugin-fleet-common';

/**
 * What a field means where it is absent. Our kinds are stored as sent, so these act on read and are never written back;
 * the same words stand in each field's description.
 */
export const clusterMode = (spec: ClusterSpec): 'Observe' | 'Manage' => spec.mode ?? 'Observe';

/** A fleet entry's mode counts only where the entry registers the cluster. */
export const entryMode = (entry: FleetCluster): 'Observe' | 'Manage' => entry.mode ?? 'Manage';

export const kubeconfigKey = (reference: { key?: string }): string => reference.key ?? DEFAULT_KUBECONFIG_KEY;

export const deletionPolicy = (spec: { deletionPolicy?: 'Orphan' | 'Delete' }): 'Orphan' | 'Delete' => spec.deletionPolicy ?? 'Orphan';

export const adoption = (of: Pick<Component | PropagationPolicySpec, 'adoption'>): 'Never' | 'IfNoDiff' | 'Always' => of.adoption ?? 'Never';
