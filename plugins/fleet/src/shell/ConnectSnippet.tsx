import { Button } from '@backstage/ui';
import { RiDownloadLine, RiFileCopyLine } from '@remixicon/react';
import { useRef, useState } from 'react';
import { useFleetWords } from '../translation';
import styles from './connect.module.css';

export interface ConnectSnippetProps {
  step: string;
  title: string;
  detail?: string;
  text: string;
  /** Name it is saved under; without it there is nothing to save. */
  file?: string;
}

/** One step: what is to be typed or saved, to copy and to download. */
export function ConnectSnippet({ step, title, detail, text, file }: ConnectSnippetProps) {
  const { t } = useFleetWords();
  const shown = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<'copied' | 'selected'>();
  const copy = () =>
    write(text).then(
      () => setCopied('copied'),
      () => {
        // The browser keeps its clipboard from pages on plain http.
        if (shown.current) window.getSelection()?.selectAllChildren(shown.current);
        setCopied('selected');
      },
    );
  return (
    <section className={styles.step} aria-label={title}>
      <h3><span aria-hidden="true">{step}</span> {title}</h3>
      {detail && <p className={styles.muted}>{detail}</p>}
      {/* What scrolls has to be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre ref={shown} tabIndex={0} role="group" aria-label={title}>{text}</pre>
      <div className={styles.actions}>
        <Button variant="secondary" size="small" iconStart={<RiFileCopyLine />} aria-label={`${t('first.copy')}: ${title}`} onPress={copy}>
          {copied ? t(copied === 'copied' ? 'verdict.copied' : 'connect.selected') : t('first.copy')}
        </Button>
        {file && (
          <Button variant="secondary" size="small" iconStart={<RiDownloadLine />} onPress={() => save(text, file)}>
            {t('connect.download')}
          </Button>
        )}
        <span role="status" className={styles.said}>{copied && t(copied === 'copied' ? 'verdict.copied' : 'connect.selected')}</span>
      </div>
    </section>
  );
}

async function write(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error('no clipboard here');
  await navigator.clipboard.writeText(text);
}

function save(text: string, file: string) {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = Object.assign(document.createElement('a'), { href, download: file });
  link.click();
  URL.revokeObjectURL(href);
}
