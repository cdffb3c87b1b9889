import type { Rejection, ScorePart } from '@flotilla/backstage-plugin-fleet-common';
import { capacityOf } from './capacity';
import { indexOfMost } from './facts';
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
  FILTERS.forEach(filter => ask(filter, context, rejections));
  extra.forEach(filter => ask(filter, context, rejections));
  return rejections;
}

function ask(filter: Filter, context: Context, rejections: Rejection[]): void {
  const found = filter.check(context);
  if (found.length === 0) return;
  for (const { because, remedy } of found) rejections.push({ by: filter.name, because, remedy });
}

function scored(context: Context): { parts: ScorePart[]; total: number } {
  const { weights } = context.profile;
  const parts = SCORERS.map((scorer): ScorePart => {
    const { score, because, factAt, unsure } = scorer.score(context);
    const weight = weights[scorer.name];
    const part: ScorePart = factAt === undefined
      ? { scorer: scorer.name, score, weight, points: 0, because }
      : { scorer: scorer.name, score, weight, points: 0, because, factAt };
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
  // What floor takes from each part, and what is so still to be given out, in tenths.
  const lost: number[] = [];
  let sum = 0;
  let given = 0;
  parts.forEach(part => {
    // Ten-millionths first: 0.15 × 70 must be 10.5, not 10.499999999999998.
    const tenths = Math.round(part.score * part.weight * 1e7) / 1e6;
    const whole = Math.floor(tenths);
    part.points = whole / 10;
    lost.push(tenths - whole);
    sum += tenths;
    given += whole;
  });
  const total = Math.round(Math.round(sum * 1e6) / 1e6);
  for (; given < total; given += 1) {
    const most = indexOfMost(lost);
    parts[most].points = (Math.round(parts[most].points * 10) + 1) / 10;
    lost[most] = -1;
  }
  return total / 10;
}
