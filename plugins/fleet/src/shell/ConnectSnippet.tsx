import { Button } from '@backstage/ui';
import { CommandLine } from '@flotilla/backstage-plugin-fleet-react';
import { RiDownloadLine } from '@remixicon/react';
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
  return (
    <section className={styles.step} aria-label={title}>
      <h3><span aria-hidden="true">{step}</span> {title}</h3>
      {detail && <p className={styles.muted}>{detail}</p>}
      <CommandLine label={title} text={text}>
        {file && (
          <Button variant="secondary" size="small" iconStart={<RiDownloadLine />} onPress={() => save(text, file)}>
            {t('connect.download')}
          </Button>
        )}
      </CommandLine>
    </section>
  );
}

function save(text: string, file: string) {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = Object.assign(document.createElement('a'), { href, download: file });
  link.click();
  URL.revokeObjectURL(href);
}
