/** Whether we may write onto what stands there, and what that would change. */
import { LABEL_MANAGED_BY } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { type Change, diffObjects } from '../diff/diffObjects';
import { hubOf, isOurs, ownerOf } from './ownership';
import type { ApplyOrder, ApplyResult } from './types';

export type Standing = { may: 'write'; as: 'created' | 'updated' | 'adopted' } | { may: 'not'; result: ApplyResult };

/** @param order - its object as it is to be written onto this one; see `asStanding` */
export function standing(order: ApplyOrder, live: KubeObject): Standing {
  if (live.metadata.deletionTimestamp) return { may: 'not', result: { did: 'failed', because: 'the object is being deleted; it is written again once it is gone' } };
  if (isOurs(live, order.hub)) return { may: 'write', as: 'updated' };
  const left = (why: 'NotOurs' | 'OtherHub' | 'Differs'): Standing => ({ may: 'not', result: { did: 'left', why, owner: ownerOf(live), live } });
  if (hubOf(live)) return left('OtherHub');
  // Ours by its UID: only our label was taken off, and labels we applied are put back.
  if (order.memberUid && live.metadata.uid === order.memberUid) return { may: 'write', as: 'updated' };
  if (order.adoption === 'Always') return { may: 'write', as: 'adopted' };
  if (order.adoption === 'Never') return left('NotOurs');
  return changesOf(order, live).length > 0 ? left('Differs') : { may: 'write', as: 'adopted' };
}

/** What the write would change. Our own marks are not a difference: adopting is what adds them. */
export function changesOf(order: Pick<ApplyOrder, 'object' | 'leave'>, live: KubeObject): Change[] {
  const isMark = (key: string) => key === LABEL_MANAGED_BY || key.startsWith('fleet.kurator.dev/');
  const unmarked = (marks?: Record<string, string>) => Object.fromEntries(Object.entries(marks ?? {}).filter(([key]) => !isMark(key)));
  const { metadata } = order.object;
  const plain = { ...order.object, metadata: { ...metadata, labels: unmarked(metadata.labels), annotations: unmarked(metadata.annotations) } };
  return diffObjects(plain, live).filter(change => !order.leave.includes(change.path));
}
