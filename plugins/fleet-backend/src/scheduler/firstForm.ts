import { SCORERS, type Decision, type Reason, type Rejection, type ScorePart, type Verdict } from '@flotilla/backstage-plugin-fleet-common';

const OUTCOMES: Verdict['outcome'][] = ['chosen', 'fits', 'rejected'];
const REMEDIES: Rejection['remedy'][] = ['wait', 'changeRequest', 'changeCluster'];

/** A reason as the number of its shape (code and keys, kept once) and its values. */
type CompactReason = [shape: number, ...values: (string | number)[]];
type CompactPart = [score: number, tenths: number, because: CompactReason, factAt?: number | null, unsure?: 1];
type CompactRejection = [by: string, because: CompactReason, remedy: number];
type CompactVerdict = [
  cluster: string, outcome: number, replicas: number, tenths: number, room: number | null,
  parts: CompactPart[], rejections: CompactRejection[], fix: CompactReason[],
];

/** How decisions were stored at first: nested lists. Read, no longer written. */
export interface FirstForm {
  v: 1;
  shapes: string[][];
  verdicts: CompactVerdict[];
  unplaced: number;
  profile: string;
  weights: number[];
  sentence: CompactReason;
  notes: CompactReason[];
}

/** The decision that was stored so. */
export function expandFirstForm(stored: FirstForm): Decision {
  const reason = ([shape, ...values]: CompactReason): Reason => {
    const [code, ...keys] = stored.shapes[shape];
    return { code, values: Object.fromEntries(keys.map((key, i) => [key, values[i]])) };
  };
  const part = ([score, tenths, because, factAt, unsure]: CompactPart, i: number): ScorePart => ({
    scorer: SCORERS[i], score, weight: stored.weights[i], points: tenths / 10, because: reason(because),
    ...(typeof factAt === 'number' && { factAt }),
    ...(unsure === 1 && { unsure: true }),
  });
  return {
    verdicts: stored.verdicts.map(([cluster, outcome, replicas, tenths, room, parts, rejections, fix]) => ({
      cluster, outcome: OUTCOMES[outcome], replicas, total: tenths / 10, parts: parts.map(part),
      rejections: rejections.map(([by, because, remedy]) => ({ by, because: reason(because), remedy: REMEDIES[remedy] })),
      fix: fix.map(reason),
      ...(room !== null && { room }),
    })),
    unplaced: stored.unplaced,
    profile: stored.profile,
    weights: Object.fromEntries(SCORERS.map((scorer, i) => [scorer, stored.weights[i]])) as Decision['weights'],
    sentence: reason(stored.sentence),
    notes: stored.notes.map(reason),
  };
}
