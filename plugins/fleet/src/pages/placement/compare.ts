import { SCORERS, type ScorePart, type Scorer, type Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { pointsOf } from '@flotilla/backstage-plugin-fleet-react';

/** Points a verdict has more (or less) than another, by part, in the order parts are shown. */
export function differences(parts: readonly ScorePart[], against: readonly ScorePart[]): { scorer: Scorer; points: number }[] {
  const [mine, theirs] = [pointsOf(parts), pointsOf(against)];
  return SCORERS.map(scorer => ({ scorer, points: Math.round((mine[scorer] - theirs[scorer]) * 10) / 10 }));
}

/** A total as it is shown: the sum of its parts as they are shown. */
export const shownTotal = (parts: readonly ScorePart[]): number => Math.round(Object.values(pointsOf(parts)).reduce((sum, each) => sum + each, 0) * 10) / 10;

/** Chosen first, then by score, then by name: ranks count those that fit by score alone. */
export function ranked<V extends Verdict>(verdicts: readonly V[]): { verdict: V; rank: number }[] {
  const order = (verdict: Verdict) => ({ chosen: 0, fits: 1, rejected: 2 })[verdict.outcome];
  const byScore = verdicts.filter(({ outcome }) => outcome !== 'rejected').sort((a, b) => b.total - a.total || (a.cluster < b.cluster ? -1 : 1));
  const rank = new Map(byScore.map((verdict, index) => [verdict.cluster, index + 1]));
  return [...byScore].sort((a, b) => order(a) - order(b)).map(verdict => ({ verdict, rank: rank.get(verdict.cluster)! }));
}

/** The best of those that were chosen: what others are compared with. */
export const bestChosen = <V extends Verdict>(verdicts: readonly V[]): V | undefined => ranked(verdicts).find(({ verdict }) => verdict.outcome === 'chosen')?.verdict;
