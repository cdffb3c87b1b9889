import { SCORERS, type Reason, type Scorer } from '@flotilla/backstage-plugin-fleet-common';
import { FILTERS } from './filters';
import type { Judged } from './judge';
import { partAt, type PartOnSheet } from './parts';
import type { Sheet } from './sheet';
import type { Staying } from './staying';
import type { PlacementRequest } from './types';

interface Outcome {
  /** Best first, outcomes set. */
  judged: readonly Judged[];
  unplaced: number;
  sheet: Sheet;
}

/** The answer in one sentence: where it runs and what decided, or why it has no place. */
export function explain(request: PlacementRequest, { judged, unplaced, sheet }: Outcome, staying: Staying[]): Reason {
  const subject = request.name;
  const chosen = judged.filter(({ outcome }) => outcome === 'chosen');
  const places = [
    ...chosen.map(({ cluster, replicas }) => ({ cluster: cluster.name, replicas })),
    ...staying.filter(({ cluster }) => !judged.some(one => one.cluster.name === cluster)),
  ];
  if (places.length === 0) return noPlace(request, judged);
  if (unplaced > 0) {
    return { code: 'RunsPartly', values: { subject, unplaced, replicas: request.replicas, clusters: listed(places), ...nearest(judged) } };
  }
  const why = places.length === chosen.length ? whyThere(request, judged, chosen, sheet) : { why: 'StayedThere' };
  if (places.length === 1) return { code: 'RunsOnOne', values: { subject, cluster: places[0].cluster, ...why } };
  return { code: 'RunsOnMany', values: { subject, count: places.length, clusters: listed(places), ...why } };
}

function listed(places: { cluster: string; replicas: number }[]): string {
  return places.map(({ cluster, replicas }) => `${cluster} (${replicas})`).join(', ');
}

function noPlace(request: PlacementRequest, judged: readonly Judged[]): Reason {
  const subject = request.name;
  if (judged.length === 0) return { code: 'NoClusters', values: { subject } };
  const fitting = judged.filter(({ outcome }) => outcome !== 'rejected').length;
  if (fitting > 0) return { code: 'NoPlaceThoughFit', values: { subject, fitting } };
  return { code: 'NoPlace', values: { subject, clusters: judged.length, ...nearest(judged) } };
}

/** The cluster closest to being possible, with its first reason flattened into the values (`because` is its code). */
function nearest(judged: readonly Judged[]): Record<string, string | number> {
  const rejected = judged.filter(({ rejections, outcome }) => outcome === 'rejected' && rejections.length > 0);
  if (rejected.length === 0) return { because: 'AllFull' };
  // Fewest hindrances first; of those the one whose hindrance comes last in the funnel; then by name.
  const order = ({ rejections }: Judged) => FILTERS.findIndex(({ name }) => name === rejections[0].by);
  const best = rejected.reduce((least, one) => {
    const further = one.rejections.length - least.rejections.length || order(least) - order(one) || (one.cluster.name < least.cluster.name ? -1 : 1);
    return further < 0 ? one : least;
  });
  const { code, values } = best.rejections[0].because;
  return { ...values, nearest: best.cluster.name, because: code };
}

/** One or two phrases that are true of the chosen clusters against all others that fit. */
function whyThere(request: PlacementRequest, judged: readonly Judged[], chosen: Judged[], sheet: Sheet): Record<string, string | number> {
  const fits = judged.filter(({ outcome }) => outcome === 'fits');
  if (chosen.some(({ rejections }) => rejections.length > 0)) return { why: 'StayedThere' };
  if (fits.length === 0) return { why: chosen.length === judged.length ? 'AllClusters' : 'OnlyThese', of: judged.length, chosen: chosen.length };
  if (request.replicaScheduling.type === 'Divided' && 'staticWeights' in request.replicaScheduling) return { why: 'ByWeights' };
  const phrases = SCORERS.flatMap((scorer, dimension): Phrase[] => {
    const part = partAt(sheet, chosen[0].parts, dimension);
    const others = fits.map(({ parts }) => partAt(sheet, parts, dimension));
    const ahead = lead(part, others);
    const because = sheet.reason(part.because);
    const phrase = ahead > 0 ? phraseFor(scorer, because, others, sheet) : undefined;
    return phrase === undefined ? [] : [{ ahead, phrase, values: pick(scorer, because) }];
  }).sort((a, b) => b.ahead - a.ahead);
  if (phrases.length === 0) return { why: 'BestTotal' };
  const [first, second] = phrases;
  const values = { why: first.phrase, ...first.values };
  return second ? { ...values, ...second.values, also: second.phrase } : values;
}

interface Phrase {
  ahead: number;
  phrase: string;
  values: Record<string, string | number>;
}

/** Tenths of points by which a part leads the best of the others; 0 or less where it does not. */
function lead(part: PartOnSheet, others: readonly PartOnSheet[]): number {
  if (part.unsure) return 0;
  let most = 0;
  for (const { tenths } of others) most = Math.max(most, tenths);
  return part.tenths - most;
}

/** Words are chosen by the facts, not by the score: "least left over" is said only where it is so. */
function phraseFor(scorer: Scorer, { code, values }: Reason, others: readonly PartOnSheet[], sheet: Sheet): string | undefined {
  switch (scorer) {
    case 'resource':
      return others.every(({ because }) => (sheet.number(because, 'left') ?? Infinity) > Number(values.left)) ? 'LeastLeft' : 'BestFit';
    case 'performance':
      return 'Fastest';
    case 'cost':
      return others.every(({ because }) => sheet.code(because) === 'Price') ? 'Cheapest' : 'GoodPrice';
    case 'compliance':
      return 'BestKept';
    default:
      if (code === 'NodeZones') return 'MostZones';
      return values.closeness === 'far' || values.closeness === 'provider' ? undefined : `Beside${values.what === 'data' ? 'Data' : 'Sibling'}`;
  }
}

function pick(scorer: Scorer, { values }: Reason): Record<string, string | number> {
  if (scorer === 'resource') return { resource: values.resource };
  return scorer === 'topology' && values.name !== undefined ? { name: values.name } : {};
}
