import { ANNOTATION_REGISTERED_BY, type FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import { duplicate, duplicates } from '../causes';
import { keyOf, type KubeObject, type StatusCause } from '../kinds';
import type { World } from '../world';
import { availabilityCauses } from './application';
import { placementCauses } from './placement';
import { labelCauses } from './selectors';

/** Who registers the cluster of this name already; undefined when nobody but this fleet does. */
function otherRegistrar(entry: FleetCluster, fleet: KubeObject, world: World): string | undefined {
  const other = world.fleets.find(
    each => keyOf(each) !== keyOf(fleet) && (each.spec?.clusters ?? []).some((one: FleetCluster) => one.name === entry.name && one.kubeconfigRef),
  );
  if (other) return `Fleet ${keyOf(other)} registers it`;
  const cluster = world.clusters.find(each => each.metadata.name === entry.name);
  const alone = cluster && cluster.metadata.annotations?.[ANNOTATION_REGISTERED_BY] === undefined;
  return alone ? `Cluster ${entry.name} is registered by itself` : undefined;
}

function entryCauses(entry: FleetCluster, index: number, fleet: KubeObject, world: World): StatusCause[] {
  const at = `spec.clusters[${index}]`;
  const registrar = entry.kubeconfigRef && otherRegistrar(entry, fleet, world);
  return [
    ...(registrar ? [duplicate(`${at}.name`, entry.name, `${registrar}; leave kubeconfigRef out to use the registered one`)] : []),
    ...labelCauses(entry.attributes, `${at}.attributes`),
  ];
}

/** Everything wrong in itself with a Fleet. */
export function fleetCauses(fleet: KubeObject, world: World): StatusCause[] {
  const entries: FleetCluster[] = fleet.spec?.clusters ?? [];
  return [
    ...availabilityCauses(fleet),
    ...duplicates(entries, entry => entry.name, index => `spec.clusters[${index}].name`),
    ...entries.flatMap((entry, index) => entryCauses(entry, index, fleet, world)),
    ...placementCauses(fleet.spec?.placement, 'spec.placement'),
    ...duplicates(fleet.spec?.policyTemplates as { name: string }[] | undefined, template => template.name, index => `spec.policyTemplates[${index}].name`),
  ];
}
