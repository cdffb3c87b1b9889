import { equal } from '../schema/equal';
import type { KubeObject, ResourceInfo } from '../types';

/** Built-in kinds that count their generations. Deployments also count changes of annotations, as Kubernetes does. */
const COUNTED = new Set([
  'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Ingress', 'NetworkPolicy', 'PodDisruptionBudget',
  'IngressClass', 'Pod', 'CustomResourceDefinition', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration',
  'PriorityClass', 'EndpointSlice',
]);

export const countsGenerations = (info: ResourceInfo) => info.custom || COUNTED.has(info.kind);

/** Whether the wish changed: anything but metadata, and status where it has its own subresource. */
export function wishChanged(info: ResourceInfo, before: KubeObject, after: KubeObject): boolean {
  const { metadata: _a, status: beforeStatus, apiVersion: _v, ...left } = before;
  const { metadata: _b, status: afterStatus, apiVersion: _w, ...right } = after;
  if (!equal(left, right)) return true;
  if (info.custom && !info.subresources.status && !equal(beforeStatus, afterStatus)) return true;
  return info.kind === 'Deployment' && info.group === 'apps' && !equal(before.metadata.annotations, after.metadata.annotations);
}
