import type { Decision, FunnelStep, Reason, RejectionGroup, Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { formatRequirement } from '../model/selectors';
import { FILTERS } from './filters';
import type { PlacementRequest } from './types';

/** All clusters → what each filter leaves, counting a cluster at the first filter that rejects it → chosen. */
export function funnel({ verdicts }: Pick<Decision, 'verdicts'>): FunnelStep[] {
  const rejected = verdicts.filter(({ outcome }) => outcome === 'rejected');
  const order = [...new Set([...FILTERS.map(({ name }) => name), ...rejected.flatMap(({ rejections }) => rejections.map(({ by }) => by))])];
  const lost = new Map<string, number>();
  for (const { rejections } of rejected) {
    const first = order.find(name => rejections.some(({ by }) => by === name));
    if (first) lost.set(first, (lost.get(first) ?? 0) + 1);
  }
  let left = verdicts.length;
  const steps = order.map((filter): FunnelStep => {
    const count = lost.get(filter) ?? 0;
    left -= count;
    return { filter, left, because: count > 0 ? { code: 'FunnelLost', values: { count, lost: `lost.${filter}` } } : { code: 'FunnelPass', values: {} } };
  });
  const chosen = verdicts.filter(({ outcome }) => outcome === 'chosen').length;
  return [
    { filter: 'all', left: verdicts.length, because: { code: 'FunnelAll', values: {} } },
    ...steps,
    { filter: 'chosen', left: chosen, because: { code: 'FunnelChosen', values: { others: left - chosen } } },
  ];
}

/** Rejected clusters with the same causes and the same fix, the largest group first. The group shows the first cause. */
export function groupRejections({ verdicts }: Pick<Decision, 'verdicts'>): RejectionGroup[] {
  const groups = new Map<string, RejectionGroup>();
  for (const { cluster, outcome, rejections, fix } of verdicts) {
    if (outcome !== 'rejected') continue;
    // Names of the cluster itself do not make causes different.
    const key = JSON.stringify([rejections, fix]).split(JSON.stringify(cluster)).join('""');
    const group = groups.get(key);
    if (group) group.clusters.push(cluster);
    else groups.set(key, { rejection: rejections[0], clusters: [cluster], fix });
  }
  return [...groups.values()].sort((a, b) => b.clusters.length - a.clusters.length || (a.clusters[0] < b.clusters[0] ? -1 : 1));
}

/** Every filter with its findings on one cluster, passed ones included. */
export function filtersOf({ rejections }: Verdict): { filter: string; passed: boolean; reasons: Reason[] }[] {
  const names = new Set([...FILTERS.map(({ name }) => name), ...rejections.map(({ by }) => by)]);
  return [...names].map(filter => {
    const reasons = rejections.filter(({ by }) => by === filter).map(({ because }) => because);
    return { filter, passed: reasons.length === 0, reasons };
  });
}

/** What a request asks for, as short phrases: "4 pods, all or none", "2 GPUs each, on one node", "must have has-gpu=true". */
export function needsOf(request: PlacementRequest): Reason[] {
  const needs: Reason[] = [{ code: request.whole ? 'NeedsWhole' : 'NeedsReplicas', values: { replicas: request.replicas } }];
  const amounts = Object.entries(request.requests).filter(([resource]) => resource !== 'pods' && !request.assumed?.includes(resource));
  for (const [resource, amount] of amounts) needs.push({ code: 'NeedsAmount', values: { amount, resource } });
  for (const { clusterNames, labelSelector } of request.bounds) {
    if (clusterNames?.length) needs.push({ code: 'NeedsNamed', values: { clusters: clusterNames.join(', ') } });
    for (const [key, value] of Object.entries(labelSelector?.matchLabels ?? {})) needs.push({ code: 'NeedsLabel', values: { label: `${key}=${value}` } });
    for (const requirement of labelSelector?.matchExpressions ?? []) needs.push({ code: 'NeedsLabel', values: { label: formatRequirement(requirement) } });
  }
  for (const { key, value } of request.clusterTolerations ?? request.allowedClusterTolerations ?? []) {
    needs.push({ code: 'NeedsTolerates', values: { taint: key ? `${key}${value ? `=${value}` : ''}` : '*' } });
  }
  if (request.residency) needs.push({ code: 'NeedsResidency', values: { allowed: request.residency.join(', ') } });
  if (request.availability) needs.push({ code: 'NeedsTwo', values: {} });
  for (const { by, minGroups } of request.spreadConstraints) if (minGroups) needs.push({ code: 'NeedsGroups', values: { by, wanted: minGroups } });
  return needs;
}
