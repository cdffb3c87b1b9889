/**
 * Kubernetes' built-in kinds that this library serves: schemas and discovery, generated from Kubernetes' own
 * OpenAPI by `scripts/generateBuiltins.mjs`. Never edited by hand.
 */
import type { Schema } from '../types';
import admissionregistrationV1 from './admissionregistration.k8s.io_v1.json';
import apiextensionsV1 from './apiextensions.k8s.io_v1.json';
import appsV1 from './apps_v1.json';
import authenticationV1 from './authentication.k8s.io_v1.json';
import authorizationV1 from './authorization.k8s.io_v1.json';
import autoscalingV1 from './autoscaling_v1.json';
import autoscalingV2 from './autoscaling_v2.json';
import batchV1 from './batch_v1.json';
import coordinationV1 from './coordination.k8s.io_v1.json';
import discoveryV1 from './discovery.k8s.io_v1.json';
import eventsV1 from './events.k8s.io_v1.json';
import meta from './meta.json';
import networkingV1 from './networking.k8s.io_v1.json';
import policyV1 from './policy_v1.json';
import rbacV1 from './rbac.authorization.k8s.io_v1.json';
import schedulingV1 from './scheduling.k8s.io_v1.json';
import storageV1 from './storage.k8s.io_v1.json';
import coreV1 from './v1.json';

/** One built-in resource, in the words of Kubernetes' discovery. */
export interface BuiltinResource {
  name: string;
  singularName: string;
  kind: string;
  namespaced: boolean;
  shortNames?: string[];
  categories?: string[];
  verbs: string[];
  /** Of `status` and `scale`, those that Kubernetes serves for it. */
  subresources: string[];
  /** Key into {@link builtinDefinitions}. */
  definition: string;
}

/** What one group-version holds. `definitions` are its own; references may leave it, into {@link builtinDefinitions}. */
export interface BuiltinGroupVersion {
  /** `v1`, `apps/v1`, … */
  groupVersion: string;
  resources: BuiltinResource[];
  definitions: Record<string, Schema>;
}

/** Every built-in group-version, in the order discovery lists them. */
export const builtinGroupVersions: readonly BuiltinGroupVersion[] = [
  coreV1,
  appsV1,
  eventsV1,
  authenticationV1,
  authorizationV1,
  autoscalingV2,
  autoscalingV1,
  batchV1,
  networkingV1,
  policyV1,
  rbacV1,
  storageV1,
  admissionregistrationV1,
  apiextensionsV1,
  schedulingV1,
  coordinationV1,
  discoveryV1,
] as unknown as BuiltinGroupVersion[];

/**
 * Every definition by its full name (`io.k8s.api.apps.v1.Deployment`), those shared by all groups (ObjectMeta, Status,
 * Quantity, …) included. A `$ref` reads `#/definitions/<name>`.
 */
export const builtinDefinitions: Readonly<Record<string, Schema>> = Object.assign(
  {},
  meta.definitions,
  ...builtinGroupVersions.map(groupVersion => groupVersion.definitions),
);

function referencesIn(node: unknown, found: string[] = []): string[] {
  if (node === null || typeof node !== 'object') return found;
  const reference = (node as Schema).$ref;
  if (typeof reference === 'string') found.push(reference.slice('#/definitions/'.length));
  Object.values(node).forEach(value => referencesIn(value, found));
  return found;
}

/**
 * The named definitions and all they refer to, directly or not: what one OpenAPI document has to hold.
 *
 * @throws Error when a definition is not known.
 */
export function builtinDefinitionsFrom(names: readonly string[]): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const waiting = [...names];
  while (waiting.length > 0) {
    const name = waiting.pop()!;
    if (found[name]) continue;
    const definition = builtinDefinitions[name];
    if (!definition) throw new Error(`no built-in definition ${name}`);
    found[name] = definition;
    waiting.push(...referencesIn(definition));
  }
  return found;
}
