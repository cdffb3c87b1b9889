import { Mean, fresh, older, onScale } from '../facts';
import type { DimensionScorer } from '../types';

/** Measured speed against fixed anchors. A measure nobody knows counts as 50; when none is known the part is unsure. */
export const performance: DimensionScorer = {
  name: 'performance',
  score({ cluster, profile, now }) {
    const mean = new Mean();
    const values: Record<string, string | number> = {};
    let factAt: number | undefined;
    let old = 0;
    for (const { metric, weight } of profile.performance) {
      const fact = fresh(cluster.performance[metric], now, profile.staleAfter.performance);
      mean.add(fact.ok ? onScale(fact.value, profile.anchors[metric]) : undefined, weight);
      if (fact.ok) {
        factAt = older(factAt, fact.seenAt);
        values[metric] = fact.value;
      } else if (fact.why === 'old') {
        old += 1;
      }
    }
    const { score, known } = mean;
    if (known === 0) return { score, because: { code: old > 0 ? 'SpeedOld' : 'SpeedUnknown', values: {} }, unsure: true };
    values.missing = profile.performance.length - known;
    return { score, because: { code: 'Speed', values }, factAt };
  },
};
