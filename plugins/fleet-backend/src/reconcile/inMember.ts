import { LABEL_REVISION, LABEL_HUB } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { MemberKey, Work } from '../model/work';
import { progressOf } from '../workloads/progress';
import type { ClusterNow } from '../workloads/plan';
import type { Target } from '../workloads/types';
import { KINDS, type Engine } from './engine';

/** Key of an object in the observer's view of a member. */
export const liveKey = (of: { apiVersion: string; kind: string; namespace?: string; name: string }) =>
  `${of.apiVersion}/${of.kind}/${of.namespace ?? ''}/${of.name}`;

export const liveObject = (engine: Engine, key: MemberKey): KubeObject | undefined => engine.observer.live(key.cluster).get(liveKey(key));

/** Whether a cluster may be written to now: it answers, is the one the Cluster was joined with, is not held, and is ours to manage. */
export function isWritable(engine: Engine, cluster: string): boolean {
  const seen = engine.observer.seen(cluster);
  const object = engine.cache.get(KINDS.cluster.group, KINDS.cluster.resource, '', cluster);
  const joined: string = object?.status?.uid ?? '';
  const held = (object?.status?.conditions ?? []).some((each: any) => each.type === 'Ready' && each.reason === 'Held');
  const trusted = !held && (joined === '' || joined === seen?.uid);
  return Boolean(seen?.reachable.ok) && trusted && object?.spec?.mode === 'Manage' && engine.directory.get(cluster) !== undefined;
}

/** A cluster as the plan needs it. */
export function clusterNow(engine: Engine, target: Target, cluster: string): ClusterNow {
  const { apiVersion, kind, metadata } = target.main;
  // Before our objects were listed once, absence means nothing: an unseen Job would look like one that is gone.
  const listed = engine.observer.listed(cluster, target.main);
  return {
    answers: listed && isWritable(engine, cluster),
    uid: engine.observer.seen(cluster)?.uid ?? '',
    live: name => {
      const live = engine.observer.live(cluster).get(liveKey({ apiVersion, kind, namespace: metadata.namespace, name }));
      if (!live) return undefined;
      return { ...progressOf(live), replicas: live.spec?.replicas ?? 1, revision: revisionOf(live, target) };
    },
  };
}

/** A selected object is applied unchanged and so carries no revision; whether it is the newest shows when it is compared. */
const revisionOf = (live: KubeObject, target: Target): string => (target.unchanged ? target.revision : (live.metadata.labels?.[LABEL_REVISION] ?? ''));

/** Whether an object that no list shows is gone: the cluster itself says so when it is asked for it. An empty list is not enough. */
export async function isGone(engine: Engine, work: Work): Promise<boolean> {
  const connection = engine.directory.get(work.cluster);
  const resource = await connection?.resourceOf(work.apiVersion, work.kind);
  if (!connection || !resource?.ok || !resource.value) return false;
  const found = await connection.get(resource.value, work.namespace, work.name);
  if (found.ok) return found.value.metadata.uid !== work.memberUid;
  return found.status?.code === 404 && found.status.details?.name === work.name;
}

/** Whether an object in a member carries this hub's mark. */
export const isOurs = (live: KubeObject, hubId: string) => live.metadata.labels?.[LABEL_HUB] === hubId;
