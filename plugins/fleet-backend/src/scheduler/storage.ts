import { SCORERS, type Decision, type Reason, type Rejection, type ScorePart, type Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { contentHash } from '../model/hash';

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

/** A decision as numbers and codes: what is stored. No sentence is in it. */
export interface CompactDecision {
  v: 1;
  shapes: string[][];
  verdicts: CompactVerdict[];
  unplaced: number;
  profile: string;
  weights: number[];
  sentence: CompactReason;
  notes: CompactReason[];
}

/** Makes a decision small for storage; {@link expand} gives it back whole. */
export function compact(decision: Decision): CompactDecision {
  const shapes: string[][] = [];
  const byCode = new Map<string, number[]>();
  const reason = ({ code, values }: Reason): CompactReason => {
    const keys = Object.keys(values);
    const known = byCode.get(code) ?? [];
    let shape = known.find(number => sameKeys(shapes[number], keys));
    if (shape === undefined) {
      shape = shapes.push([code, ...keys]) - 1;
      byCode.set(code, [...known, shape]);
    }
    // Made in its final size: there are thousands of them, and a list that grows takes room for more.
    const small = new Array<string | number>(keys.length + 1) as CompactReason;
    small[0] = shape;
    for (let i = 0; i < keys.length; i += 1) small[i + 1] = values[keys[i]];
    return small;
  };
  const part = ({ score, points, because, factAt, unsure }: ScorePart): CompactPart => {
    const tenths = Math.round(points * 10);
    if (unsure) return [score, tenths, reason(because), factAt ?? null, 1];
    return factAt === undefined ? [score, tenths, reason(because)] : [score, tenths, reason(because), factAt];
  };
  const verdicts = decision.verdicts.map((verdict): CompactVerdict => [
    verdict.cluster, OUTCOMES.indexOf(verdict.outcome), verdict.replicas, Math.round(verdict.total * 10), verdict.room ?? null,
    verdict.parts.map(part),
    verdict.rejections.map(({ by, because, remedy }) => [by, reason(because), REMEDIES.indexOf(remedy)]),
    verdict.fix.map(reason),
  ]);
  return {
    v: 1, verdicts, unplaced: decision.unplaced, profile: decision.profile, weights: SCORERS.map(scorer => decision.weights[scorer]),
    sentence: reason(decision.sentence), notes: decision.notes.map(reason), shapes,
  };
}

function sameKeys(shape: string[], keys: string[]): boolean {
  if (shape.length !== keys.length + 1) return false;
  for (let i = 0; i < keys.length; i += 1) if (shape[i + 1] !== keys[i]) return false;
  return true;
}

/** The decision that was made small. */
export function expand(stored: CompactDecision): Decision {
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

/**
 * Hash of what was decided: places, refusals with their numbers, notes, weights; not of times, and not of scores, which follow
 * every breath of load and would make each heartbeat a new decision. An equal hash need not be stored again.
 */
export function decisionHash(decision: Decision): string {
  const timeless = ({ code, values: { since: _since, ...values } }: Reason) => ({ code, values });
  return contentHash({
    verdicts: decision.verdicts
      .map(({ cluster, outcome, replicas, rejections, fix, parts }) => ({
        cluster, outcome, replicas,
        unsure: parts.filter(({ unsure }) => unsure).map(({ scorer }) => scorer),
        rejections: rejections.map(({ by, because, remedy }) => ({ by, because: timeless(because), remedy })),
        fix: fix.map(timeless),
      }))
      .sort((a, b) => (a.cluster < b.cluster ? -1 : 1)),
    unplaced: decision.unplaced,
    profile: decision.profile,
    weights: decision.weights,
    notes: decision.notes.map(timeless),
  });
}
