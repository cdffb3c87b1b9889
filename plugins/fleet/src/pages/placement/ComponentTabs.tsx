import type { PlacementComponent } from '@flotilla/backstage-plugin-fleet-common';
import { useRef, type KeyboardEvent } from 'react';
import { useFleetWords } from '../../translation';
import styles from './placement.module.css';

export interface ComponentTabsProps {
  components: readonly PlacementComponent[];
  selected: string;
  onSelect: (name: string) => void;
  /** Clusters it runs on. */
  count: (component: PlacementComponent) => number;
}

/** One component of several, as radio buttons in a row: arrows move, as people expect of them. */
export function ComponentTabs({ components, selected, onSelect, count }: ComponentTabsProps) {
  const { t } = useFleetWords();
  const group = useRef<HTMLDivElement>(null);
  if (components.length < 2) return null;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = (components.findIndex(({ name }) => name === selected) + step + components.length) % components.length;
    onSelect(components[at].name);
    group.current?.querySelectorAll('button')[at]?.focus();
  };
  return (
    <div ref={group} role="radiogroup" aria-label={t('placement.component')} className={styles.tabs}>
      {components.map(component => (
        <button key={component.name} type="button" role="radio" className={styles.tab} aria-checked={component.name === selected} tabIndex={component.name === selected ? 0 : -1} onClick={() => onSelect(component.name)} onKeyDown={move}>
          {component.name} <small>{t('placement.onClusters', { count: count(component) })}</small>
        </button>
      ))}
    </div>
  );
}
