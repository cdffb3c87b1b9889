import { ANNOTATION_REGISTERED_BY, type ClusterSpec, type FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import { duplicate, duplicates, forbidden, invalid, required } from '../causes';
import { keyOf, type KubeObject, type StatusCause } from '../kinds';
import { labelNameProblem } from '../names';
import type { World } from '../world';
import { isLabelKey, labelCauses, taintCauses } from './selectors';
import { amountCauses, labelNameCauses, labelValueCauses, namespaceListCauses, objectNameCauses } from './values';

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
  const each = groups.flatMap(({ shape, labels, taints }, index) => {
    const at = `spec.nodeGroups[${index}]`;
    return [
      ...(Object.keys(shape).length === 0 ? [required(`${at}.shape`, 'must say what a node of it holds, such as cpu: "8"')] : []),
      ...Object.entries(shape).flatMap(([resource, amount]) => amountCauses(amount, `${at}.shape.${resource}`)),
      ...labelCauses(labels, `${at}.labels`),
      ...taintCauses(taints, `${at}.taints`),
    ];
  });
  return [...duplicates(groups, group => group.name, index => `spec.nodeGroups[${index}].name`), ...ranges, ...each];
}

/** Where a cluster is: each becomes a label. */
export const placeCauses = ({ provider, region, zone }: Pick<ClusterSpec, 'provider' | 'region' | 'zone'>, path: string): StatusCause[] =>
  Object.entries({ provider, region, zone }).flatMap(([field, value]) => labelValueCauses(value, `${path}.${field}`));

const CONFIG_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Which Secret, and which key in it. */
export function kubeconfigCauses(ref: { name: string; namespace?: string; key?: string } | undefined, path: string): StatusCause[] {
  if (!ref) return [];
  return [
    ...objectNameCauses(ref.name, `${path}.name`),
    ...labelNameCauses(ref.namespace, `${path}.namespace`),
    ...(ref.key === undefined || CONFIG_KEY.test(ref.key) ? [] : [invalid(`${path}.key`, ref.key, 'must be a key of a Secret: letters, digits, "-", "_" and "."')]),
  ];
}

/**
 * Everything wrong in itself with a Cluster. A kubeconfig that does not work is not: it ends in Ready False with the reason.
 * @param byEngine - the engine writes, and may say which fleet registered it
 */
export function clusterCauses(cluster: KubeObject, old: KubeObject | undefined, world: World, byEngine: boolean): StatusCause[] {
  const spec: ClusterSpec = cluster.spec ?? {};
  const nameless = labelNameProblem(cluster.metadata.name);
  const badKeys = (spec.protectedLabels ?? []).flatMap((key, index) => (isLabelKey(key) ? [] : [invalid(`spec.protectedLabels[${index}]`, key, 'must be a label key')]));
  return [
    ...(nameless ? [invalid('metadata.name', cluster.metadata.name, nameless)] : []),
    ...(byEngine ? [] : ownerCauses(cluster, old, world)),
    ...labelCauses(spec.attributes, 'spec.attributes'),
    ...badKeys,
    ...placeCauses(spec, 'spec'),
    ...kubeconfigCauses(spec.kubeconfigRef, 'spec.kubeconfigRef'),
    ...namespaceListCauses(spec.allowedNamespaces, 'spec.allowedNamespaces'),
    ...taintCauses(spec.taints, 'spec.taints'),
    ...nodeGroupCauses(spec),
  ];
}
