import type { ClusterView } from '@flotilla/backstage-plugin-fleet-common';
import { Chips, Panel } from '@flotilla/backstage-plugin-fleet-react';
import { RiLockLine } from '@remixicon/react';
import { Fragment } from 'react';
import { useFleetWords } from '../../translation';
import styles from './cluster.module.css';

const taintText = ({ key, value, effect }: ClusterView['taints'][number]) => `${key}${value ? `=${value}` : ''}:${effect}`;

/** Labels as each fleet sees them, those that no fleet may change with a lock; taints after them. */
export function Labels({ view: { labels, taints } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  const fleets = [...new Set(labels.map(label => label.from))];
  const chip = ({ key, value, protected: locked }: ClusterView['labels'][number]) => (
    <Fragment key={key}>
      {locked && <RiLockLine role="img" aria-label={t('cluster.protected')} />}
      {key}={value}
    </Fragment>
  );
  const tainted = taints.map(taint => <span key={taint.key} className={styles.muted}>{t('cluster.taint', { taint: taintText(taint) })}</span>);
  return (
    <Panel title={t('cluster.labels')} sub={fleets.length === 1 ? t('cluster.from', { fleet: fleets[0] }) : undefined}>
      {labels.length + taints.length === 0 && <span className={styles.muted}>{t('cluster.noLabels')}</span>}
      {fleets.map((fleet, index) => (
        <div key={fleet}>
          {fleets.length > 1 && <p className={styles.small}>{t('cluster.from', { fleet })}</p>}
          <Chips label={`${t('cluster.labels')}, ${fleet}`} inset>{[...labels.filter(label => label.from === fleet).map(chip), ...(index === fleets.length - 1 ? tainted : [])]}</Chips>
        </div>
      ))}
      {fleets.length === 0 && tainted.length > 0 && <Chips label={t('cluster.labels')} inset>{tainted}</Chips>}
    </Panel>
  );
}
