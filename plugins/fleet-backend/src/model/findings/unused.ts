import { ANNOTATION_PROFILES } from '@flotilla/backstage-plugin-fleet-common';
import { PROFILE_KINDS, usersOf } from '../profiles';
import type { Rule } from './rule';

/** A profile or policy that acts nowhere because nothing binds it. */
export const unused: Rule = (profile, world) => {
  if (!PROFILE_KINDS.includes(profile.kind) || usersOf(profile, world).length > 0) return [];
  return [
    {
      code: 'NothingUsesIt',
      severity: 'warning',
      path: 'metadata.name',
      because: `nothing uses it: name it in spec.profiles or annotation ${ANNOTATION_PROFILES} of an Application, Namespace or Fleet`,
    },
  ];
};
