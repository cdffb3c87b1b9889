import { ANNOTATION_IS_DEFAULT, ANNOTATION_PROFILES, annotatedTrue } from '@flotilla/backstage-plugin-fleet-common';
import { nameOf, type KubeObject } from './kinds';
import type { World } from './world';

/** Kinds that act only where they are bound. */
export const PROFILE_KINDS: readonly string[] = ['SchedulingProfile', 'PerformanceProfile', 'NetworkPartitionPolicy', 'NetworkOptimizationPolicy'];

/** Names of profiles and policies that an Application, Namespace or Fleet binds: its `spec.profiles`, then its annotation. */
export function profilesNamedBy(object: KubeObject | undefined): string[] {
  // A Namespace has a spec of its own, which never holds profiles.
  const listed: string[] = object?.spec?.profiles ?? [];
  const annotated = (object?.metadata.annotations?.[ANNOTATION_PROFILES] ?? '').split(',').map(name => name.trim());
  return [...new Set([...listed, ...annotated.filter(Boolean)])];
}

/**
 * The profile of one kind that acts: the one named nearest (the object, its Namespace, the fleet), else the one that is
 * annotated as default (the first by name); undefined when nothing is bound.
 * @param carriers - who may name one, nearest first
 */
export function actingProfile(kind: string, carriers: readonly (KubeObject | undefined)[], profiles: readonly KubeObject[]): KubeObject | undefined {
  const ofKind = profiles.filter(profile => profile.kind === kind && !profile.metadata.deletionTimestamp);
  for (const carrier of carriers) {
    for (const name of profilesNamedBy(carrier)) {
      const found = ofKind.find(profile => profile.metadata.name === name);
      if (found) return found;
    }
  }
  return ofKind.filter(profile => annotatedTrue(profile, ANNOTATION_IS_DEFAULT)).sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1))[0];
}

/** Who binds a profile, as `Kind namespace/name`; `everything` when it is the default. */
export function usersOf(profile: KubeObject, world: World): string[] {
  const carriers = [...world.fleets, ...world.namespaces, ...world.applications];
  const users = carriers.filter(carrier => profilesNamedBy(carrier).includes(profile.metadata.name!)).map(nameOf);
  return annotatedTrue(profile, ANNOTATION_IS_DEFAULT) ? ['everything', ...users] : users;
}
