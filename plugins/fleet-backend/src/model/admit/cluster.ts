import { ANNOTATION_REGISTERED_BY, type ClusterSpec, type FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import { duplicate, duplicates, forbidden, invalid } from '../causes';
import { keyOf, type KubeObject, type StatusCause } from '../kinds';
import { nameProblem } from '../names';
import type { World } from '../world';
import { isLabelKey, labelCauses } from './selectors';

const registeredBy = (cluster: KubeObject | undefined) => cluster?.metadata.annotations?.[ANNOTATION_REGISTERED_BY];

/** Only the engine says that a fleet registered a Cluster: the word decides who owns it. */
function ownerCauses(cluster: KubeObject, old: KubeObject | undefined, world: World): StatusCause[] {
  const owner = registeredBy(cluster);
  if (owner !== registeredBy(old)) return [forbidden(`metadata.annotations[${ANNOTATION_REGISTERED_BY}]`, 'is written by the engine alone')];
  const fleet = world.fleets.find(each => (each.spec?.clusters ?? []).some((entry: FleetCluster) => entry.name === cluster.metadata.name && entry.kubeconfigRef));
  return fleet && !old ? [duplicate('metadata.name', cluster.metadata.name, `Fleet ${keyOf(fleet)} registers a cluster of this name`)] : [];
}

function nodeGroupCauses(spec: ClusterSpec): StatusCause[] {
  const groups = spec.nodeGroups ?? [];
  const ranges = groups.flatMap(({ min, max }, index) => (min > max ? [invalid(`spec.nodeGroups[${index}].min`, min, `must not be more than max (${max})`)] : []));
  return [...duplicates(groups, group => group.name, index => `spec.nodeGroups[${index}].name`), ...ranges];
}

/**
 * Everything wrong in itself with a Cluster. A kubeconfig that does not work is not: it ends in Ready False with the reason.
 * @param byEngine - the engine writes, and may say which fleet registered it
 */
export function clusterCauses(cluster: KubeObject, old: KubeObject | undefined, world: World, byEngine: boolean): StatusCause[] {
  const spec: ClusterSpec = cluster.spec ?? {};
  const nameless = nameProblem(cluster.metadata.name, 63);
  const badKeys = (spec.protectedLabels ?? []).flatMap((key, index) => (isLabelKey(key) ? [] : [invalid(`spec.protectedLabels[${index}]`, key, 'must be a label key')]));
  return [
    ...(nameless ? [invalid('metadata.name', cluster.metadata.name, nameless)] : []),
    ...(byEngine ? [] : ownerCauses(cluster, old, world)),
    ...labelCauses(spec.attributes, 'spec.attributes'),
    ...badKeys,
    ...duplicates(spec.taints, taint => `${taint.key}:${taint.effect}`, index => `spec.taints[${index}]`),
    ...nodeGroupCauses(spec),
  ];
}
