import fc from 'fast-check';
import { DEFAULT_WEIGHTS, SCORERS, combineScores, profileWeights } from './combineScores';

const sum = (weights: Record<string, number>) => Object.values(weights).reduce((a, b) => a + b, 0);

describe('profileWeights', () => {
  it('keeps the defaults without a profile', () => {
    expect(profileWeights()).toEqual(DEFAULT_WEIGHTS);
  });

  it("replaces the cost weight by the article's 0.3 and shrinks the others in proportion", () => {
    const weights = profileWeights({ costAware: { enabled: true, weight: 0.3 } });
    expect(weights.cost).toBe(0.3);
    expect(weights.resource).toBeCloseTo(0.2625, 10);
    expect(weights.performance).toBeCloseTo(0.21875, 10);
    expect(weights.compliance).toBeCloseTo(0.13125, 10);
    expect(weights.topology).toBeCloseTo(0.0875, 10);
  });

  it('gives cost nothing when it is turned off, whatever weight stands beside it', () => {
    expect(profileWeights({ costAware: { enabled: false, weight: 0.9 } }).cost).toBe(0);
  });

  it('gives performance nothing when it is turned off', () => {
    const weights = profileWeights({ performanceAware: { enabled: false } });
    expect([weights.performance, weights.resource]).toEqual([0, expect.closeTo(0.4, 10)]);
  });

  it('falls back to the defaults when every weight is zero', () => {
    expect(profileWeights({ weights: { resource: 0, performance: 0, cost: 0, compliance: 0, topology: 0 } })).toEqual(DEFAULT_WEIGHTS);
  });

  it('always sums to one, and keeps the ratio of the dimensions that are not named', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.99, noNaN: true }), cost => {
        const weights = profileWeights({ costAware: { weight: cost } });
        expect(sum(weights)).toBeCloseTo(1, 9);
        expect(weights.resource / weights.topology).toBeCloseTo(3, 6);
      }),
    );
  });
});

describe('combineScores', () => {
  it('adds score × weight over the parts', () => {
    const parts = SCORERS.map(scorer => ({ scorer, score: scorer === 'cost' ? 100 : 50 }));
    expect(combineScores(parts, DEFAULT_WEIGHTS)).toBeCloseTo(60, 10);
  });
});
