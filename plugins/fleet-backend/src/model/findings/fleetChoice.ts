import { rolloutPolicyOf } from '../policyFor';
import { fleetFor, type Rule } from './rule';

/** An Application whose fleet cannot be told. */
export const fleetChoice: Rule = (application, world) => {
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
