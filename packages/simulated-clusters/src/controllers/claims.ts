import type { KubeObject } from '@flotilla/kube-api';
import { writeStatus, type Hands } from './hands';
import type { Snapshot } from './snapshot';

/** A provisioner that has room for everything: a claim is bound as soon as it is seen. No volume stands behind it. */
export async function reconcileClaim(hands: Hands, _world: Snapshot, claim: KubeObject): Promise<void> {
  const { accessModes, resources } = claim.spec;
  await writeStatus(hands, claim, { phase: 'Bound', accessModes, capacity: { storage: resources?.requests?.storage } });
}
