import { ANNOTATION_TARGET } from '@flotilla/backstage-plugin-fleet-common';
import type { ClusterConnection, Outcome } from '../clusters/types';
import { isOurs, ownerOf } from './ownership';
import { isStatus } from './refusal';
import { type Trace, traced } from './trace';
import type { RemoveResult } from './types';

/** Names the object, and says which one of that name it was. */
export interface Removal {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** metadata.uid in the member; '' when the answer to the first write never came. */
  memberUid: string;
  target: string;
}

type NotOk = Extract<Outcome<unknown>, { ok: false }>;

const refusedOrFailed = ({ reason, because }: NotOk): RemoveResult => ({ did: reason === 'NoPermission' ? 'refused' : 'failed', because });
const anotherOne: RemoveResult = { did: 'left', because: 'ours is gone; another object stands in its place' };

/**
 * Removes an object, if it is still the one we wrote and still carries this hub's label. Where the answer to our write
 * was lost, the one we wrote is known by hub and target. The delete itself names the UID that was looked at.
 * A 404 of the cluster means gone; a kind missing from discovery does not, as discovery can be incomplete.
 */
export async function removeObject(connection: ClusterConnection, removal: Removal, hub: string, trace?: Trace): Promise<RemoveResult> {
  const { kind, namespace, name, memberUid } = removal;
  const resource = await connection.resourceOf(removal.apiVersion, kind);
  if (!resource.ok) return refusedOrFailed(resource);
  const of = resource.value;
  if (!of) return { did: 'failed', because: `the cluster does not serve ${kind} now, so nobody can see whether the object is gone` };
  const found = await connection.get(of, namespace, name);
  if (isStatus(found, 404)) return { did: 'gone' };
  if (!found.ok) return refusedOrFailed(found);
  const { uid = '', annotations, deletionTimestamp } = found.value.metadata;
  if (memberUid && uid !== memberUid) return anotherOne;
  if (!isOurs(found.value, hub)) return { did: 'left', because: `it does not carry our label; it belongs to ${ownerOf(found.value)}` };
  if (!memberUid && annotations?.[ANNOTATION_TARGET] !== removal.target) return anotherOne;
  if (deletionTimestamp) return { did: 'removed' };
  const deleted = await traced(trace, 'delete', connection.cluster, { kind, namespace, name }, () => connection.delete(of, namespace, name, uid));
  if (deleted.ok) return { did: 'removed' };
  if (isStatus(deleted, 404)) return { did: 'gone' };
  // Replaced between our read and the delete.
  if (isStatus(deleted, 409)) return anotherOne;
  return refusedOrFailed(deleted);
}
