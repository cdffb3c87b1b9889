import { fillCrd, validateCrd, validateCrdUpdate } from '../registry/validateCrd';
import type { ResourceInfo } from '../types';
import {
  configMap,
  filledOnly,
  horizontalPodAutoscaler,
  limitRange,
  namespace,
  node,
  persistentVolumeClaim,
  resourceQuota,
  secret,
  service,
} from './core';
import { ingress, lease, networkPolicy, podDisruptionBudget, role, roleBinding } from './policies';
import type { KindRules } from './rules';
import { cronJob, daemonSet, deployment, job, pod, replicaSet, statefulSet } from './workloads';

const RULES: Record<string, KindRules> = {
  ConfigMap: configMap,
  Event: { generate: filledOnly('Event').fill },
  LimitRange: limitRange,
  Namespace: namespace,
  Node: node,
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  ResourceQuota: resourceQuota,
  Secret: secret,
  Service: service,
  'apiextensions.k8s.io/CustomResourceDefinition': { fill: fillCrd, validate: validateCrd, validateUpdate: validateCrdUpdate },
  'apps/DaemonSet': daemonSet,
  'apps/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'apps/StatefulSet': statefulSet,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'batch/CronJob': cronJob,
  'batch/Job': job,
  'networking.k8s.io/Ingress': ingress,
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'policy/PodDisruptionBudget': podDisruptionBudget,
  'coordination.k8s.io/Lease': lease,
  'rbac.authorization.k8s.io/ClusterRole': role,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleBinding,
  'rbac.authorization.k8s.io/Role': role,
  'rbac.authorization.k8s.io/RoleBinding': roleBinding,
  'scheduling.k8s.io/PriorityClass': filledOnly('scheduling.k8s.io/PriorityClass'),
  'storage.k8s.io/StorageClass': filledOnly('storage.k8s.io/StorageClass'),
};

/** The rules of a built-in kind, where it has any. */
export function kindRules(of: Pick<ResourceInfo, 'group' | 'kind'>): KindRules | undefined {
  const key = of.group ? `${of.group}/${of.kind}` : of.kind;
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
}

export type { FillContext, KindRules } from './rules';
export { validatePodSpec, validatePodTemplate } from './podTemplate';
export type { PodTemplateRules } from './podTemplate';
export { canonicalQuantity, compareQuantities, parseQuantity } from '../schema/quantity';
export { isExtendedResource, validateResources } from './resources';
export { validateTolerations } from './scheduling';
export { selects, validateLabelSelector } from './selectors';
