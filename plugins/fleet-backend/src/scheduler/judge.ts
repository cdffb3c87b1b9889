import type { Reason, Rejection, Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { capacityOf } from './capacity';
import { indexOfMost } from './facts';
import { FILTERS } from './filters';
import { putPart } from './parts';
import { SCORERS } from './scorers';
import type { Sheet } from './sheet';
import type { ClusterFacts, Context, Filter, Placed, Profile, Score, SchedulingInput } from './types';

/** What filters and scorers say about one cluster; `outcome` and `replicas` are set when replicas are given out. */
export interface Judged {
  cluster: ClusterFacts;
  /** Where this request's replicas stand on it now. */
  placed?: Placed;
  /** Replicas it can hold, those already there included; infinite when `known` is not, or no node is needed. */
  room: number;
  known: boolean;
  rejections: readonly Rejection[];
  fix: readonly Reason[];
  outcome: Verdict['outcome'];
  replicas: number;
  /** Score as shown, in tenths; 0 where it is not scored. */
  total: number;
  /** Where its parts begin on the sheet; -1 where it is not scored, since it is rejected and holds nothing. */
  parts: number;
}

/** Everything one filter or scorer may look at. */
export function contextOf(input: SchedulingInput, cluster: ClusterFacts, placed?: Placed): Context {
  const { request, profile, now } = input;
  return { request, cluster, profile, now, placed, capacity: capacityOf(request, cluster, placed) };
}

/** Asks every filter, and the scorers where the cluster may be used or is in use. What scorers say goes to the sheet at once. */
export function judge(context: Context, extra: readonly Filter[], sheet: Sheet): Judged {
  const { cluster, placed, capacity } = context;
  const rejections = rejectionsOf(context, extra);
  const fits = rejections.length === 0;
  const parts = fits || placed ? sheet.cells.length : -1;
  const total = parts < 0 ? 0 : score(context, sheet);
  return { cluster, placed, room: capacity.room, known: capacity.known, rejections, fix: NO_FIX, outcome: fits ? 'fits' : 'rejected', replicas: 0, total, parts };
}

const NO_FIX: readonly never[] = [];
const NO_REJECTIONS: readonly never[] = [];

/** All rejections of all filters, ours first. Empty = the cluster fits. */
export function rejectionsOf(context: Context, extra: readonly Filter[] = []): readonly Rejection[] {
  let rejections: Rejection[] | undefined;
  for (let i = 0; i < FILTERS.length + extra.length; i += 1) {
    const filter = i < FILTERS.length ? FILTERS[i] : extra[i - FILTERS.length];
    const found = filter.check(context);
    if (found.length === 0) continue;
    rejections ??= [];
    for (const { because, remedy } of found) rejections.push({ by: filter.name, because, remedy });
  }
  return rejections ?? NO_REJECTIONS;
}

/** Puts all parts on the sheet; returns the total in tenths. */
function score(context: Context, sheet: Sheet): number {
  const said: Score[] = [];
  for (let i = 0; i < SCORERS.length; i += 1) said.push(SCORERS[i].score(context));
  const { tenths, total } = pointsOf(said, context.profile.weights);
  for (let i = 0; i < said.length; i += 1) putPart(sheet, said[i], tenths[i]);
  return total;
}

/**
 * The points of each part in tenths, so that they add up to the total as shown. The total is the true sum, rounded;
 * what rounding down the parts leaves goes to those that lost most by it.
 */
export function pointsOf(said: readonly Score[], weights: Profile['weights']): { tenths: number[]; total: number } {
  const tenths: number[] = [];
  /** What floor takes from each part. */
  const lost: number[] = [];
  let sum = 0;
  let given = 0;
  for (let i = 0; i < said.length; i += 1) {
    // Ten-millionths first: 0.15 × 70 must be 10.5, not 10.499999999999998.
    const exact = Math.round(said[i].score * weights[SCORERS[i].name] * 1e7) / 1e6;
    const whole = Math.floor(exact);
    tenths.push(whole);
    lost.push(exact - whole);
    sum += exact;
    given += whole;
  }
  const total = Math.round(Math.round(sum * 1e6) / 1e6);
  for (; given < total; given += 1) {
    const most = indexOfMost(lost);
    tenths[most] += 1;
    lost[most] = -1;
  }
  return { tenths, total };
}
