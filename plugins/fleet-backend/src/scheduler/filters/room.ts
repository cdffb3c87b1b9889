import type { NodeSeen } from '../../model/node';
import type { ClusterFacts, Context, RoomOfResource } from '../types';

/** How many replicas a cluster must be able to hold to be of use: all for whole and duplicated, one where they are divided. */
export function needed({ request, placed }: Pick<Context, 'request' | 'placed'>): number {
  if (request.whole) return request.replicas;
  // A duplicate that runs is not lost because the wish grew.
  if (request.replicaScheduling.type === 'Duplicated') return placed ? Math.min(placed.replicas, request.replicas) : request.replicas;
  return Math.min(1, request.replicas);
}

/** The resource that keeps the most replicas out. */
export function bottleneck(resources: RoomOfResource[]): RoomOfResource {
  return resources.reduce((worst, resource) => (resource.alone < worst.alone ? resource : worst));
}

/** The cluster with its nodes changed; unchanged where they are not known. */
export function withNodes(cluster: ClusterFacts, change: (nodes: readonly NodeSeen[]) => NodeSeen[]): ClusterFacts {
  return cluster.nodes === 'unknown' ? cluster : { ...cluster, nodes: { ...cluster.nodes, value: change(cluster.nodes.value) } };
}
