import { ANNOTATION_IS_DEFAULT, ANNOTATION_PROFILES, annotatedTrue } from '@flotilla/backstage-plugin-fleet-common';
import { annotationPath } from '../admit/annotations';
import type { KubeObject } from '../kinds';
import { PROFILE_KINDS, profilesNamedBy } from '../profiles';
import type { World } from '../world';
import type { Found, Rule } from './rule';

const CARRIERS = new Set(['Application', 'Fleet', 'Namespace']);

/** Names of a carrier that nothing has, and two of one kind, of which the first acts. */
function named(object: KubeObject, world: World): Found[] {
  const path = object.spec?.profiles?.length ? 'spec.profiles' : annotationPath(ANNOTATION_PROFILES);
  const first = new Map<string, string>();
  return profilesNamedBy(object).flatMap((name): Found[] => {
    const meant = world.profiles.filter(profile => profile.metadata.name === name);
    if (meant.length === 0) return [{ code: 'ProfileNotFound', severity: 'warning', path, because: `there is no ${PROFILE_KINDS.join(', ')} named ${name}` }];
    return meant.flatMap(({ kind }): Found[] => {
      const before = first.get(kind);
      if (before === undefined) first.set(kind, name);
      return before === undefined ? [] : [{ code: 'SeveralProfiles', severity: 'warning', path, because: `${before} is a ${kind} as well and comes first: ${name} does not act` }];
    });
  });
}

/** Two defaults of one kind, of which the first by name acts. */
function byDefault(profile: KubeObject, world: World): Found[] {
  if (!annotatedTrue(profile, ANNOTATION_IS_DEFAULT)) return [];
  const first = world.profiles
    .filter(each => each.kind === profile.kind && annotatedTrue(each, ANNOTATION_IS_DEFAULT) && each.metadata.name! < profile.metadata.name!)
    .map(each => each.metadata.name!)
    .sort()[0];
  return first ? [{ code: 'SeveralDefaults', severity: 'warning', path: annotationPath(ANNOTATION_IS_DEFAULT), because: `${profile.kind} ${first} is the default as well and comes first by name: this one is not` }] : [];
}

/** Which profiles act, where more are named than can, or none is there. */
export const profileNames: Rule = (object, world) => {
  if (CARRIERS.has(object.kind)) return named(object, world);
  return PROFILE_KINDS.includes(object.kind) ? byDefault(object, world) : [];
};
