import { ANNOTATION_DELETION_LOCK, ANNOTATION_WAIVE_DEBT, annotatedTrue } from '@flotilla/backstage-plugin-fleet-common';
import { nameOf, type KubeObject } from '../kinds';
import type { World } from '../world';

/** Why an object may not be deleted now. Always 409: what stands in the way can be taken away. */
export interface Denial {
  code: 409;
  reason: 'Conflict';
  message: string;
}

const denied = (message: string): Denial => ({ code: 409, reason: 'Conflict', message });

const locked = (object: KubeObject) => annotatedTrue(object, ANNOTATION_DELETION_LOCK);
const UNLOCK = `remove annotation ${ANNOTATION_DELETION_LOCK} first`;

/** What a Namespace would take along. */
function lockedInside(namespace: string, world: World): KubeObject | undefined {
  return [...world.applications, ...world.policies, ...world.fleets, ...world.objectsIn(namespace)].find(
    object => object.metadata.namespace === namespace && locked(object),
  );
}

/** Whether an object may be deleted; undefined when it may. */
export function deletionDenied(object: KubeObject, world: World): Denial | undefined {
  const name = object.metadata.name!;
  if (locked(object)) return denied(`${nameOf(object)} is locked against deletion: ${UNLOCK}`);
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') {
    const inside = lockedInside(name, world);
    if (inside) return denied(`${nameOf(inside)} in it is locked against deletion: ${UNLOCK}`);
  }
  if (object.kind === 'Cluster' && !annotatedTrue(object, ANNOTATION_WAIVE_DEBT)) {
    const debt = world.debtOf(name);
    if (debt > 0) {
      return denied(
        `${debt} ${debt === 1 ? 'object is' : 'objects are'} still to be removed in cluster ${name}: wait until it answers, or give them up with annotation ${ANNOTATION_WAIVE_DEBT}: "true"`,
      );
    }
  }
  return undefined;
}
