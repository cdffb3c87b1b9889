import { VisuallyHidden } from '@backstage/ui';
import type { ApplicationRow, ClusterState } from '@flotilla/backstage-plugin-fleet-common';
import type { ReactNode } from 'react';
import { useNow } from './clock';
import { MARKS, type MarkName } from './marks';
import styles from './StatusMark.module.css';
import { useWords } from './words';

/** States of clusters and of applications. */
export type MarkedState = ClusterState | ApplicationRow['state'];

type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';

const LOOK: Record<MarkedState, { mark: MarkName; tone: Tone }> = {
  Healthy: { mark: 'dot', tone: 'ok' },
  Degraded: { mark: 'triangle', tone: 'warn' },
  Unreachable: { mark: 'cross', tone: 'bad' },
  Joining: { mark: 'quarter', tone: 'idle' },
  Held: { mark: 'bars', tone: 'info' },
  SignInNeeded: { mark: 'key', tone: 'warn' },
  NoPermission: { mark: 'barred', tone: 'warn' },
  NotSeen: { mark: 'question', tone: 'idle' },
  Ready: { mark: 'dot', tone: 'ok' },
  Working: { mark: 'quarter', tone: 'idle' },
  NotScheduled: { mark: 'cross', tone: 'bad' },
  NotReady: { mark: 'triangle', tone: 'warn' },
  Terminating: { mark: 'barred', tone: 'idle' },
};

/** Two heartbeats: a status older than this shows its age. */
const OLD_MS = 60_000;

/** The mark alone, hidden from readers: a word stands beside it. */
export function Mark({ name, tone }: { name: MarkName; tone: Tone }) {
  return (
    <span className={`${styles.alone} ${styles[tone]}`} aria-hidden="true">
      <svg className={styles.mark} viewBox="0 0 16 16">{MARKS[name]}</svg>
    </span>
  );
}

export interface StatusMarkProps {
  state: MarkedState;
  /** Instead of the state's own word. */
  children?: ReactNode;
  /** When the state was last seen to be so, ms since the epoch. */
  seenAt?: number;
}

/** A state as mark, word and colour, in that order of weight: it can be read without the colour. */
export function StatusMark({ state, children, seenAt }: StatusMarkProps) {
  const { t, age } = useWords();
  const now = useNow();
  const { mark, tone } = LOOK[state];
  const old = seenAt !== undefined && now - seenAt > OLD_MS;
  return (
    <span className={`${styles.status} ${styles[tone]}`}>
      <svg className={styles.mark} viewBox="0 0 16 16" aria-hidden="true">{MARKS[mark]}</svg>
      <span>{children ?? t(`state.${state}`)}</span>
      {old && <span className={styles.old}>{t('state.old', { age: age(now - seenAt) })}</span>}
    </span>
  );
}

/** How many are in a state, as mark and number; the word is for readers that cannot see the mark. */
export function StateCount({ state, count }: { state: MarkedState; count: number }) {
  const { t, number } = useWords();
  const { mark, tone } = LOOK[state];
  return (
    <span className={`${styles.count} ${styles[tone]}`} title={t(`state.${state}`)}>
      <svg className={styles.mark} viewBox="0 0 16 16" aria-hidden="true">{MARKS[mark]}</svg>
      <span className={styles.number}>{number(count)}</span>
      <VisuallyHidden>{t(`state.${state}`)}</VisuallyHidden>
    </span>
  );
}
