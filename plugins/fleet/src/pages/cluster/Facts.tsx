import type { ClusterView } from '@flotilla/backstage-plugin-fleet-common';
import { Age, Panel, RoomMeter, useWords } from '@flotilla/backstage-plugin-fleet-react';
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
  const { say } = useWords();
  return (
    <Panel title={t('cluster.facts')}>
      <dl className={styles.facts}>
        {facts.map(fact => (
          <Fragment key={fact.what.code}>
            <dt>{say(fact.what)}<div className={styles.small}>{say(fact.source)}</div></dt>
            <dd>{fact.value ? say(fact.value) : '–'}</dd>
            <dd className={styles.muted}><FactAge fact={fact} /></dd>
          </Fragment>
        ))}
      </dl>
    </Panel>
  );
}

/** What is declared does not age; what is not known has no age. */
function FactAge({ fact: { seenAt, value } }: { fact: ClusterView['facts'][number] }) {
  const { t } = useFleetWords();
  if (seenAt !== undefined) return <Age at={seenAt} />;
  return <>{value ? t('cluster.declared') : '–'}</>;
}
