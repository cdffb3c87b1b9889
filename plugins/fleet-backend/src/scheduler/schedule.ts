import type { Decision, Reason } from '@flotilla/backstage-plugin-fleet-common';
import { assign, type Assignment } from './assign';
import { explain } from './explain';
import { guarded } from './filters';
import { smallestFix } from './fix';
import { contextOf, judge, type Judged } from './judge';
import { Sheet } from './sheet';
import { compact, expand, type CompactDecision } from './storage';
import type { Filter, Placed, SchedulingInput } from './types';

/** Fixes are sought for so many rejected clusters (by name), and where replicas stand; for the others {@link explainFix} does it when somebody asks. */
export const EAGER_FIXES = 200;

/** As {@link scheduleCompact}, whole: for whoever reads every verdict. */
export function schedule(input: SchedulingInput, extra: readonly Filter[] = []): Decision {
  return expand(scheduleCompact(input, extra));
}

/**
 * Decides where one workload goes, with a verdict for every cluster. Pure: equal input gives an equal decision,
 * in any order of clusters, on every machine.
 * @param extra - filters from outside; one that throws rejects the cluster and says so
 * @returns the decision as it is stored; `expand` gives back the verdicts
 */
export function scheduleCompact(input: SchedulingInput, extra: readonly Filter[] = []): CompactDecision {
  const { profile, request } = input;
  const placed = new Map((input.placed ?? []).map(held => [held.cluster, held]));
  const sheet = new Sheet();
  const judged = judgeAll(input, placed, extra.map(guarded), sheet);
  const assignment = assign(input, judged, placed);
  const { staying, unplaced } = assignment;
  giveOut(judged, assignment);
  const notes = notesOn(input, judged, assignment);
  judged.sort(bestFirst);
  return compact(judged, sheet, { unplaced, profile: profile.name, weights: profile.weights, sentence: explain(request, { judged, unplaced, sheet }, staying), notes });
}

/** By name, so that the order given does not matter. */
function judgeAll(input: SchedulingInput, placed: ReadonlyMap<string, Placed>, extra: readonly Filter[], sheet: Sheet): Judged[] {
  const clusters = [...input.clusters].sort((a, b) => (a.name < b.name ? -1 : 1));
  let sought = 0;
  return clusters.map(cluster => {
    const held = placed.get(cluster.name);
    const context = contextOf(input, cluster, held);
    const one = judge(context, extra, sheet);
    // Here, while everything about the cluster is at hand: nothing of it has to be kept, or worked out again.
    if (one.outcome === 'rejected' && (held || sought < EAGER_FIXES)) {
      if (!held) sought += 1;
      one.fix = smallestFix(context, extra);
    }
    return one;
  });
}

/** Chosen and rejected at once: it stays where it runs, and the rejections say what is wrong with that. Changes `judged`. */
function giveOut(judged: Judged[], { shares }: Assignment): void {
  for (const one of judged) {
    const replicas = shares.get(one.cluster.name);
    if (replicas !== undefined) [one.outcome, one.replicas] = ['chosen', replicas];
  }
}

const ORDER: Record<Judged['outcome'], number> = { chosen: 0, fits: 1, rejected: 2 };

/** Equal ones, and all that are rejected, stay in the order of their names, in which they come. */
function bestFirst(a: Judged, b: Judged): number {
  return ORDER[a.outcome] - ORDER[b.outcome] || (a.outcome === 'rejected' ? 0 : b.total - a.total);
}

function notesOn({ request }: SchedulingInput, judged: Judged[], { notes, staying, unplaced }: Assignment): Reason[] {
  const all = [...notes];
  for (const { cluster, replicas, why } of staying) {
    all.push({ code: why === 'NotAnswering' ? 'StaysUnanswered' : 'PlacementViolated', values: { cluster, replicas, why } });
  }
  const blind = judged.filter(({ known, outcome }) => !known && outcome === 'chosen');
  for (const { cluster } of blind) all.push({ code: 'CapacityUnknown', values: { cluster: cluster.name } });
  if (request.assumed?.length) all.push({ code: 'RequestsAssumed', values: { resources: request.assumed.join(', '), subject: request.name } });
  if (unplaced > 0) all.push({ code: request.whole ? 'UnplacedWhole' : 'UnplacedReplicas', values: { unplaced, replicas: request.replicas } });
  return all;
}
