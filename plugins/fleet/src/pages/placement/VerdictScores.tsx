import { SCORERS, type VerdictView } from '@flotilla/backstage-plugin-fleet-common';
import { Age, pointsOf, ScorerKey, scorerFill, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { useFleetWords } from '../../translation';
import { differences, shownTotal } from './compare';
import styles from './placement.module.css';

/** Points that fill half the axis. */
const FULL = 6.25;

/** Raw × weight = points for each part, its fact with its age, and the difference to the best chosen cluster. */
export function VerdictScores({ view: { verdict, best } }: { view: VerdictView }) {
  const { t } = useFleetWords();
  const words = useWords();
  const { points, say } = words;
  const mine = pointsOf(verdict.parts);
  const other = best && best.cluster !== verdict.cluster ? best : undefined;
  const delta = other && new Map(differences(verdict.parts, other.parts).map(each => [each.scorer, each.points]));
  const parts = SCORERS.flatMap(scorer => verdict.parts.filter(part => part.scorer === scorer && part.weight > 0));
  return (
    <section>
      <h3 className={styles.heading}>{t('verdict.scores')}<span>{t('verdict.scoresSub')}</span></h3>
      <table className={styles.facts}>
        <thead>
          <tr>
            <th scope="col">{t('verdict.part')}</th>
            <th scope="col" className={styles.right}>{t('verdict.scoresSub')}</th>
            <th scope="col">{other ? t('verdict.against', { cluster: other.cluster }) : t('verdict.because')}</th>
            <th scope="col" className={styles.right}>{t('verdict.age')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(part => (
            <tr key={part.scorer}>
              <td className={styles.nowrap}><span className={styles.part}><ScorerKey scorer={part.scorer} />{words.t(`scorer.${part.scorer}`)}</span></td>
              <td className={`${styles.right} ${styles.nowrap}`}>
                <span className={styles.muted}>{words.number(part.score)} × {part.weight.toFixed(2)} =</span> <b>{points(mine[part.scorer])}{part.unsure ? '*' : ''}</b>
              </td>
              <td>
                {delta && <Delta points={delta.get(part.scorer) ?? 0} fill={scorerFill(part.scorer)} />}
                <div className={styles.small}>{say(part.because)}</div>
              </td>
              <td className={`${styles.right} ${styles.muted} ${styles.nowrap}`}>{part.factAt === undefined ? t('verdict.declared') : <Age at={part.factAt} />}</td>
            </tr>
          ))}
          <tr className={styles.sum}>
            <td>{t('verdict.total')}</td>
            <td className={styles.right}>{points(shownTotal(verdict.parts))}</td>
            <td>{other && <Delta points={Math.round((shownTotal(verdict.parts) - shownTotal(other.parts)) * 10) / 10} fill={styles.black} />}</td>
            <td />
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function Delta({ points, fill }: { points: number; fill: string }) {
  const { t } = useFleetWords();
  const { signed } = useWords();
  const width = `${Math.min(50, (Math.abs(points) / FULL) * 50)}%`;
  return (
    <span className={styles.delta}>
      <span className={styles.axis} aria-hidden="true">
        <i className={fill} style={points < 0 ? { right: '50%', width } : { left: '50%', width }} />
      </span>
      <b>{points === 0 ? t('verdict.same') : signed(points)}</b>
    </span>
  );
}
