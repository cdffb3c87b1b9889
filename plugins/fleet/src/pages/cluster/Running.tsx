import type { ClusterView, RunningHere } from '@flotilla/backstage-plugin-fleet-common';
import { Panel, ReadTable, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { Link } from 'react-router-dom';
import { placementHref } from '../../links';
import { useFleetWords } from '../../translation';
import styles from './cluster.module.css';

/** What of this portal's runs here, and why it is here; Why leads to the placement. */
export function Running({ view: { running, row } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  const { number, say } = useWords();
  if (running.length === 0) return <Panel title={t('cluster.running')}><span className={styles.muted}>{t('cluster.nothing')}</span></Panel>;
  return (
    <Panel title={t('cluster.running')} sub={t('cluster.runningCount', { count: running.length })} flush>
      <ReadTable
        caption={t('cluster.running')}
        rows={running}
        id={idOf}
        columns={[
          { id: 'application', label: t('cluster.application'), width: 210, cell: each => <><Name of={each} /><div className={styles.small}>{each.component} · {each.kind}</div></> },
          { id: 'ready', label: t('cluster.ready'), right: true, width: 76, cell: each => `${number(each.ready)} / ${number(each.replicas)}` },
          { id: 'standing', label: t('cluster.standing'), width: 130, cell: each => <span className={styles.words}>{say(each.standing)}</span> },
          { id: 'words', label: t('cluster.words'), cell: each => <Words of={each} /> },
          { id: 'why', label: '', right: true, width: 60, cell: each => each.application && <Link className={styles.why} aria-label={t('cluster.whyOf', { name: each.component })} to={`${placementHref(each.application)}?component=${encodeURIComponent(each.component)}&why=${encodeURIComponent(row.name)}`}>{t('cluster.why')}</Link> },
        ]}
      />
    </Panel>
  );
}

const idOf = ({ application, component, kind, revision }: RunningHere) => [application?.namespace, application?.name, component, kind, revision].join('/');

function Name({ of: { application, component } }: { of: RunningHere }) {
  if (!application) return <span className={styles.name}>{component}</span>;
  return <Link className={styles.name} to={`${placementHref(application)}?component=${encodeURIComponent(component)}`}>{application.name}</Link>;
}

function Words({ of }: { of: RunningHere }) {
  const { say } = useWords();
  return (
    <span className={styles.words}>
      {say(of.because)}
      {of.trouble && <div className={styles.warn}>{say(of.trouble)}</div>}
    </span>
  );
}
