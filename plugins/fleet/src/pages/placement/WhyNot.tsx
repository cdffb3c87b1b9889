import { SearchAutocomplete, SearchAutocompleteItem } from '@backstage/ui';
import type { Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { useState } from 'react';
import { useFleetWords } from '../../translation';
import styles from './placement.module.css';

const SHOWN = 8;

/** Type a cluster, get its verdict. A name that is not on the page is asked for all the same: the page holds 200 at most. */
export function WhyNot({ verdicts, onWhy }: { verdicts: readonly Verdict[]; onWhy: (cluster: string) => void }) {
  const { t } = useFleetWords();
  const [text, setText] = useState('');
  const typed = text.trim();
  const names = verdicts.map(({ cluster }) => cluster).filter(cluster => cluster.includes(typed)).slice(0, SHOWN);
  const ask = (cluster: string) => {
    setText('');
    onWhy(cluster);
  };
  return (
    <div className={styles.whyNot}>
      <SearchAutocomplete aria-label={t('placement.whyNot')} placeholder={t('placement.whyNot')} inputValue={text} onInputChange={setText}>
        {typed !== '' && names.map(name => <SearchAutocompleteItem key={name} id={name} textValue={name} onAction={() => ask(name)}>{name}</SearchAutocompleteItem>)}
        {typed !== '' && names.length === 0 && <SearchAutocompleteItem id={typed} textValue={typed} onAction={() => ask(typed)}>{t('placement.unknownCluster', { name: typed })}</SearchAutocompleteItem>}
      </SearchAutocomplete>
    </div>
  );
}
