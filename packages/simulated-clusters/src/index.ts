/**
 * Member clusters that answer like Kubernetes.
 *
 * @packageDocumentation
 */
export { readClusters, type ClusterSpec } from './clusterFile';
export { serveClusters, type Fleet } from './serve';
export { FAULTS, signature } from './faults';
