/**
 * Writes one object into one member without ever taking what is not ours.
 *
 * Every write carries a proof of what was read before it, so that nobody can slip in between:
 * - onto nothing: resourceVersion "1" and no uid. A server creates the object when there is none and answers 409 when
 *   there is one, as no live object has version 1 (etcd's first write is 2).
 * - onto an object: its uid and resourceVersion. Changed since, replaced or gone, the server answers 409.
 * Both are checked against a real API server in applyObject.test.ts. After a 409 we read again and decide again.
 */
import type { KubeObject } from '@flotilla/kube-api';
import { LABEL_MANAGED_BY } from '@flotilla/backstage-plugin-fleet-common';
import type { ClusterConnection } from '../clusters/types';
import { diffObjects } from '../diff/diffObjects';
import { leaveFields } from './leaveFields';
import { hubOf, isOurs, marked, ownerOf } from './ownership';
import { isStatus, noSuchKind, refusalOf } from './refusal';
import { type Trace, traced } from './trace';
import type { ApplyOrder, ApplyResult } from './types';

const ATTEMPTS = 4;
const NEVER_CURRENT = '1';

type Standing = { may: 'write'; as: 'created' | 'updated' | 'adopted' } | { may: 'not'; result: ApplyResult };

/** Whether we may write onto what stands there. */
function standing(order: ApplyOrder, live: KubeObject): Standing {
  if (live.metadata.deletionTimestamp) return { may: 'not', result: { did: 'failed', because: 'the object is being deleted; it is written again once it is gone' } };
  if (isOurs(live, order.hub)) return { may: 'write', as: 'updated' };
  const left = (why: 'NotOurs' | 'OtherHub' | 'Differs'): Standing => ({ may: 'not', result: { did: 'left', why, owner: ownerOf(live), live } });
  if (hubOf(live)) return left('OtherHub');
  // Ours by its UID: only our label was taken off, and labels we applied are put back.
  if (order.memberUid && live.metadata.uid === order.memberUid) return { may: 'write', as: 'updated' };
  if (order.adoption === 'Always') return { may: 'write', as: 'adopted' };
  if (order.adoption === 'Never') return left('NotOurs');
  return differs(order, live) ? left('Differs') : { may: 'write', as: 'adopted' };
}

/** Our own marks are not a difference: adopting is what adds them. */
function differs(order: ApplyOrder, live: KubeObject): boolean {
  const isMark = (key: string) => key === LABEL_MANAGED_BY || key.startsWith('fleet.kurator.dev/');
  const unmarked = (marks?: Record<string, string>) => Object.fromEntries(Object.entries(marks ?? {}).filter(([key]) => !isMark(key)));
  const { metadata } = order.object;
  const plain = { ...order.object, metadata: { ...metadata, labels: unmarked(metadata.labels), annotations: unmarked(metadata.annotations) } };
  const left = diffObjects(plain, live).filter(change => !order.leave.includes(change.path));
  return left.length > 0;
}

/** The body of the apply: our marks on it, the proof of what was read, nothing a server fills. */
function body(order: ApplyOrder, live: KubeObject | undefined): KubeObject {
  const { status: _status, ...wanted } = leaveFields(marked(order.object, order.hub), order.leave, live);
  const { managedFields: _m, creationTimestamp: _c, generation: _g, uid: _u, resourceVersion: _r, ...metadata } = wanted.metadata;
  const proof = live ? { uid: live.metadata.uid, resourceVersion: live.metadata.resourceVersion } : { resourceVersion: NEVER_CURRENT };
  return { ...wanted, metadata: { ...metadata, ...proof } } as KubeObject;
}

/**
 * Applies one object. Never throws by itself; what came of it, and what stands in the cluster now, is in the result.
 * @param trace - told of the write before and after it; what it throws ends the call
 */
export async function applyObject(connection: ClusterConnection, order: ApplyOrder, trace?: Trace): Promise<ApplyResult> {
  const { apiVersion, kind, metadata } = order.object;
  const { namespace = '', name = '' } = metadata;
  const resource = await connection.resourceOf(apiVersion, kind);
  if (!resource.ok) return refusalOf(resource);
  const of = resource.value;
  if (!of) return { did: 'refused', why: 'NoSuchKind', because: `the cluster does not serve ${kind} of ${apiVersion}` };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await connection.get(of, namespace, name);
    if (!found.ok && (!isStatus(found, 404) || noSuchKind(found))) return refusalOf(found);
    const live = found.ok ? found.value : undefined;
    const decided: Standing = live ? standing(order, live) : { may: 'write', as: 'created' };
    if (decided.may === 'not') return decided.result;
    const written = await traced(trace, 'apply', connection.cluster, { kind, namespace, name }, () =>
      connection.apply(of, body(order, live), { force: true }),
    );
    if (written.ok) {
      const unchanged = decided.as === 'updated' && written.value.metadata.resourceVersion === live?.metadata.resourceVersion;
      return { did: unchanged ? 'unchanged' : decided.as, live: written.value };
    }
    if (!isStatus(written, 409)) return refusalOf(written);
  }
  return { did: 'failed', because: 'the object changed each time while it was being written; it is tried again' };
}
