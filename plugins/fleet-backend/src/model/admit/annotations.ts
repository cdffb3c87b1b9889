import {
  ANNOTATION_AVAILABILITY,
  ANNOTATION_DELETION_LOCK,
  ANNOTATION_FLEET,
  ANNOTATION_IS_DEFAULT,
  ANNOTATION_PROFILES,
  ANNOTATION_RELEASE,
  ANNOTATION_WAIVE_DEBT,
  AVAILABILITY_MULTI_CLUSTER,
} from '@flotilla/backstage-plugin-fleet-common';
import { invalid, notSupported } from '../causes';
import type { KubeObject, StatusCause } from '../kinds';
import { labelNameProblem, subdomainProblem } from '../names';

const YES_OR_NO = ['true', 'false'];

/** Annotations that know only some words. Any other would be taken for "no" without a sound: a lock that locks nothing. */
const WORDS: Record<string, readonly string[]> = {
  [ANNOTATION_AVAILABILITY]: [AVAILABILITY_MULTI_CLUSTER],
  [ANNOTATION_DELETION_LOCK]: YES_OR_NO,
  [ANNOTATION_IS_DEFAULT]: YES_OR_NO,
  [ANNOTATION_RELEASE]: YES_OR_NO,
  [ANNOTATION_WAIVE_DEBT]: YES_OR_NO,
};

/** Path of an annotation, as causes and findings name it. */
export const annotationPath = (name: string): string => `metadata.annotations[${name}]`;

/** A fleet as `name` or `namespace/name`. */
export function fleetNameCauses(fleet: string | undefined, path: string): StatusCause[] {
  if (fleet === undefined) return [];
  const [name, namespace, ...rest] = fleet.split('/').reverse();
  const fits = rest.length === 0 && subdomainProblem(name) === undefined && (namespace === undefined || labelNameProblem(namespace) === undefined);
  return fits ? [] : [invalid(path, fleet, 'must be a fleet as "name" or "namespace/name"')];
}

function profilesCauses(said: string | undefined): StatusCause[] {
  const names = (said ?? '').split(',').map(name => name.trim());
  const wrong = names.find(name => name !== '' && subdomainProblem(name));
  return wrong === undefined ? [] : [invalid(annotationPath(ANNOTATION_PROFILES), said, `must be names of profiles, separated by commas; "${wrong.slice(0, 63)}" is none`)];
}

/** Everything wrong in itself with our annotations, on objects of any kind. */
export function annotationCauses({ metadata }: KubeObject): StatusCause[] {
  const annotations = metadata.annotations ?? {};
  const words = Object.entries(WORDS).flatMap(([name, known]) => {
    const said = annotations[name];
    return said === undefined || known.includes(said) ? [] : [notSupported(annotationPath(name), said, known)];
  });
  return [...words, ...fleetNameCauses(annotations[ANNOTATION_FLEET], annotationPath(ANNOTATION_FLEET)), ...profilesCauses(annotations[ANNOTATION_PROFILES])];
}
