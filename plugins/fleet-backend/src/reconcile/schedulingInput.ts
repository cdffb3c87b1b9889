import { ANNOTATION_AVAILABILITY, AVAILABILITY_MULTI_CLUSTER } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { tolerationsSaid, type PlacementSource } from '../model/narrowing';
import { podRequests } from '../model/podRequests';
import type { Bound, Near, PlacementRequest, ReplicaScheduling, SpreadConstraint } from '../scheduler/types';
import type { Target } from '../workloads/types';

/** What holds for all components of one owner. */
export interface Setting {
  /** Fleet, then policy; the component's own comes last and narrows both. */
  outer: PlacementSource[];
  /** `clusterTolerations` of the fleet: absent = no bound. */
  allowedClusterTolerations?: any[];
  /** The objects that may carry the wish for two clusters. */
  wishers: (KubeObject | undefined)[];
}

/** Each selector of a placement as a bound: all must hold, and each is named when it rejects. */
function boundsOf({ source, name, placement }: PlacementSource): Bound[] {
  const affinity = placement?.clusterAffinity;
  const bounds: Bound[] = [];
  if (placement?.clusterSelector) bounds.push({ source, name, labelSelector: placement.clusterSelector });
  if (affinity) bounds.push({ source, name, clusterNames: affinity.clusterNames, exclude: affinity.exclude, labelSelector: affinity.labelSelector });
  return bounds;
}

/** The innermost placement that says something wins: it may only narrow, and the filters hold the outer bounds anyway. */
function innermost<T>(sources: PlacementSource[], read: (placement: any) => T | undefined): T | undefined {
  return [...sources].reverse().map(each => read(each.placement)).find(each => each !== undefined);
}

function replicaScheduling(sources: PlacementSource[]): ReplicaScheduling {
  for (const { placement } of [...sources].reverse()) {
    const said = placement?.replicaScheduling;
    if (said) return fromKarmada(said);
    const split = placement?.distribution?.trafficSplit;
    // The split of traffic is also the ratio of replicas, unless replicas are said.
    if (split) {
      const staticWeights = Object.entries(split).map(([cluster, weight]) => ({ clusters: { clusterNames: [cluster] }, weight: weight as number }));
      return { type: 'Divided', preference: 'Weighted', staticWeights };
    }
  }
  return { type: 'Divided', preference: 'Aggregated' };
}

function fromKarmada(said: any): ReplicaScheduling {
  if (said.replicaSchedulingType === 'Duplicated') return { type: 'Duplicated' };
  if (said.replicaDivisionPreference !== 'Weighted') return { type: 'Divided', preference: 'Aggregated' };
  const { dynamicWeight, staticWeightList } = said.weightPreference ?? {};
  if (dynamicWeight || !staticWeightList) return { type: 'Divided', preference: 'Weighted', dynamicWeight: 'AvailableReplicas' };
  const staticWeights = staticWeightList.map((each: any) => ({ clusters: each.targetCluster, weight: each.weight }));
  return { type: 'Divided', preference: 'Weighted', staticWeights };
}

const spreadConstraints = (sources: PlacementSource[]): SpreadConstraint[] =>
  (innermost(sources, placement => placement?.spreadConstraints) ?? []).map((each: any) => ({
    by: each.spreadByField ?? each.spreadByLabel ?? 'cluster',
    minGroups: each.minGroups,
    maxGroups: each.maxGroups,
  }));

/** The smallest set of jurisdictions that every source allows. */
function residency(sources: PlacementSource[]): string[] | undefined {
  const lists = sources.map(each => each.placement?.residency?.jurisdictions).filter(each => each !== undefined);
  return lists.length === 0 ? undefined : lists.reduce((kept, list) => kept.filter((each: string) => list.includes(each)));
}

const wishesMultiCluster = (setting: Setting) =>
  setting.wishers.some(object => object?.metadata.annotations?.[ANNOTATION_AVAILABILITY] === AVAILABILITY_MULTI_CLUSTER);

/**
 * The scheduler's request for one target.
 * @param own - the component's placement; undefined for a selected object, whose policy is in `setting.outer`
 */
export function placementRequest(target: Target, own: any, setting: Setting, near: Near[], aliases: Record<string, string>): PlacementRequest {
  const sources: PlacementSource[] = [...setting.outer, { source: 'component', name: target.component, placement: own }];
  const needs = target.podSpec ? podRequests(target.podSpec, aliases) : { requests: {}, assumed: [] };
  const divides = own?.replicaScheduling?.replicaSchedulingType === 'Divided';
  const affinity = target.podSpec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return {
    target: target.key,
    name: target.component,
    kind: target.main.kind,
    replicas: target.replicas,
    whole: target.isJob && !divides,
    requests: needs.requests,
    assumed: needs.assumed,
    nodeSelector: target.podSpec?.nodeSelector,
    nodeAffinity: affinity,
    tolerations: target.podSpec?.tolerations,
    bounds: sources.flatMap(boundsOf),
    clusterTolerations: tolerationsSaid(sources),
    allowedClusterTolerations: setting.allowedClusterTolerations,
    residency: residency(sources),
    apis: [`${target.main.apiVersion}/${target.main.kind}`],
    // What is not divided (a DaemonSet, a Service) goes whole to every chosen cluster.
    replicaScheduling: target.divided || target.isJob ? replicaScheduling(sources) : { type: 'Duplicated' },
    spreadConstraints: spreadConstraints(sources),
    ...(wishesMultiCluster(setting) && target.divided ? { availability: 'multi-cluster' as const } : {}),
    near,
    maxReplicas: own?.autoscaling?.maxReplicas,
  };
}
