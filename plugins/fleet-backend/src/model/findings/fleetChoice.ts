import { ANNOTATION_FLEET } from '@flotilla/backstage-plugin-fleet-common';
import { annotationPath } from '../admit/annotations';
import type { KubeObject } from '../kinds';
import { rolloutPolicyOf } from '../policyFor';
import { whichFleet } from '../whichFleet';
import type { World } from '../world';
import { fleetFor, type Found, type Rule } from './rule';

/** The fleet that a Namespace gives to what is in it. */
function ofNamespace(namespace: KubeObject, world: World): Found[] {
  if (!namespace.metadata.annotations?.[ANNOTATION_FLEET]) return [];
  const inside: KubeObject = { apiVersion: '', kind: '', metadata: { namespace: namespace.metadata.name } };
  const answer = whichFleet({ object: inside, namespace, fleets: world.fleets, fleetNamespaces: world.fleetNamespaces });
  return answer.found === 'one' ? [] : [{ code: answer.found === 'several' ? 'FleetAmbiguous' : 'FleetNotFound', severity: 'warning', path: annotationPath(ANNOTATION_FLEET), because: `${answer.because}; ${answer.fix}` }];
}

/** An Application, or a Namespace for what is in it, whose fleet cannot be told. */
export const fleetChoice: Rule = (application, world) => {
  if (application.kind === 'Namespace') return ofNamespace(application, world);
  if (application.kind !== 'Application') return [];
  const answer = fleetFor(application, world, rolloutPolicyOf(application, world.policies));
  if (answer.found === 'one') return [];
  return [
    {
      code: answer.found === 'several' ? 'FleetAmbiguous' : 'FleetNotFound',
      severity: 'danger',
      path: 'spec.destination.fleet',
      because: `${answer.because}; ${answer.fix}`,
    },
  ];
};
