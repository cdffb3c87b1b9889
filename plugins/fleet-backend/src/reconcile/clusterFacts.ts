import { LABEL_JURISDICTION, LABEL_PROVIDER, LABEL_REGION, LABEL_ZONE } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Member } from '../model/membership';
import { parseAmounts } from '../model/quantities';
import type { ClusterSeen } from '../observe/types';
import type { ClusterFacts, Fact, NodeGroup, Promised } from '../scheduler/types';
import type { Reservation } from '../store/types';

/**
 * Turns what is declared (the Cluster, the fleet's entry) and what was seen into the scheduler's facts. Nothing is judged here:
 * whatever was not seen is `unknown`, and every seen fact carries its time.
 */
export function clusterFacts(member: Member, seen: ClusterSeen | undefined, promised: Promised[]): ClusterFacts {
  const spec = member.cluster.spec ?? {};
  const answered = seen !== undefined && seen.reachable.lastAnswerAt > 0;
  const held = heldReason(member.cluster, seen);
  return {
    name: member.name,
    labels: member.labels,
    protectedLabels: member.protectedLabels,
    taints: spec.taints ?? [],
    mode: spec.mode ?? 'Observe',
    ...(held ? { held } : {}),
    reachable: seen ? { ok: seen.reachable.ok, since: seen.reachable.since, reason: seen.reachable.reason } : 'unknown',
    provider: member.labels[LABEL_PROVIDER],
    region: member.labels[LABEL_REGION],
    zone: member.labels[LABEL_ZONE],
    jurisdiction: member.labels[LABEL_JURISDICTION] ?? 'unknown',
    nodes: seen?.nodes ?? 'unknown',
    nodeGroups: nodeGroups(spec, seen),
    nodePolicy: spec.nodePolicy,
    apis: seen?.apis ?? 'unknown',
    prices: prices(spec, seen),
    performance: performance(spec.performance ?? {}, answered ? seen : undefined),
    compliance: {
      standards: spec.compliance ?? [],
      version: answered && seen.version ? { value: seen.version, seenAt: seen.reachable.lastAnswerAt } : 'unknown',
      findings: { value: (member.cluster.status?.findings ?? []).length },
    },
    promised,
  };
}

const heldReason = (cluster: KubeObject, seen: ClusterSeen | undefined): string | undefined => {
  if (seen?.reachable.reason === 'Held') return seen.reachable.because ?? 'it is held';
  const ready = (cluster.status?.conditions ?? []).find((each: any) => each.type === 'Ready');
  return ready?.reason === 'Held' ? ready.message : undefined;
};

function nodeGroups(spec: any, seen: ClusterSeen | undefined): NodeGroup[] | undefined {
  return spec.nodeGroups?.map((group: any): NodeGroup => {
    const labels: [string, string][] = Object.entries(group.labels ?? {});
    const size = seen?.nodes?.value.filter(node => labels.length > 0 && labels.every(([key, value]) => node.labels[key] === value)).length;
    return { name: group.name, shape: parseAmounts(group.shape).amounts, labels: group.labels, taints: group.taints, min: group.min, max: group.max, price: group.price, size: size || undefined };
  });
}

/** The Cluster's own prices; else the mean of its node groups, weighted by how many nodes of each there are. */
function prices(spec: any, seen: ClusterSeen | undefined): ClusterFacts['prices'] {
  if (spec.prices) {
    const at = Date.parse(spec.prices.updatedAt ?? '');
    return { value: spec.prices, ...(Number.isNaN(at) ? {} : { seenAt: at }) };
  }
  const groups = (nodeGroups(spec, seen) ?? []).filter(group => group.price !== undefined);
  if (groups.length === 0) return 'unknown';
  const weight = (group: NodeGroup) => group.size ?? Math.max(1, group.min);
  const total = groups.reduce((sum, group) => sum + weight(group), 0);
  const perNodeHour = groups.reduce((sum, group) => sum + group.price! * weight(group), 0) / total;
  return { value: { currency: 'CNY', perNodeHour: Math.round(perNodeHour * 100) / 100, source: 'Cluster.spec.nodeGroups' } };
}

function performance(declared: any, seen: ClusterSeen | undefined): ClusterFacts['performance'] {
  const said = (value: unknown): Fact<number> | undefined => (typeof value === 'number' ? { value } : undefined);
  const entries: [keyof ClusterFacts['performance'], Fact<number> | undefined][] = [
    ['p95-latency', said(declared.p95LatencyMs)],
    ['network-bandwidth', said(declared.networkMbps)],
    ['disk-iops', said(declared.diskIops)],
    ['api-latency', seen?.reachable.latencyMs === undefined ? undefined : { value: seen.reachable.latencyMs, seenAt: seen.reachable.lastAnswerAt }],
  ];
  return Object.fromEntries(entries.filter(([, fact]) => fact !== undefined));
}

/**
 * Room promised to other targets on each cluster and not yet seen as bound pods there. A reservation so ends by itself,
 * pod by pod, as the cluster shows them.
 */
export function promisesOf(reservations: readonly Reservation[], except: string, seen: (cluster: string) => ClusterSeen | undefined): Map<string, Promised[]> {
  const promised = new Map<string, Promised[]>();
  for (const each of reservations) {
    if (each.target === except) continue;
    const open = each.replicas - (seen(each.cluster)?.pods[each.target]?.bound ?? 0);
    if (open <= 0) continue;
    const list = promised.get(each.cluster) ?? [];
    list.push({ requests: each.requests, replicas: open });
    promised.set(each.cluster, list);
  }
  return promised;
}
