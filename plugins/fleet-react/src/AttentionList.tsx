import { ButtonLink } from '@backstage/ui';
import type { AttentionItem } from '@flotilla/backstage-plugin-fleet-common';
import { useNow } from './clock';
import { Age, useWords } from './words';
import styles from './List.module.css';
import { Mark } from './StatusMark';

const LOOK = { danger: ['cross', 'bad'], warning: ['triangle', 'warn'], info: ['info', 'info'] } as const;

/** What needs a person, worst first. @param hrefOf - makes an address of an item's path below the plugin's root */
export function AttentionList({ items, checkedAt, hrefOf }: { items: readonly AttentionItem[]; checkedAt: number; hrefOf: (path: string) => string }) {
  const { t, say } = useWords();
  if (items.length === 0) return <NothingNeedsYou checkedAt={checkedAt} />;
  return (
    <ul className={styles.list}>
      {items.map(item => (
        <li key={item.id}>
          <span role="img" aria-label={t(`severity.${item.severity}`)}>
            <Mark name={LOOK[item.severity][0]} tone={LOOK[item.severity][1]} />
          </span>
          <div className={styles.main}>
            <div>{say(item.title)}</div>
            <div className={styles.small}>{say(item.detail)}</div>
          </div>
          <span className={`${styles.small} ${styles.nowrap}`}>
            <Age at={item.since} />
          </span>
          <ButtonLink className={styles.action} size="small" variant="secondary" href={hrefOf(item.href)} aria-label={`${t('attention.open')}: ${say(item.title)}`}>
            {item.count > 1 ? t('attention.show', { n: String(item.count) }) : t('attention.open')}
          </ButtonLink>
        </li>
      ))}
    </ul>
  );
}

function NothingNeedsYou({ checkedAt }: { checkedAt: number }) {
  const { t, age } = useWords();
  const now = useNow();
  return (
    <div className={styles.quiet} style={{ padding: '0 16px 16px' }}>
      <Mark name="check" tone="ok" />
      <b>{t('attention.none')}</b>
      <span className={styles.small}>{t('attention.checked', { age: age(now - checkedAt) })}</span>
    </div>
  );
}
