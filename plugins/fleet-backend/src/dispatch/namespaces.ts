/** Namespaces in members: made when an object needs one, removed only if we made it and nothing lives in it. */
import { ANNOTATION_MADE_BY_HUB } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { ClusterConnection, MemberResource } from '../clusters/types';
import { applyObject } from './applyObject';
import { isOurs } from './ownership';
import { isStatus } from './refusal';
import { type Trace, traced } from './trace';

const NAMESPACES: MemberResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };

export type NamespaceResult = { ok: true; did: 'there' | 'created' } | { ok: false; because: string };

/** Makes the namespace, with our label and a note that we made it, if it is absent; one that is there stays as it is, whoever owns it. */
export async function ensureNamespace(connection: ClusterConnection, name: string, hub: string, trace?: Trace): Promise<NamespaceResult> {
  const found = await connection.get(NAMESPACES, '', name);
  if (found.ok && !found.value.metadata.deletionTimestamp) return { ok: true, did: 'there' };
  if (found.ok) return { ok: false, because: `namespace ${name} is being deleted; it is made again once it is gone` };
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations: { [ANNOTATION_MADE_BY_HUB]: hub } } };
  const result = await applyObject(connection, { object, hub, adoption: 'Never', leave: [], memberUid: '' }, trace);
  if (result.did === 'refused' || result.did === 'failed') return { ok: false, because: `namespace ${name}: ${result.because}` };
  return { ok: true, did: result.did === 'created' ? 'created' : 'there' };
}

/** What every namespace holds without anybody's doing. */
const comesWithIt = (kind: string, name: string) =>
  kind === 'Event' || (kind === 'ServiceAccount' && name === 'default') || (kind === 'ConfigMap' && name === 'kube-root-ca.crt');

/** Kinds that are answers, not stored objects, or that only mirror other objects. */
const NOT_STORED = new Set(['Binding', 'LocalSubjectAccessReview', 'PodMetrics']);

/** What goes by itself: it is being deleted, or a controller removes it after what it belongs to. */
const isPassing = (kind: string, { metadata }: KubeObject) => metadata.deletionTimestamp !== undefined || (metadata.ownerReferences ?? []).length > 0 || kind === 'Endpoints';

type Inside = { holds: 'nothing' } | { holds: 'what ends' | 'what stays'; first: string } | { holds: 'unknown'; forbidden: boolean };

/** What lives in the namespace. What stays counts before what ends. */
async function lookInside(connection: ClusterConnection, namespace: string): Promise<Inside> {
  const served = await connection.resources();
  if (!served.ok) return { holds: 'unknown', forbidden: false };
  let inside: Inside = { holds: 'nothing' };
  for (const resource of served.value.filter(each => each.namespaced && !NOT_STORED.has(each.kind))) {
    const found = await connection.list(resource, { namespace });
    // Kinds that cannot be listed hold nothing to find.
    if (isStatus(found, 404) || isStatus(found, 405)) continue;
    if (!found.ok) return { holds: 'unknown', forbidden: found.reason === 'NoPermission' };
    const others = found.value.items.filter(item => !comesWithIt(resource.kind, item.metadata.name ?? ''));
    const stays = others.find(item => !isPassing(resource.kind, item));
    if (stays) return { holds: 'what stays', first: `${resource.kind} ${stays.metadata.name}` };
    if (others.length > 0 && inside.holds === 'nothing') inside = { holds: 'what ends', first: `${resource.kind} ${others[0].metadata.name}` };
  }
  return inside;
}

/** `left`: for good, as somebody else made it or uses it. `waits`: what is in it ends, which takes its time. */
export type TidyResult = { did: 'removed' | 'gone' } | { did: 'left' | 'waits' | 'failed'; because: string };

/**
 * Removes the namespace if we made it and it is empty. Kubernetes offers no way to delete a namespace only while it is
 * empty: what is put into it in the moment between the last look and the delete goes with it.
 */
export async function removeNamespaceIfOursAndEmpty(connection: ClusterConnection, name: string, hub: string, trace?: Trace): Promise<TidyResult> {
  const found = await connection.get(NAMESPACES, '', name);
  if (isStatus(found, 404)) return { did: 'gone' };
  if (!found.ok) return { did: 'failed', because: found.because };
  const { uid = '', annotations, deletionTimestamp } = found.value.metadata;
  if (!isOurs(found.value, hub) || annotations?.[ANNOTATION_MADE_BY_HUB] !== hub) return { did: 'left', because: 'we did not make it' };
  if (deletionTimestamp) return { did: 'removed' };
  const inside = await lookInside(connection, name);
  if (inside.holds === 'unknown') return { did: inside.forbidden ? 'left' : 'failed', because: 'not every kind in it could be listed, so it may not be empty' };
  if (inside.holds !== 'nothing') return { did: inside.holds === 'what ends' ? 'waits' : 'left', because: `it is not empty: ${inside.first}` };
  const of = { kind: 'Namespace', namespace: '', name };
  const deleted = await traced(trace, 'delete', connection.cluster, of, () => connection.delete(NAMESPACES, '', name, uid));
  return deleted.ok || isStatus(deleted, 404) ? { did: 'removed' } : { did: 'failed', because: deleted.because };
}
