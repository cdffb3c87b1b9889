import { useApi } from '@backstage/frontend-plugin-api';
import { SearchAutocomplete, SearchAutocompleteItem } from '@backstage/ui';
import { fleetPaths } from '@flotilla/backstage-plugin-fleet-common';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { fleetApiRef } from '../api/FleetApi';
import { placementHref } from '../links';
import { useFleetWords } from '../translation';
import { useShortcut } from './useShortcut';
import styles from './shell.module.css';

interface Hit {
  href: string;
  name: string;
  what: string;
}

const SHOWN = '5';
const TYPING_MS = 150;

/** Ctrl K: to a cluster or an application by a part of its name. */
export function GoTo() {
  const { t } = useFleetWords();
  const api = useApi(fleetApiRef);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [hits, setHits] = useState<Hit[]>([]);
  const [loading, setLoading] = useState(false);
  const field = useRef<HTMLDivElement>(null);
  useShortcut('k', t('plugin.goTo'), () => field.current?.querySelector('input')?.focus(), { ctrl: true });

  useEffect(() => {
    setHits([]);
    if (text === '') return undefined;
    const ending = new AbortController();
    setLoading(true);
    const timer = setTimeout(async () => {
      const query = { search: text, limit: SHOWN };
      const none = { items: [] };
      const [clusters, applications] = await Promise.all([api.clusters(query, ending.signal).catch(() => none), api.applications(query, ending.signal).catch(() => none)]);
      if (ending.signal.aborted) return;
      setLoading(false);
      setHits([
        ...clusters.items.map(({ name }) => ({ name, href: fleetPaths.cluster(name), what: t('plugin.toCluster') })),
        ...applications.items.map(row => ({ name: row.name, href: placementHref(row), what: t('plugin.toApplication') })),
      ]);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [api, text, t]);

  const go = (href: string) => {
    setText('');
    navigate(href);
  };
  return (
    <div ref={field} className={styles.goTo}>
      <SearchAutocomplete aria-label={t('plugin.goTo')} placeholder={`${t('plugin.goTo')} (${t('plugin.goToKey')})`} inputValue={text} onInputChange={setText} isLoading={loading}>
        {hits.map(({ href, name, what }) => (
          <SearchAutocompleteItem key={href} id={href} textValue={name} onAction={() => go(href)}>
            <div className={styles.hit}>
              {name} <span>{what}</span>
            </div>
          </SearchAutocompleteItem>
        ))}
      </SearchAutocomplete>
    </div>
  );
}
