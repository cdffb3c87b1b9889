import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Finding } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject, ResourceInfo, ResourceRegistry, ResourceService } from '@flotilla/kube-api';
import type { ClusterDirectory } from '../clusters/types';
import type { Trace } from '../dispatch';
import type { ClusterDefaults } from '../model/clusterDefaults';
import type { Work } from '../model/work';
import type { World } from '../model/world';
import type { ClusterObserver } from '../observe/types';
import type { Fence, Stores } from '../store/types';
import type { DecisionMemory } from './decisionMemory';
import type { HubCache } from './HubCache';
import type { Clock, ReconcileLoop } from './ReconcileLoop';

/** What of a cluster's status comes from the upkeep of the way into it. */
export interface UpkeepSaid {
  credentials: { kind: string; expiresAt?: string; renewsAt?: string } | undefined;
  findings: Finding[];
}

/** Keeps the way into each cluster in order; `Upkeep` is the one there is. */
export interface ClusterUpkeep {
  /** What is known now; starts asking what is due. */
  look(engine: Engine, cluster: KubeObject, works: readonly Work[]): Promise<UpkeepSaid>;
  forget(name: string): void;
}

/** Removes namespaces that the hub made in members, once nothing is in them; `Tidier` is the one there is. */
export interface NamespaceTidier {
  /** Starts what is due in this cluster. @param works - all of the cluster */
  look(engine: Engine, cluster: string, works: readonly Work[]): void;
  /** Whether a Cluster that leaves is to be kept for a moment, since something in it ends that can then be tidied up. */
  holds(engine: Engine, cluster: string, works: readonly Work[]): boolean;
}

/** What the reconcilers stand on. One object, made in `startEngine`, so that a test can hand in any part of it. */
export interface Engine {
  cache: HubCache;
  stores: Stores;
  /** Writes as the engine itself: validated, not asked for rights. */
  hub: ResourceService;
  registry: ResourceRegistry;
  directory: ClusterDirectory;
  observer: ClusterObserver;
  clock: Clock;
  logger: LoggerService;
  loop: ReconcileLoop;
  /** Everything the rules compare an object with. */
  world: World;
  /** This hub's id on objects in members. */
  hubId: string;
  /** The lease's epoch; every acting write carries it. */
  fence(): Fence;
  /** What is remembered of decisions, and the reservations in force. */
  decisions: DecisionMemory;
  /** One decision at a time, so that room promised to one is not promised to the next. */
  decideAlone<T>(decide: () => Promise<T>): Promise<T>;
  /** Called before and after each remote write; a test ends the process here. */
  trace?: Trace;
  /** What is known of the way into each cluster: rights, and when it ends. */
  upkeep: ClusterUpkeep;
  tidier: NamespaceTidier;
  /** How many removals each cluster is owed; kept by reconcileCluster for the rules. */
  debts: Map<string, number>;
  /** What the configuration adds to clusters that are silent about it. */
  clusterDefaults: ClusterDefaults[];
  /** Namespaces whose fleets are open to all. */
  fleetNamespaces: string[];
  /** `gpu` → `nvidia.com/gpu`. */
  resourceAliases: Record<string, string>;
}

/** The served kind of ours; missing only when a CRD was taken away by force. */
export function kindInfo(registry: ResourceRegistry, apiVersion: string, kind: string): ResourceInfo {
  const info = registry.byKind(apiVersion, kind);
  if (!info) throw new Error(`kind ${kind} of ${apiVersion} is not served by this hub`);
  return info;
}

/** Runs calls one after another, in the order they came; a failure does not hold up the next. */
export function oneAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return call => {
    const next = last.then(call, call);
    last = next.catch(() => undefined);
    return next;
  };
}

/** API groups and kinds of ours, named once. */
export const KINDS = {
  fleet: { group: 'fleet.kurator.dev', resource: 'fleets', apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet' },
  cluster: { group: 'fleet.kurator.dev', resource: 'clusters', apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster' },
  performanceProfile: { group: 'fleet.kurator.dev', resource: 'performanceprofiles', apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'PerformanceProfile' },
  application: { group: 'apps.kurator.dev', resource: 'applications', apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application' },
  policy: { group: 'policy.kurator.dev', resource: 'propagationpolicies', apiVersion: 'policy.kurator.dev/v1alpha1', kind: 'PropagationPolicy' },
  partitionPolicy: { group: 'policy.kurator.dev', resource: 'networkpartitionpolicies', apiVersion: 'policy.kurator.dev/v1alpha1', kind: 'NetworkPartitionPolicy' },
  schedulingProfile: { group: 'scheduling.kurator.dev', resource: 'schedulingprofiles', apiVersion: 'scheduling.kurator.dev/v1alpha1', kind: 'SchedulingProfile' },
  decision: { group: 'scheduling.kurator.dev', resource: 'placementdecisions', apiVersion: 'scheduling.kurator.dev/v1alpha1', kind: 'PlacementDecision' },
  endpoint: { group: 'networking.kurator.dev', resource: 'crossclusterendpoints', apiVersion: 'networking.kurator.dev/v1alpha1', kind: 'CrossClusterEndpoint' },
  networkPolicy: { group: 'networking.kurator.dev', resource: 'networkoptimizationpolicies', apiVersion: 'networking.kurator.dev/v1alpha1', kind: 'NetworkOptimizationPolicy' },
  edgeSite: { group: 'edge.kurator.dev', resource: 'edgesites', apiVersion: 'edge.kurator.dev/v1alpha1', kind: 'EdgeSite' },
  namespace: { group: '', resource: 'namespaces', apiVersion: 'v1', kind: 'Namespace' },
} as const;
