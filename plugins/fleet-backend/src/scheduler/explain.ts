import type { Decision, Reason, ScorePart, Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { FILTERS } from './filters';
import type { Staying } from './staying';
import type { PlacementRequest } from './types';

/** The answer in one sentence: where it runs and what decided, or why it has no place. */
export function explain(request: PlacementRequest, decision: Pick<Decision, 'verdicts' | 'unplaced'>, staying: Staying[]): Reason {
  const { verdicts, unplaced } = decision;
  const subject = request.name;
  const chosen = verdicts.filter(({ outcome }) => outcome === 'chosen');
  const places = [...chosen.map(({ cluster, replicas }) => ({ cluster, replicas })), ...staying.filter(({ cluster }) => !verdicts.some(verdict => verdict.cluster === cluster))];
  if (places.length === 0) return noPlace(request, verdicts);
  if (unplaced > 0) {
    return { code: 'RunsPartly', values: { subject, unplaced, replicas: request.replicas, clusters: listed(places), ...nearest(verdicts) } };
  }
  const why = places.length === chosen.length ? whyThere(request, verdicts, chosen) : { why: 'StayedThere' };
  if (places.length === 1) return { code: 'RunsOnOne', values: { subject, cluster: places[0].cluster, ...why } };
  return { code: 'RunsOnMany', values: { subject, count: places.length, clusters: listed(places), ...why } };
}

function listed(places: { cluster: string; replicas: number }[]): string {
  return places.map(({ cluster, replicas }) => `${cluster} (${replicas})`).join(', ');
}

function noPlace(request: PlacementRequest, verdicts: Verdict[]): Reason {
  const subject = request.name;
  if (verdicts.length === 0) return { code: 'NoClusters', values: { subject } };
  const rejected = verdicts.filter(({ outcome }) => outcome === 'rejected');
  if (rejected.length < verdicts.length) return { code: 'NoPlaceThoughFit', values: { subject, fitting: verdicts.length - rejected.length } };
  return { code: 'NoPlace', values: { subject, clusters: verdicts.length, ...nearest(verdicts) } };
}

/** The cluster closest to being possible, with its first reason flattened into the values (`because` is its code). */
function nearest(verdicts: Verdict[]): Record<string, string | number> {
  const rejected = verdicts.filter(({ rejections, outcome }) => outcome === 'rejected' && rejections.length > 0);
  if (rejected.length === 0) return { because: 'AllFull' };
  // Fewest hindrances first; of those the one whose hindrance comes last in the funnel; then by name.
  const order = (verdict: Verdict) => FILTERS.findIndex(({ name }) => name === verdict.rejections[0].by);
  const [best] = [...rejected].sort((a, b) => a.rejections.length - b.rejections.length || order(b) - order(a) || (a.cluster < b.cluster ? -1 : 1));
  const { code, values } = best.rejections[0].because;
  return { ...values, nearest: best.cluster, because: code };
}

/** One or two phrases that are true of the chosen clusters against all others that fit. */
function whyThere(request: PlacementRequest, verdicts: Verdict[], chosen: Verdict[]): Record<string, string | number> {
  const fits = verdicts.filter(({ outcome }) => outcome === 'fits');
  if (chosen.some(({ rejections }) => rejections.length > 0)) return { why: 'StayedThere' };
  if (fits.length === 0) return { why: chosen.length === verdicts.length ? 'AllClusters' : 'OnlyThese', of: verdicts.length, chosen: chosen.length };
  if (request.replicaScheduling.type === 'Divided' && 'staticWeights' in request.replicaScheduling) return { why: 'ByWeights' };
  const [first] = chosen;
  const phrases = first.parts
    .map((part, i) => {
      const ahead = lead(part, fits, i);
      return { part, ahead, phrase: ahead > 0 ? phraseFor(part, fits, i) : undefined };
    })
    .filter(({ phrase }) => phrase !== undefined)
    .sort((a, b) => b.ahead - a.ahead);
  if (phrases.length === 0) return { why: 'BestTotal' };
  const values = { why: phrases[0].phrase!, ...pick(phrases[0].part) };
  return phrases.length === 1 ? values : { ...values, ...pick(phrases[1].part), also: phrases[1].phrase! };
}

/** Points by which a part leads the best of the others; 0 or less where it does not. */
function lead(part: ScorePart, fits: Verdict[], i: number): number {
  if (part.unsure) return 0;
  let most = 0;
  for (const { parts } of fits) most = Math.max(most, parts[i].points);
  return part.points - most;
}

/** Words are chosen by the facts, not by the score: "least left over" is said only where it is so. */
function phraseFor(part: ScorePart, fits: Verdict[], i: number): string | undefined {
  const { values } = part.because;
  switch (part.scorer) {
    case 'resource':
      return fits.every(({ parts }) => Number(parts[i].because.values.left ?? Infinity) > Number(values.left)) ? 'LeastLeft' : 'BestFit';
    case 'performance':
      return 'Fastest';
    case 'cost':
      return fits.every(({ parts }) => parts[i].because.code === 'Price') ? 'Cheapest' : 'GoodPrice';
    case 'compliance':
      return 'BestKept';
    default:
      if (part.because.code === 'NodeZones') return 'MostZones';
      return values.closeness === 'far' || values.closeness === 'provider' ? undefined : `Beside${values.what === 'data' ? 'Data' : 'Sibling'}`;
  }
}

function pick({ scorer, because }: ScorePart): Record<string, string | number> {
  if (scorer === 'resource') return { resource: because.values.resource };
  return scorer === 'topology' && because.values.name !== undefined ? { name: because.values.name } : {};
}
