import type { ReactNode } from 'react';
import styles from './Chips.module.css';
import { useWords } from './words';

export interface FilterChip {
  id: string;
  label: ReactNode;
  count: number;
}

/** One of several filters, pressed to filter and pressed again to clear. A chip with count 0 is not drawn, unless it is the one pressed. */
export function FilterChips({ label, chips, selected, onSelect }: { label: string; chips: readonly FilterChip[]; selected: string | undefined; onSelect: (id: string | undefined) => void }) {
  const { number } = useWords();
  return (
    <div role="group" aria-label={label} className={styles.chips}>
      {chips.filter(chip => chip.count > 0 || chip.id === selected || chip.id === '').map(chip => {
        const pressed = chip.id === (selected ?? '');
        return (
          <button key={chip.id} type="button" className={styles.filter} aria-pressed={pressed} onClick={() => onSelect(pressed || chip.id === '' ? undefined : chip.id)}>
            {chip.label} <b>{number(chip.count)}</b>
          </button>
        );
      })}
    </div>
  );
}

/** Short facts side by side; `inset` on a card, where the ground is as light as the chip. */
export function Chips({ label, children, inset }: { label: string; children: readonly ReactNode[]; inset?: boolean }) {
  return (
    <ul aria-label={label} className={[styles.chips, styles.small, inset && styles.inset].filter(Boolean).join(' ')}>
      {children.map((child, index) => <li key={index} className={styles.chip}>{child}</li>)}
    </ul>
  );
}

/** A word with a fill, for chosen, warning and danger alone. */
export const Tinted = ({ tone, children }: { tone: 'ok' | 'warn' | 'bad' | 'info' | 'plain' | 'outline'; children: ReactNode }) => <span className={`${styles.badge} ${styles[tone] ?? ''}`}>{children}</span>;
