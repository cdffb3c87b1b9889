import type { KubeObject, StatusCause } from './kinds';

/**
 * What else there is, as far as rules need it: a snapshot handed in by the caller and only read. It may lag a write by a
 * moment, so a rule that must not race is settled again when it is carried out.
 */
export interface World {
  fleets: readonly KubeObject[];
  clusters: readonly KubeObject[];
  applications: readonly KubeObject[];
  /** PropagationPolicies of both forms. */
  policies: readonly KubeObject[];
  namespaces: readonly KubeObject[];
  /** SchedulingProfiles, PerformanceProfiles, NetworkPartitionPolicies, NetworkOptimizationPolicies. */
  profiles: readonly KubeObject[];
  /** CrossClusterEndpoints. */
  endpoints: readonly KubeObject[];
  /** EdgeSites. */
  sites: readonly KubeObject[];
  /** Secrets by name and type; the rules never read data. */
  secrets: readonly KubeObject[];
  /** Templates, budgets and other objects of a namespace, of the kinds that {@link World.sees}. */
  objectsIn(namespace: string): readonly KubeObject[];
  /** Whether objects of a kind are in the snapshot at all; absent means that every kind is. */
  sees?(apiVersion: string, kind: string): boolean;
  /** Objects still to be removed in a cluster that is away. */
  debtOf(cluster: string): number;
  /** Namespaces whose fleets are open to all. */
  fleetNamespaces: readonly string[];
  checks: Checks;
}

/** Judgements that live in other packages, handed in because this room imports nothing. */
export interface Checks {
  /** Kubernetes' own validation of a built-in object, as after its defaults; fields are paths from the object's root, '' where a type is wrong. */
  validateObject(object: KubeObject): StatusCause[];
  /** Fields of a built-in object that its kind does not know, each in words. */
  unknownFields(object: KubeObject): string[];
  /** Why a URL's host is never called; undefined when it may be. */
  refuseHost(url: URL): string | undefined;
  /** Whether objects of a kind have a namespace; undefined for a kind nobody serves. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined;
}

export const namespaceNamed = (world: World, name: string | undefined): KubeObject | undefined =>
  world.namespaces.find(namespace => namespace.metadata.name === name);
