import { ANNOTATION_REGISTERED_BY, type FleetCluster, type FleetSpec } from '@flotilla/backstage-plugin-fleet-common';
import { duplicate, duplicates } from '../causes';
import { keyOf, type KubeObject, type StatusCause } from '../kinds';
import type { World } from '../world';
import { kubeconfigCauses, placeCauses } from './cluster';
import { placementCauses } from './placement';
import { profileListCauses } from './profiles';
import { labelCauses } from './selectors';
import { namespaceListCauses, objectNameCauses } from './values';

/** Who else registers clusters already, by the cluster's name. */
function otherRegistrars(fleet: KubeObject, world: World): ReadonlyMap<string, string> {
  const alone = world.clusters.filter(cluster => cluster.metadata.annotations?.[ANNOTATION_REGISTERED_BY] === undefined);
  const found = new Map(alone.map(cluster => [cluster.metadata.name!, `Cluster ${cluster.metadata.name} is registered by itself`]));
  for (const other of world.fleets.filter(each => keyOf(each) !== keyOf(fleet))) {
    const entries: FleetCluster[] = other.spec?.clusters ?? [];
    for (const entry of entries) if (entry.kubeconfigRef) found.set(entry.name, `Fleet ${keyOf(other)} registers it`);
  }
  return found;
}

function entryCauses(entry: FleetCluster, index: number, others: ReadonlyMap<string, string>): StatusCause[] {
  const at = `spec.clusters[${index}]`;
  const registrar = entry.kubeconfigRef && others.get(entry.name);
  return [
    ...(registrar ? [duplicate(`${at}.name`, entry.name, `${registrar}; leave kubeconfigRef out to use the registered one`)] : []),
    ...labelCauses(entry.attributes, `${at}.attributes`),
    ...placeCauses(entry, at),
    ...kubeconfigCauses(entry.kubeconfigRef, `${at}.kubeconfigRef`),
  ];
}

function policyTemplateCauses(templates: FleetSpec['policyTemplates']): StatusCause[] {
  const rules = (templates ?? []).flatMap(({ name, spec }, index) => [
    ...objectNameCauses(name, `spec.policyTemplates[${index}].name`),
    ...duplicates(spec.rules, rule => rule.rule, at => `spec.policyTemplates[${index}].spec.rules[${at}].rule`),
  ]);
  return [...duplicates(templates, template => template.name, index => `spec.policyTemplates[${index}].name`), ...rules];
}

/** Everything wrong in itself with a Fleet. */
export function fleetCauses(fleet: KubeObject, world: World): StatusCause[] {
  const entries: FleetCluster[] = fleet.spec?.clusters ?? [];
  const others = otherRegistrars(fleet, world);
  return [
    ...duplicates(entries, entry => entry.name, index => `spec.clusters[${index}].name`),
    ...entries.flatMap((entry, index) => entryCauses(entry, index, others)),
    ...placementCauses(fleet.spec?.placement, 'spec.placement'),
    ...policyTemplateCauses(fleet.spec?.policyTemplates),
    ...objectNameCauses(fleet.spec?.addons?.volcano?.defaultQueue, 'spec.addons.volcano.defaultQueue'),
    ...profileListCauses(fleet.spec?.profiles),
    ...namespaceListCauses(fleet.spec?.allowedNamespaces, 'spec.allowedNamespaces'),
  ];
}
