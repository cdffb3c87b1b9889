import { SCORERS, type ScorePart, type ScoreWeights, type Scorer } from '@flotilla/backstage-plugin-fleet-common';
import { roundToSum } from './format';
import styles from './ScoreRuler.module.css';
import { useWords } from './words';

/** Points of the five parts, in order, rounded so that they add up to the rounded total. */
export function pointsOf(parts: readonly ScorePart[]): Record<Scorer, number> {
  const rounded = roundToSum(SCORERS.map(scorer => parts.find(part => part.scorer === scorer)?.points ?? 0));
  return Object.fromEntries(SCORERS.map((scorer, index) => [scorer, rounded[index]])) as Record<Scorer, number>;
}

const weighed = (weights: ScoreWeights) => SCORERS.filter(scorer => weights[scorer] > 0);

/** The colour of a dimension, as a small square beside its name. */
export const ScorerKey = ({ scorer }: { scorer: Scorer }) => <i className={`${styles.key} ${styles[scorer]}`} aria-hidden="true" />;

/** The class that paints a dimension's bar. */
export const scorerFill = (scorer: Scorer): string => styles[scorer];

/** Head over a column of rulers: what each track is and how many points it can earn. */
export function ScoreRulerHead({ weights }: { weights: ScoreWeights }) {
  const { t, number } = useWords();
  return (
    <div className={styles.ruler}>
      {weighed(weights).map(scorer => (
        <span key={scorer} className={`${styles.part} ${styles.head}`} style={{ flex: weights[scorer] * 100 }} title={t(`scorer.${scorer}`)}>
          <i className={styles[scorer]} />
          {t(weights[scorer] < 0.22 ? `scorerShort.${scorer}` : `scorer.${scorer}`)}
          <span>{t('ruler.of', { points: number(weights[scorer] * 100) })}</span>
        </span>
      ))}
    </div>
  );
}

/**
 * Five tracks, each as wide as its weight and filled by the raw score: together a ruler of 100 whose gaps show where points
 * were lost. A fact that is missing or old is hatched and starred.
 */
export function ScoreRuler({ parts, weights }: { parts: readonly ScorePart[]; weights: ScoreWeights }) {
  const { t, number, points } = useWords();
  const rounded = pointsOf(parts);
  const part = (scorer: Scorer) => parts.find(each => each.scorer === scorer);
  const label = weighed(weights).map(scorer => {
    const said = t('ruler.part', { scorer: t(`scorer.${scorer}`), points: points(rounded[scorer]), most: number(weights[scorer] * 100) });
    return part(scorer)?.unsure ? t('ruler.unsure', { part: said }) : said;
  });
  return (
    <div className={styles.ruler} role="img" aria-label={label.join(', ')}>
      {weighed(weights).map(scorer => (
        <span key={scorer} className={styles.part} style={{ flex: weights[scorer] * 100 }}>
          <span className={styles.track}>
            <i className={`${styles.fill} ${styles[scorer]} ${part(scorer)?.unsure ? styles.unsure : ''}`} style={{ width: `${part(scorer)?.score ?? 0}%` }} />
          </span>
          <span className={styles.points}>
            {points(rounded[scorer])}
            {part(scorer)?.unsure ? '*' : ''}
          </span>
        </span>
      ))}
    </div>
  );
}
