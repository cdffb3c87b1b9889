import { sentence, targetKey, type Decision, type PlacementComponent, type Reason, type VerdictView } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { expand, filtersOf, funnel, groupRejections, needsOf, type CompactDecision, type SchedulingInput } from '../../scheduler';
import type { StoredDecision } from '../../store/types';
import { passFact } from './passFact';
import { runReason } from './told';

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
    runs: (status?.clusters ?? []).map((each: any) => ({ cluster: each.name, replicas: each.replicas ?? 0, ready: each.ready ?? 0, state: each.state ?? '', because: runReason(each.state ?? '', each.message), revision: each.revision ?? '' })),
    history: history.map(stored => {
      const body = bodyOf(stored);
      return { at: stored.decidedAt, sentence: body.sentence, clusters: chosenIn(body), hash: stored.hash };
    }),
  };
}

/** What events may have told of these decisions, by the English words that they told it in. */
export const sayingsOf = (components: readonly PlacementComponent[]): ReadonlyMap<string, Reason> =>
  new Map(components.flatMap(({ history }) => history.map(({ sentence: reason }) => [sentence(reason, 'en'), reason] as const)));

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
  return {
    now,
    cluster,
    verdict,
    rank: rank || undefined,
    fits: fitting.length,
    filters: filtersOf(verdict).map(({ filter, passed, reasons }) => {
      const fact = inputs && facts ? passFact(filter, { request: inputs.request, cluster: facts, room: verdict.room }) : undefined;
      return { filter, passed, because: passed ? [fact?.because ?? { code: 'FunnelPass', values: {} }] : reasons, factAt: fact?.factAt };
    }),
    best: best && { cluster: best.cluster, total: best.total, parts: best.parts },
  };
}
