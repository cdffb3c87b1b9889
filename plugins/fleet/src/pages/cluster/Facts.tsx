import type { ClusterView } from '@flotilla/backstage-plugin-fleet-common';
import { Age, Panel, RoomMeter } from '@flotilla/backstage-plugin-fleet-react';
import { Fragment } from 'react';
import { useFleetWords } from '../../translation';
import styles from './cluster.module.css';

const RESOURCES = ['cpu', 'memory', 'gpu', 'pods'] as const;

/** How much is asked for of what is there, and how it could grow. */
export function Room({ view: { row, nodeGroups, facts } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  const known = RESOURCES.filter(resource => row[resource]);
  const seenAt = facts.find(fact => fact.seenAt !== undefined)?.seenAt;
  return (
    <Panel title={t('cluster.room')} aside={known.length > 0 && seenAt !== undefined ? <Age at={seenAt} /> : undefined}>
      {known.length === 0 && <span className={styles.muted}>{t('cluster.roomUnknown')}</span>}
      {known.map(resource => <RoomMeter key={resource} meter={row[resource]!} resource={resource} />)}
      {nodeGroups.length > 0 && (
        <div className={styles.inset}>
          {nodeGroups.map(group => <div key={group.shape}>{t('cluster.grow', { shape: group.shape, min: String(group.min), max: String(group.max), price: group.price ? `, ${group.price}` : '' })}</div>)}
        </div>
      )}
    </Panel>
  );
}

/** Every fact that decisions rest on, with its age; what nobody observed says who declared it. */
export function Facts({ view: { facts } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  return (
    <Panel title={t('cluster.facts')}>
      <dl className={styles.facts}>
        {facts.map(fact => (
          <Fragment key={fact.what}>
            <dt>{fact.what}<div className={styles.small}>{fact.source}</div></dt>
            <dd>{fact.value || '–'}</dd>
            <dd className={styles.muted}>{fact.seenAt === undefined ? t('cluster.declared') : <Age at={fact.seenAt} />}</dd>
          </Fragment>
        ))}
      </dl>
    </Panel>
  );
}
