import type { KubeObject } from '@flotilla/kube-api';
import type { ClusterConnection, RequestLimits } from '../clusters/types';
import type { Change } from '../diff/diffObjects';
import { asStanding } from '../workloads/asStanding';
import { isOurs, ownerOf } from './ownership';
import { isStatus, noSuchKind, refusalOf } from './refusal';
import { changesOf, standing } from './standing';
import type { ApplyOrder } from './types';

/**
 * What a write would do, looked up and not done. `same`: ours, and as it is wanted. `adopt`: somebody's that becomes ours, with the
 * changes named. `leave`: stays as it is, and why; `changes` are then those that adopting it would make.
 */
export type Foreseen =
  | { would: 'create' }
  | { would: 'same' | 'change' | 'adopt'; changes: Change[]; owner: string; live: KubeObject }
  | { would: 'leave'; why: 'NotOurs' | 'OtherHub' | 'Differs' | 'BeingDeleted'; changes: Change[]; owner: string; live: KubeObject }
  /** It cannot be said: no answer, or not one that says so. */
  | { would: 'unknown'; because: string };

/** Reads one object and nothing else. Judged by the very rules that hold for the write. */
export async function foresee(connection: ClusterConnection, order: ApplyOrder, limits?: RequestLimits): Promise<Foreseen> {
  const { apiVersion, kind, metadata } = order.object;
  const unknown = (because: string): Foreseen => ({ would: 'unknown', because });
  const resource = await connection.resourceOf(apiVersion, kind, limits);
  if (!resource.ok) return unknown(refusalOf(resource).because);
  if (!resource.value) return unknown(`the cluster does not serve ${kind} of ${apiVersion}`);
  const found = await connection.get(resource.value, metadata.namespace ?? '', metadata.name ?? '', limits);
  if (!found.ok) return isStatus(found, 404) && !noSuchKind(found) ? { would: 'create' } : unknown(found.because);
  return foreseenOn(order, found.value);
}

/** The same for an object that was read already. */
export function foreseenOn(order: ApplyOrder, live: KubeObject): Foreseen {
  const fitted = { ...order, object: asStanding(order.object, live) };
  const changes = changesOf(fitted, live);
  const owner = isOurs(live, order.hub) ? '' : ownerOf(live);
  const decided = standing(fitted, live);
  if (decided.may === 'write') return { would: decided.as === 'adopted' ? 'adopt' : changes.length > 0 ? 'change' : 'same', changes, owner, live };
  return { would: 'leave', why: decided.result.did === 'left' ? decided.result.why : 'BeingDeleted', changes, owner, live };
}
