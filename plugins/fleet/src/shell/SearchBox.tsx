import { SearchField } from '@backstage/ui';
import { useEffect, useRef, useState } from 'react';
import { useFleetWords } from '../translation';
import { useShortcut } from './useShortcut';

const TYPING_MS = 250;

/** Search of a list: `/` leads to it; what is typed reaches the address, and the server, when the typing pauses. */
export function SearchBox({ value = '', onChange, className }: { value: string | undefined; onChange: (text: string) => void; className?: string }) {
  const { t } = useFleetWords();
  const [text, setText] = useState(value);
  const field = useRef<HTMLDivElement>(null);
  useShortcut('/', t('keys.search'), () => field.current?.querySelector('input')?.focus());
  useEffect(() => {
    const timer = setTimeout(() => text !== value && onChange(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => setText(value), [value]);
  return (
    <div ref={field} className={className}>
      <SearchField size="small" aria-label={t('table.search')} placeholder={`${t('table.search')}  /`} value={text} onChange={setText} />
    </div>
  );
}
