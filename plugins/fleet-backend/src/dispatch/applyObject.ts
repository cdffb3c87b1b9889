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
import type { ClusterConnection } from '../clusters/types';
import { asStanding } from '../workloads/asStanding';
import { leaveFields } from './leaveFields';
import { marked } from './ownership';
import { isStatus, noSuchKind, refusalOf } from './refusal';
import { type Standing, standing } from './standing';
import { type Trace, traced } from './trace';
import type { ApplyOrder, ApplyResult } from './types';

const ATTEMPTS = 4;
const NEVER_CURRENT = '1';

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
    const fitted = { ...order, object: asStanding(order.object, live) };
    if (!live && order.once && order.memberUid !== '') return { did: 'failed', because: `${kind} ${namespace}/${name} was deleted in the cluster, and is not made again` };
    const decided: Standing = live ? standing(fitted, live) : { may: 'write', as: 'created' };
    if (decided.may === 'not') return decided.result;
    const written = await traced(trace, 'apply', connection.cluster, { kind, namespace, name }, () =>
      connection.apply(of, body(fitted, live), { force: true }),
    );
    if (written.ok) {
      const unchanged = decided.as === 'updated' && written.value.metadata.resourceVersion === live?.metadata.resourceVersion;
      return { did: unchanged ? 'unchanged' : decided.as, live: written.value };
    }
    if (!isStatus(written, 409)) return refusalOf(written);
  }
  return { did: 'failed', because: 'the object changed each time while it was being written; it is tried again' };
}
