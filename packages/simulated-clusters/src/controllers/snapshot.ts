import type { KubeObject } from '@flotilla/kube-api';
import { listAll, type Hands } from './hands';

/** What the controllers of one cluster act on. */
const KINDS = {
  deployments: ['apps', 'deployments'],
  replicaSets: ['apps', 'replicasets'],
  statefulSets: ['apps', 'statefulsets'],
  daemonSets: ['apps', 'daemonsets'],
  revisions: ['apps', 'controllerrevisions'],
  cronJobs: ['batch', 'cronjobs'],
  jobs: ['batch', 'jobs'],
  autoscalers: ['autoscaling', 'horizontalpodautoscalers'],
  services: ['', 'services'],
  slices: ['discovery.k8s.io', 'endpointslices'],
  quotas: ['', 'resourcequotas'],
  claims: ['', 'persistentvolumeclaims'],
  pods: ['', 'pods'],
  nodes: ['', 'nodes'],
} as const;

export type Kinds = keyof typeof KINDS;

/** Everything that the controllers of one cluster act on, as it is at one moment. */
export interface Snapshot extends Readonly<Record<Kinds, readonly KubeObject[]>> {
  /** What an object controls: the ReplicaSets of a Deployment, the pods of a ReplicaSet, the revisions and pods of a StatefulSet. */
  ownedBy(owner: KubeObject): readonly KubeObject[];
  /** What of that is pods. */
  podsOf(owner: KubeObject): readonly KubeObject[];
  node(name: string): KubeObject | undefined;
}

const add = <K>(map: Map<K, KubeObject[]>, key: K, object: KubeObject) => {
  const list = map.get(key);
  if (list) list.push(object);
  else map.set(key, [object]);
};

export async function takeSnapshot(hands: Hands): Promise<Snapshot> {
  const lists = {} as Record<Kinds, readonly KubeObject[]>;
  for (const [name, [group, resource]] of Object.entries(KINDS)) lists[name as Kinds] = await listAll(hands, group, resource);
  const owned = new Map<string, KubeObject[]>();
  for (const object of [...lists.replicaSets, ...lists.jobs, ...lists.revisions, ...lists.pods]) {
    const uid = object.metadata.ownerReferences?.find(owner => owner.controller)?.uid;
    if (uid) add(owned, uid, object);
  }
  const nodes = new Map(lists.nodes.map(each => [each.metadata.name!, each]));
  const ownedBy = (owner: KubeObject) => owned.get(owner.metadata.uid!) ?? [];
  return { ...lists, ownedBy, podsOf: owner => ownedBy(owner).filter(each => each.kind === 'Pod'), node: name => nodes.get(name) };
}
