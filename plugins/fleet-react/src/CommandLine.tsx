import { Button } from '@backstage/ui';
import { RiFileCopyLine } from '@remixicon/react';
import { useRef, useState, type ReactNode } from 'react';
import styles from './CommandLine.module.css';
import { useWords } from './words';

export interface CommandLineProps {
  /** What it does; names the text and its button. */
  label: string;
  text: string;
  /** Takes no more than a few lines of height. */
  low?: boolean;
  /** Further buttons, after the one that copies. */
  children?: ReactNode;
}

/** What is to be typed or saved, with a button that copies it. */
export function CommandLine({ label, text, low, children }: CommandLineProps) {
  const { t } = useWords();
  const shown = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<'done' | 'selected'>();
  const copy = () =>
    write(text).then(
      () => setCopied('done'),
      () => {
        // The browser keeps its clipboard from pages on plain http.
        if (shown.current) window.getSelection()?.selectAllChildren(shown.current);
        setCopied('selected');
      },
    );
  return (
    <div className={styles.box}>
      {/* What scrolls has to be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre ref={shown} className={low ? styles.low : undefined} tabIndex={0} role="group" aria-label={label}>{text}</pre>
      <div className={styles.actions}>
        <Button variant="secondary" size="small" iconStart={<RiFileCopyLine />} aria-label={`${t('copy.do')}: ${label}`} onPress={copy}>
          {t(`copy.${copied ?? 'do'}`)}
        </Button>
        {children}
        <span role="status" className={styles.said}>{copied && t(`copy.${copied}`)}</span>
      </div>
    </div>
  );
}

async function write(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error('no clipboard here');
  await navigator.clipboard.writeText(text);
}
