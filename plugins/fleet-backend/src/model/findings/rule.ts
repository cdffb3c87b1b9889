import type { Component, Finding, Placement } from '@flotilla/backstage-plugin-fleet-common';
import { keyOf, type KubeObject } from '../kinds';
import { membership, type Membership } from '../membership';
import type { PlacementSource } from '../narrowing';
import { clustersNamedBy, rolloutPolicyOf } from '../policyFor';
import { whichFleet, type FleetAnswer } from '../whichFleet';
import { namespaceNamed, type World } from '../world';

/** A finding before anyone knows since when it is there. */
export type Found = Omit<Finding, 'since'>;

/** Looks at one object of any kind; says nothing about kinds it does not know. */
export type Rule = (object: KubeObject, world: World) => Found[];

/** The fleet that an Application or selected object would go to. */
export function fleetFor(object: KubeObject, world: World, policy: KubeObject | undefined): FleetAnswer {
  return whichFleet({
    object,
    namespace: namespaceNamed(world, object.metadata.namespace),
    fleets: world.fleets,
    policyClusters: clustersNamedBy(policy),
    fleetNamespaces: world.fleetNamespaces,
    recorded: object.status?.fleet,
  });
}

/** The fleet that a policy or Application means, with its members; undefined while none can be told. */
export function fleetOf(object: KubeObject, world: World): { fleet: KubeObject; membership: Membership } | undefined {
  const policy = object.kind === 'PropagationPolicy' ? object : rolloutPolicyOf(object, world.policies);
  const answer = fleetFor(object, world, policy);
  return answer.found === 'one' ? { fleet: answer.fleet, membership: membership(answer.fleet, world.clusters) } : undefined;
}

export const fleetSource = (fleet: KubeObject): PlacementSource => ({ source: 'fleet', name: keyOf(fleet), placement: fleet.spec?.placement });

/** Every placement in an object, with its path and whose it is. */
export function placementsIn(object: KubeObject): { path: string; placement: Placement; source: PlacementSource }[] {
  if (object.kind === 'Application') {
    return ((object.spec?.components ?? []) as Component[]).flatMap((component, index) =>
      component.placement
        ? [{ path: `spec.components[${index}].placement`, placement: component.placement, source: { source: 'component' as const, name: component.name, placement: component.placement } }]
        : [],
    );
  }
  const placement: Placement | undefined = object.spec?.placement;
  if (!placement || (object.kind !== 'PropagationPolicy' && object.kind !== 'Fleet')) return [];
  const source = object.kind === 'Fleet' ? ('fleet' as const) : ('policy' as const);
  return [{ path: 'spec.placement', placement, source: { source, name: keyOf(object), placement } }];
}
