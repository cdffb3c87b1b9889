import type { Reason } from '@flotilla/backstage-plugin-fleet-common';
import { formatRequirement, type LabelSelector } from '../../model/selectors';
import { formatTaint } from '../../model/taints';
import type { ClusterFacts, PlacementRequest } from '../../scheduler';

export interface Passing {
  request: PlacementRequest;
  cluster: ClusterFacts;
  /** Replicas that have room; absent when the capacity is not known. */
  room?: number;
}

/** The fact a filter looked at, and when it was seen; declared facts do not age. */
export interface PassFact {
  because: Reason;
  factAt?: number;
}

const say = (code: string, values: Reason['values'] = {}): Reason => ({ code, values });

const FACTS: Record<string, (passing: Passing) => PassFact> = {
  names: ({ request: { bounds } }) => {
    const naming = bounds.find(bound => bound.clusterNames?.length);
    if (naming) return { because: say('PassNamed', { source: naming.source, name: naming.name }) };
    const excluding = bounds.find(bound => bound.exclude?.length);
    return { because: excluding ? say('PassNotExcluded', { source: excluding.source, name: excluding.name }) : say('PassNoNames') };
  },
  labels: ({ request: { bounds } }) => {
    const asked = [...new Set(bounds.flatMap(({ labelSelector }) => (labelSelector ? requirementsOf(labelSelector) : [])))];
    return { because: asked.length > 0 ? say('PassLabels', { labels: asked.join(', ') }) : say('PassNoLabels') };
  },
  taints: ({ cluster: { taints } }) => ({ because: taints.length > 0 ? say('PassTolerated', { taints: taints.map(formatTaint).join(', ') }) : say('PassNoTaints') }),
  mode: () => ({ because: say('PassManaged') }),
  // Its version is told by every answer, so that fact is as old as the last one.
  reachable: ({ cluster: { reachable, compliance } }) => ({
    because: say('PassAnswers', reachable === 'unknown' ? {} : { since: reachable.since }),
    factAt: compliance.version === 'unknown' ? undefined : compliance.version.seenAt,
  }),
  apis: ({ request, cluster: { apis } }) => (apis === 'unknown' ? { because: say('PassApisUnread') } : { because: say('PassApis', { apis: request.apis.join(', ') }), factAt: apis.seenAt }),
  capacity: ({ request, cluster: { nodes }, room }) =>
    nodes === 'unknown' || room === undefined ? { because: say('PassRoomUnknown') } : { because: say('PassRoom', { room, replicas: request.replicas }), factAt: nodes.seenAt },
  residency: ({ request, cluster }) => ({ because: request.residency ? say('PassResidency', { jurisdiction: cluster.jurisdiction }) : say('PassNoResidency') }),
};

function requirementsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string[] {
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...matchExpressions.map(formatRequirement)];
}

/** What a filter saw of a cluster when the decision was made; undefined for a filter that is not ours. `because` says why it passes; `factAt` holds for a rejection too. */
export const passFact = (filter: string, passing: Passing): PassFact | undefined => (Object.hasOwn(FACTS, filter) ? FACTS[filter](passing) : undefined);
