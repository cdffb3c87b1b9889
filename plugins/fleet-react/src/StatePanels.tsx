import { Button, Skeleton } from '@backstage/ui';
import { RiLockLine, RiTimeLine } from '@remixicon/react';
import { useEffect, useState, type ReactNode } from 'react';
import { useNow } from './clock';
import { MARKS } from './marks';
import { Panel } from './Panel';
import styles from './StatePanels.module.css';
import { Mark } from './StatusMark';
import { useWords } from './words';

const SKELETON_AFTER_MS = 200;

/** The shape of what comes, after 200 ms: what is quicker than that must not flicker. */
export function LoadingPanel({ rows = 5 }: { rows?: number }) {
  const { t } = useWords();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div role="status" aria-label={t('panel.loading')} aria-busy="true">
      <Panel flush>
        <div className={styles.skeleton}>
          <Skeleton width="40%" height={24} />
          {Array.from({ length: rows }, (_, index) => (
            <div key={index} className={styles.skeletonRow}>
              <Skeleton height={12} width={`${60 + ((index * 17) % 30)}%`} />
              <Skeleton height={12} width="60%" />
              <Skeleton height={8} width="100%" />
              <Skeleton height={12} width="60%" />
            </div>
          ))}
        </div>
      </Panel>
    </div>
  );
}

/** Nothing here: what is so, then the nearest thing that helps. */
export const EmptyPanel = ({ title, detail, action, bare }: { title: string; detail?: ReactNode; action?: ReactNode; bare?: boolean }) => {
  const content = (
    <div className={styles.centre} role="status">
      <b>{title}</b>
      {detail && <p className={styles.muted}>{detail}</p>}
      {action && <div className={styles.actions}>{action}</div>}
    </div>
  );
  return bare ? content : <Panel flush>{content}</Panel>;
};

/** The thing is named, and the way in. @param why - what the server said is missing */
export const ForbiddenPanel = ({ title, why }: { title: string; why: string }) => (
  <Panel flush>
    <div className={styles.left} role="status">
      <RiLockLine size={16} aria-hidden="true" />
      <div>
        <b>{title}</b>
        <p className={styles.muted}>{why}</p>
      </div>
    </div>
  </Panel>
);

export interface FailedPanelProps {
  title: string;
  message: string;
  /** First failure, ms since the epoch. */
  since: number;
  /** Id of the failed request, for the log. */
  request?: string;
  onRetry: () => void;
}

/** What failed, since when, what to try; details to copy. */
export function FailedPanel({ title, message, since, request, onRetry }: FailedPanelProps) {
  const { t, time, age } = useWords();
  const now = useNow();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText([title, message, new Date(since).toISOString(), request].filter(Boolean).join('\n'));
    setCopied(true);
  };
  return (
    <Panel flush>
      <div className={styles.left} role="alert">
        <Mark name="cross" tone="bad" />
        <div>
          <b>{title}</b>
          <p className={styles.muted}>
            {t('panel.since', { time: time(since, now), age: age(now - since) })} {message}
          </p>
          <p>{t('panel.failedTry')}</p>
          {request && (
            <dl className={styles.facts}>
              <dt>{t('panel.request')}</dt>
              <dd><code>{request}</code></dd>
            </dl>
          )}
          <div className={styles.actions}>
            <Button variant="secondary" onPress={onRetry}>{t('panel.retry')}</Button>
            <Button variant="tertiary" onPress={copy}>{copied ? t('panel.copied') : t('panel.copy')}</Button>
          </div>
        </div>
      </div>
    </Panel>
  );
}

export interface OldBarProps {
  /** When the facts below were read. */
  at: number;
  message: string;
  tried: number;
  /** When the next try comes, ms since the epoch. */
  nextAt?: number;
  onRetry: () => void;
}

/** Stands above facts that are no longer kept up to date. */
export function OldBar({ at, message, tried, nextAt, onRetry }: OldBarProps) {
  const { t, time, age } = useWords();
  const now = useNow();
  return (
    <div className={styles.bar} role="alert">
      <RiTimeLine size={16} color="var(--fl-warn)" aria-hidden="true" />
      <div>
        <b>{t('panel.old', { time: time(at, now), age: age(now - at) })}</b>{' '}
        <span className={styles.muted}>
          {message}; {t('panel.tried', { count: tried })}
          {nextAt !== undefined && nextAt > now && `, ${t('panel.next', { age: age(nextAt - now) })}`}
        </span>
      </div>
      <Button variant="secondary" onPress={onRetry}>{t('panel.retry')}</Button>
    </div>
  );
}

const BAR_MARK = { danger: MARKS.cross, warning: MARKS.triangle, info: MARKS.info };

/** Stands above what is shown all the same: something has no place, some parts are missing or old, or a quiet remark. */
export const NoticeBar = ({ tone, children, action }: { tone: 'danger' | 'warning' | 'info'; children: ReactNode; action?: ReactNode }) => (
  <div className={`${styles.bar} ${styles[tone]}`} role="status">
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">{BAR_MARK[tone]}</svg>
    <div>{children}</div>
    {action}
  </div>
);
