import { PROFILE_KINDS, profilesNamedBy } from '../profiles';
import type { Rule } from './rule';

/** Names in `spec.profiles` or the annotation that nothing has. */
export const profileNames: Rule = (object, world) => {
  if (object.kind !== 'Application' && object.kind !== 'Fleet') return [];
  return profilesNamedBy(object)
    .filter(name => !world.profiles.some(profile => profile.metadata.name === name))
    .map(name => ({ code: 'ProfileNotFound', severity: 'warning', path: 'spec.profiles', because: `there is no ${PROFILE_KINDS.join(', ')} named ${name}` }));
};
