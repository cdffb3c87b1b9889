import { fresh, mean, older, onScale } from '../facts';
import type { DimensionScorer } from '../types';

/** Measured speed against fixed anchors. A measure nobody knows counts as 50; when none is known the part is unsure. */
export const performance: DimensionScorer = {
  name: 'performance',
  score({ cluster, profile, now }) {
    let factAt: number | undefined;
    let old = 0;
    const values: Record<string, string | number> = {};
    const parts = profile.performance.map(({ metric, weight }) => {
      const fact = fresh(cluster.performance[metric], now, profile.staleAfter.performance);
      if (!fact.ok) {
        if (fact.why === 'old') old += 1;
        return { value: undefined, weight };
      }
      factAt = older(factAt, fact.seenAt);
      values[metric] = fact.value;
      return { value: onScale(fact.value, profile.anchors[metric]), weight };
    });
    const { score, known } = mean(parts);
    if (known === 0) return { score, because: { code: old > 0 ? 'SpeedOld' : 'SpeedUnknown', values: {} }, unsure: true };
    return { score, because: { code: 'Speed', values: { ...values, missing: parts.length - known } }, factAt };
  },
};
