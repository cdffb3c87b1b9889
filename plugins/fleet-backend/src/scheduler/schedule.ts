import type { Decision, Reason, Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { assign, type Assignment } from './assign';
import { explain } from './explain';
import { guarded } from './filters';
import { smallestFix } from './fix';
import { judge, type Judged } from './judge';
import type { Filter, SchedulingInput } from './types';

/** Fixes are sought for so many rejected clusters (by name); for the others {@link explainFix} does it when somebody asks. */
export const EAGER_FIXES = 200;

/**
 * Decides where one workload goes, with a verdict for every cluster. Pure: equal input gives an equal decision,
 * in any order of clusters, on every machine.
 * @param extra - filters from outside; one that throws rejects the cluster and says so
 */
export function schedule(input: SchedulingInput, extra: readonly Filter[] = []): Decision {
  const filters = extra.map(guarded);
  const placed = new Map((input.placed ?? []).map(held => [held.cluster, held]));
  const clusters = [...input.clusters].sort((a, b) => (a.name < b.name ? -1 : 1));
  const judged = clusters.map(cluster => judge(input, cluster, placed.get(cluster.name), filters));
  const assignment = assign(input, judged, placed);
  let sought = 0;
  const verdicts = judged.map(one => {
    const verdict = verdictOn(one, assignment);
    if (verdict.outcome === 'rejected' && sought < EAGER_FIXES) {
      sought += 1;
      verdict.fix = smallestFix(one.context, filters);
    }
    return verdict;
  });
  const { profile, request } = input;
  const decision: Decision = {
    verdicts: verdicts.sort(bestFirst),
    unplaced: assignment.unplaced,
    profile: profile.name,
    weights: profile.weights,
    sentence: { code: 'NothingDecided', values: {} },
    notes: notesOn(input, judged, assignment),
  };
  return { ...decision, sentence: explain(request, decision, assignment.staying) };
}

function verdictOn({ context, rejections, parts, total }: Judged, { shares }: Assignment): Verdict {
  const { name } = context.cluster;
  const replicas = shares.get(name);
  let outcome: Verdict['outcome'] = rejections.length > 0 ? 'rejected' : 'fits';
  // Chosen and rejected at once: it stays where it runs, and the rejections say what is wrong with that.
  if (replicas !== undefined) outcome = 'chosen';
  const shown = outcome !== 'rejected';
  const verdict: Verdict = { cluster: name, outcome, replicas: replicas ?? 0, total: shown ? total : 0, parts: shown ? parts : [], rejections, fix: [] };
  if (context.capacity.known && context.capacity.room !== Infinity) verdict.room = context.capacity.room;
  return verdict;
}

const ORDER: Record<Verdict['outcome'], number> = { chosen: 0, fits: 1, rejected: 2 };

/** Equal ones stay in the order of their names, in which they come. */
function bestFirst(a: Verdict, b: Verdict): number {
  return ORDER[a.outcome] - ORDER[b.outcome] || b.total - a.total;
}

function notesOn({ request }: SchedulingInput, judged: Judged[], { notes, staying, shares, unplaced }: Assignment): Reason[] {
  const all = [...notes];
  for (const { cluster, replicas, why } of staying) {
    all.push({ code: why === 'NotAnswering' ? 'StaysUnanswered' : 'PlacementViolated', values: { cluster, replicas, why } });
  }
  const blind = judged.filter(({ context }) => !context.capacity.known && shares.has(context.cluster.name));
  for (const { context } of blind) all.push({ code: 'CapacityUnknown', values: { cluster: context.cluster.name } });
  if (request.assumed?.length) all.push({ code: 'RequestsAssumed', values: { resources: request.assumed.join(', '), subject: request.name } });
  if (unplaced > 0) all.push({ code: request.whole ? 'UnplacedWhole' : 'UnplacedReplicas', values: { unplaced, replicas: request.replicas } });
  return all;
}
