import { Button, Select } from '@backstage/ui';
import type { FleetsView } from '@flotilla/backstage-plugin-fleet-common';
import { useWords, type MarkedState } from '@flotilla/backstage-plugin-fleet-react';
import { SearchBox } from '../../shell/SearchBox';
import { useFleetWords } from '../../translation';
import { GROUPINGS, NARROWING, type Filters, type SetFilters } from './filters';
import styles from './fleets.module.css';

export interface ToolbarProps {
  view: FleetsView;
  filters: Filters;
  setFilters: SetFilters;
  /** Lines that would show another row if none were held back. */
  moved: number;
  onResort: () => void;
}

const FACETS = ['fleet', 'provider', 'region', 'owner', 'label'] as const;

/** Search, filters, grouping, and what was held back so that no row jumps. */
export function Toolbar({ view, filters, setFilters, moved, onResort }: ToolbarProps) {
  const { t } = useFleetWords();
  const words = useWords();
  const narrowed = NARROWING.some(key => key !== 'state' && filters[key]);
  return (
    <div className={styles.toolbar}>
      <SearchBox className={styles.search} value={filters.search} onChange={search => setFilters({ search })} />
      {FACETS.map(facet => <Facet key={facet} facet={facet} view={view} filters={filters} setFilters={setFilters} />)}
      <Select
        className={styles.groupBy}
        aria-label={t('table.groupBy')}
        options={[{ value: '', label: t('table.groupNone') }, ...GROUPINGS.map(value => ({ value, label: t('table.groupBySome', { what: t(`table.${value}`) }) }))]}
        value={filters.group ?? ''}
        onChange={group => setFilters({ group: String(group ?? ''), closed: undefined })}
      />
      {narrowed && <Button variant="tertiary" size="small" onPress={() => setFilters(Object.fromEntries(NARROWING.map(key => [key, undefined])))}>{words.t('panel.clear')}</Button>}
      <span className={styles.spring} />
      <span role="status">
        {moved > 0 && (
          <span className={styles.moved}>
            {t('table.moved', { count: moved })} · <Button variant="secondary" size="small" onPress={onResort}>{t('table.resort')}</Button>
          </span>
        )}
      </span>
    </div>
  );
}

/** One filter. Where all clusters have the same value there is nothing to choose. */
function Facet({ facet, view, filters, setFilters }: Pick<ToolbarProps, 'view' | 'filters' | 'setFilters'> & { facet: (typeof FACETS)[number] }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const values = view.facets[facet];
  const chosen = filters[facet];
  if (values.length < 2 && !chosen) return null;
  const label = t(`table.${facet}`);
  const known = values.some(({ value }) => value === chosen) || !chosen ? values : [{ value: chosen, count: 0 }, ...values];
  return (
    <Select
      className={styles.select}
      aria-label={label}
      searchable={values.length > 10}
      searchPlaceholder={t('table.search')}
      options={[{ value: '', label: `${label}: ${t('table.every')}` }, ...known.map(({ value, count }) => ({ value, label: `${value} (${number(count)})` }))]}
      value={chosen ?? ''}
      onChange={value => setFilters({ [facet]: value ? String(value) : undefined })}
    />
  );
}

/** A filter's value as people read it. */
export const useFilterValue = () => {
  const words = useWords();
  return (key: (typeof NARROWING)[number], filters: Filters): string => (key === 'state' ? words.t(`state.${filters.state as MarkedState}`) : filters[key]!);
};
