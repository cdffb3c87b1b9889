import { useNow } from './clock';
import styles from './PageHeader.module.css';
import { useWords } from './words';

/** How a page follows what happens: told at once, reading every 10 s, or cut off. */
export type Following = 'live' | 'catchingUp' | 'polling' | 'stopped';

/** Always the last of a header's metadata. `at`: when the page's facts were read, by the server's clock. */
export function FreshnessLine({ following, at }: { following: Following; at: number | undefined }) {
  const { t, age, time } = useWords();
  const now = useNow();
  if (at === undefined) return <span className={`${styles.line} ${styles.polling}`}>{t('fresh.loading')}</span>;
  if (following === 'catchingUp') return <span className={`${styles.line} ${styles.catching}`}>{t('fresh.catchingUp')}</span>;
  if (following === 'stopped') return <span className={`${styles.line} ${styles.stopped}`}>{t('fresh.stopped', { time: time(at, now) })}</span>;
  return <span className={`${styles.line} ${following === 'polling' ? styles.polling : ''}`}>{t(`fresh.${following}`, { age: age(now - at) })}</span>;
}
