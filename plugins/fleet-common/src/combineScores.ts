import type { ScorePart } from './decision';

export type Scorer = ScorePart['scorer'];
export type ScoreWeights = Record<Scorer, number>;

/** The five dimensions, in the order they are shown. */
export const SCORERS: readonly Scorer[] = ['resource', 'performance', 'cost', 'compliance', 'topology'];

/** Weights where no profile says another. */
export const DEFAULT_WEIGHTS: ScoreWeights = { resource: 0.3, performance: 0.25, cost: 0.2, compliance: 0.15, topology: 0.1 };

/** The parts of a SchedulingProfile's spec that set weights. */
export interface ProfileWeights {
  weights?: Partial<ScoreWeights>;
  costAware?: { enabled?: boolean; weight?: number };
  performanceAware?: { enabled?: boolean };
}

/** Sets one weight; the others shrink (or grow) in proportion so that the sum stays 1. */
function replaceWeight(weights: ScoreWeights, scorer: Scorer, weight: number): ScoreWeights {
  const rest = SCORERS.reduce((sum, each) => (each === scorer ? sum : sum + weights[each]), 0);
  // Nothing else counts: whatever the wanted weight, this dimension alone is compared.
  if (rest === 0) return { ...weights, [scorer]: 1 };
  const scaled = SCORERS.map(each => [each, each === scorer ? weight : (weights[each] * (1 - weight)) / rest]);
  return Object.fromEntries(scaled) as ScoreWeights;
}

/**
 * The weights a profile makes of the defaults. They sum to 1.
 * Example: `costAware.weight: 0.3` gives cost 0.30 and the others 0.70 in proportion: 0.2625, 0.21875, 0.13125, 0.0875.
 */
export function profileWeights(profile: ProfileWeights = {}): ScoreWeights {
  const said = { ...DEFAULT_WEIGHTS, ...profile.weights };
  const sum = SCORERS.reduce((total, scorer) => total + said[scorer], 0);
  let weights = sum > 0 ? (Object.fromEntries(SCORERS.map(scorer => [scorer, said[scorer] / sum])) as ScoreWeights) : DEFAULT_WEIGHTS;
  if (profile.performanceAware?.enabled === false) weights = replaceWeight(weights, 'performance', 0);
  const cost = profile.costAware?.enabled === false ? 0 : profile.costAware?.weight;
  return cost === undefined ? weights : replaceWeight(weights, 'cost', cost);
}

/** Sum of score × weight over the parts, 0 to 100. A dimension without a part adds nothing. */
export const combineScores = (parts: readonly Pick<ScorePart, 'scorer' | 'score'>[], weights: ScoreWeights): number =>
  parts.reduce((total, part) => total + part.score * weights[part.scorer], 0);
