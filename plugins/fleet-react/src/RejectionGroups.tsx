import { RiLockLine, RiPriceTag3Line, RiTimeLine } from '@remixicon/react';
import type { RejectionGroup, Remedy } from '@flotilla/backstage-plugin-fleet-common';
import { useState } from 'react';
import { Tinted } from './Chips';
import styles from './List.module.css';
import { useWords } from './words';

const ICON: Record<Remedy, typeof RiTimeLine> = { wait: RiTimeLine, changeRequest: RiLockLine, changeCluster: RiPriceTag3Line };
const SHOWN = 4;

/** Why other clusters are not possible, grouped by cause, each with the smallest change that was checked to admit them. */
export function RejectionGroups({ groups, onWhy }: { groups: readonly RejectionGroup[]; onWhy: (cluster: string) => void }) {
  return <ul className={styles.list}>{groups.map((group, index) => <Group key={index} group={group} onWhy={onWhy} />)}</ul>;
}

function Group({ group: { rejection, clusters, fix }, onWhy }: { group: RejectionGroup; onWhy: (cluster: string) => void }) {
  const { t, number, say, language } = useWords();
  const [all, setAll] = useState(false);
  const shown = all ? clusters : clusters.slice(0, SHOWN);
  const Icon = ICON[rejection.remedy];
  const noFix = rejection.remedy === 'wait' ? t('rejections.waits') : t('rejections.noFix');
  return (
    <li>
      <span className={styles.count}>{number(clusters.length)}</span>
      <div className={styles.cause}>
        <b>{say(rejection.because)}</b>
        <div className={`${styles.small} ${styles.names}`}>
          {shown.map(cluster => (
            <button key={cluster} type="button" className={styles.name} aria-label={t('rejections.why', { cluster })} onClick={() => onWhy(cluster)}>{cluster}</button>
          ))}
          {clusters.length > SHOWN && (
            <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>{all ? t('rejections.less') : t('rejections.more', { n: String(clusters.length - SHOWN) })}</button>
          )}
        </div>
      </div>
      <span className={styles.remedy}>
        <Tinted tone="plain"><Icon aria-hidden="true" />{t(`remedy.${rejection.remedy}`)}</Tinted>
      </span>
      <div className={styles.fix}>
        <div className={styles.small}>{t('rejections.fix')}</div>
        {fix.length > 0 ? fix.map(each => say(each)).join(language === 'zh' ? ';' : '; ') : noFix}
      </div>
    </li>
  );
}
