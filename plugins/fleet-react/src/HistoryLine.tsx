import type { PlacementComponent } from '@flotilla/backstage-plugin-fleet-common';
import { useNow } from './clock';
import styles from './List.module.css';
import { useWords } from './words';

const MOST = 6;

/** The last decisions from left to right; a filled dot moved something. @param history - newest first */
export function HistoryLine({ history }: { history: PlacementComponent['history'] }) {
  const { t, time, say } = useWords();
  const now = useNow();
  const moved = (index: number) => history[index].clusters.join() !== history[index + 1]?.clusters.join();
  const shown = history.slice(0, MOST).map((entry, index) => ({ ...entry, moved: moved(index) })).reverse();
  return (
    <div className={styles.historyBox}>
      <ol className={styles.history} aria-label={t('history.label')}>
        {shown.map(entry => (
          <li key={`${entry.at} ${entry.hash}`} className={entry.moved ? styles.moved : ''}>
            <b>{time(entry.at, now)}</b>
            <span>{entry.moved ? say(entry.sentence) : t('history.stays')}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
