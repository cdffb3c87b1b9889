import { targetKey, type Decision, type EventLine, type Finding, type PlacementComponent, type VerdictView } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { expand, filtersOf, funnel, groupRejections, needsOf, type CompactDecision, type SchedulingInput } from '../../scheduler';
import type { StoredDecision } from '../../store/types';

/** The page shows so many verdicts at once; `total` says how many there are. */
const SHOWN = 200;

export interface ComponentSources {
  owner: KubeObject;
  name: string;
  kind: string;
  wanted: number;
  /** Newest first. */
  history: StoredDecision[];
  /** Inputs of the newest decision. */
  inputs?: SchedulingInput;
  places: ReadonlyMap<string, { provider: string; region: string }>;
}

const bodyOf = (stored: StoredDecision): Decision => expand(stored.body as CompactDecision);
const chosenIn = (decision: Decision) => decision.verdicts.filter(verdict => verdict.outcome === 'chosen').map(verdict => verdict.cluster);

export function placementComponent({ owner, name, kind, wanted, history, inputs, places }: ComponentSources): PlacementComponent {
  const target = targetKey({ kind: owner.kind, namespace: owner.metadata.namespace ?? '', name: owner.metadata.name! }, name);
  const [latest] = history;
  const decision = latest && bodyOf(latest);
  const status = (owner.status?.components ?? []).find((each: any) => each.name === name);
  const ready = status?.ready ?? owner.status?.readyReplicas ?? 0;
  const unplaced = decision?.unplaced ?? 0;
  return {
    name,
    kind,
    target,
    wanted,
    ready,
    unplaced,
    needs: inputs ? needsOf(inputs.request) : [],
    sentence: decision?.sentence ?? { code: 'NothingDecided', values: {} },
    detail: { code: unplaced > 0 ? 'DetailUnplaced' : 'DetailPlaced', values: { placed: wanted - unplaced, wanted, unplaced } },
    decidedAt: latest?.decidedAt,
    hash: latest?.hash ?? '',
    inputsHash: latest?.inputsHash ?? '',
    profile: decision?.profile ?? '',
    weights: decision?.weights ?? { resource: 0, performance: 0, cost: 0, compliance: 0, topology: 0 },
    notes: decision?.notes ?? [],
    funnel: decision ? funnel(decision) : [],
    verdicts: (decision?.verdicts ?? []).slice(0, SHOWN).map(verdict => ({ ...verdict, ...(places.get(verdict.cluster) ?? { provider: '', region: '' }) })),
    total: decision?.verdicts.length ?? 0,
    groups: decision ? groupRejections(decision) : [],
    runs: (status?.clusters ?? []).map((each: any) => ({ cluster: each.name, replicas: each.replicas ?? 0, ready: each.ready ?? 0, state: each.state ?? '', because: each.message ?? '', revision: each.revision ?? '' })),
    history: history.map(stored => {
      const body = bodyOf(stored);
      return { at: stored.decidedAt, sentence: body.sentence, clusters: chosenIn(body), hash: stored.hash };
    }),
  };
}

/** Oldest and newest fact that the decision used. */
export function factSpan(inputs: readonly (SchedulingInput | undefined)[]): { factsFrom?: number; factsTo?: number } {
  const times = inputs.flatMap(input => (input?.clusters ?? []).flatMap(cluster => [cluster.nodes, cluster.apis].map(fact => (fact === 'unknown' ? undefined : fact.seenAt)))).filter(at => at !== undefined);
  return times.length > 0 ? { factsFrom: Math.min(...times), factsTo: Math.max(...times) } : {};
}

/** Every filter and score of one cluster, beside the best chosen one. */
export function verdictView(stored: StoredDecision, inputs: SchedulingInput | undefined, cluster: string, now: number): VerdictView | undefined {
  const decision = bodyOf(stored);
  const verdict = decision.verdicts.find(each => each.cluster === cluster);
  if (!verdict) return undefined;
  const fitting = decision.verdicts.filter(each => each.outcome !== 'rejected').sort((a, b) => b.total - a.total);
  const rank = fitting.findIndex(each => each.cluster === cluster) + 1;
  const best = fitting.find(each => each.outcome === 'chosen');
  const facts = inputs?.clusters.find(each => each.name === cluster);
  const seenAt = facts && facts.nodes !== 'unknown' ? facts.nodes.seenAt : undefined;
  return {
    now,
    cluster,
    verdict,
    rank: rank || undefined,
    fits: fitting.length,
    filters: filtersOf(verdict).map(({ filter, passed, reasons }) => ({ filter, passed, because: reasons[0] ?? { code: 'FunnelPass', values: {} }, factAt: seenAt })),
    best: best && { cluster: best.cluster, total: best.total, parts: best.parts },
  };
}

export const conditionLines = (object: KubeObject) =>
  (object.status?.conditions ?? []).map((each: any) => ({ type: each.type, status: each.status, reason: each.reason, message: each.message, since: Date.parse(each.lastTransitionTime) || 0 }));

export const findingLines = (object: KubeObject): Finding[] => object.status?.findings ?? [];

/** Newest first. */
export function eventLines(events: readonly KubeObject[], uid: string, most = 20): EventLine[] {
  return events
    .filter(event => event.involvedObject?.uid === uid)
    .map(event => ({
      at: Date.parse(event.lastTimestamp ?? event.firstTimestamp ?? '') || 0,
      type: event.type === 'Warning' ? ('Warning' as const) : ('Normal' as const),
      reason: event.reason ?? '',
      message: event.message ?? '',
      about: `${event.involvedObject?.kind} ${event.involvedObject?.name}`,
      count: event.count ?? 1,
    }))
    .sort((a, b) => b.at - a.at)
    .slice(0, most);
}

