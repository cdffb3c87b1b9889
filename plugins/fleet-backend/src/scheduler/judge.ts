import type { Rejection, ScorePart } from '@flotilla/backstage-plugin-fleet-common';
import { capacityOf } from './capacity';
import { FILTERS } from './filters';
import { SCORERS } from './scorers';
import type { ClusterFacts, Context, Filter, Placed, Profile, SchedulingInput } from './types';

/** What filters and scorers say about one cluster, before replicas are given out. */
export interface Judged {
  context: Context;
  rejections: Rejection[];
  /** Empty where the cluster is rejected and holds nothing. */
  parts: ScorePart[];
  total: number;
}

/** Everything one filter or scorer may look at. */
export function contextOf(input: SchedulingInput, cluster: ClusterFacts, placed?: Placed): Context {
  const { request, profile, now } = input;
  return { request, cluster, profile, now, placed, capacity: capacityOf(request, cluster, placed) };
}

/** Asks every filter, and the scorers where the cluster may be used or is in use. */
export function judge(input: SchedulingInput, cluster: ClusterFacts, placed: Placed | undefined, extra: readonly Filter[]): Judged {
  const context = contextOf(input, cluster, placed);
  const rejections = rejectionsOf(context, extra);
  if (rejections.length > 0 && !placed) return { context, rejections, parts: [], total: 0 };
  return { context, rejections, ...scored(context) };
}

/** All rejections of all filters, ours first. Empty = the cluster fits. */
export function rejectionsOf(context: Context, extra: readonly Filter[] = []): Rejection[] {
  const rejections: Rejection[] = [];
  const ask = (filter: Filter) => {
    for (const { because, remedy } of filter.check(context)) rejections.push({ by: filter.name, because, remedy });
  };
  FILTERS.forEach(ask);
  extra.forEach(ask);
  return rejections;
}

function scored(context: Context): { parts: ScorePart[]; total: number } {
  const { weights } = context.profile;
  const parts = SCORERS.map((scorer): ScorePart => {
    const { score, because, factAt, unsure } = scorer.score(context);
    const part: ScorePart = { scorer: scorer.name, score, weight: weights[scorer.name], points: 0, because };
    if (factAt !== undefined) part.factAt = factAt;
    if (unsure) part.unsure = true;
    return part;
  });
  return { parts, total: setPoints(parts) };
}

/**
 * Gives each part its points with one decimal, so that they add up to the total as shown. The total is the true sum, rounded;
 * what rounding down the parts leaves goes to those that lost most by it.
 */
export function setPoints(parts: { score: number; weight: Profile['weights'][keyof Profile['weights']]; points: number }[]): number {
  // Ten-millionths first: 0.15 × 70 must be 10.5, not 10.499999999999998.
  const tenths = parts.map(part => Math.round(part.score * part.weight * 1e7) / 1e6);
  const total = Math.round(Math.round(tenths.reduce((sum, points) => sum + points, 0) * 1e6) / 1e6);
  const whole = tenths.map(Math.floor);
  const order = tenths.map((_, i) => i).sort((a, b) => tenths[b] - whole[b] - (tenths[a] - whole[a]) || a - b);
  let open = total - whole.reduce((sum, points) => sum + points, 0);
  for (const i of order) {
    if (open <= 0) break;
    whole[i] += 1;
    open -= 1;
  }
  parts.forEach((part, i) => {
    part.points = whole[i] / 10;
  });
  return total / 10;
}
