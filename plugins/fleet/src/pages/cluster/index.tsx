import { useApi } from '@backstage/frontend-plugin-api';
import { fleetPaths, type ClusterView } from '@flotilla/backstage-plugin-fleet-common';
import { Age, EventLog, FindingList, FreshnessLine, PageHeader, Panel, SentenceHeader, Tinted, useNow, useWords, type Following } from '@flotilla/backstage-plugin-fleet-react';
import { useParams } from 'react-router-dom';
import { fleetApiRef } from '../../api/FleetApi';
import { LiveView } from '../../live/LiveView';
import { useLive } from '../../live/useLive';
import shell from '../../shell/shell.module.css';
import { useFleetWords } from '../../translation';
import { Access } from './Access';
import { Facts, Room } from './Facts';
import { Labels } from './Labels';
import { Nodes } from './Nodes';
import { Running } from './Running';
import styles from './cluster.module.css';

/** One cluster: is it well, what runs here and why, how much room is left. */
export default function ClusterPage() {
  const { t } = useFleetWords();
  const { say } = useWords();
  const api = useApi(fleetApiRef);
  const name = useParams().name!;
  const live = useLive(`cluster ${name}`, signal => api.cluster(name, signal));
  const crumb = { label: t('fleets.title'), href: fleetPaths.overview() };
  return (
    <LiveView live={live} what={t('what.cluster', { name })} className={shell.body} header={<PageHeader title={name} crumb={crumb} />}>
      {view => (
        <>
          <Header view={view} following={live.following} />
          <div className={shell.body}>
            <SentenceHeader sentence={say(view.sentence)} detail={say(view.detail)} bad={view.row.state === 'Unreachable'} />
            <div className={styles.columns}>
              <Main view={view} />
              <div className={styles.column}>
                <Access view={view} />
                {view.findings.length > 0 && (
                  <Panel title={t('cluster.findings')} sub={view.findings.length} flush>
                    <FindingList findings={view.findings} />
                  </Panel>
                )}
                <Room view={view} />
                <Facts view={view} />
                <Debts view={view} />
              </div>
            </div>
          </div>
        </>
      )}
    </LiveView>
  );
}

function Main({ view }: { view: ClusterView }) {
  const { t } = useFleetWords();
  return (
    <div className={styles.column}>
      <Running view={view} />
      <Labels view={view} />
      {view.nodes.length > 0 && <Nodes view={view} />}
      <Panel title={t('cluster.happened')}>{view.events.length > 0 ? <EventLog events={view.events} /> : <span className={styles.muted}>{t('cluster.nothingHappened')}</span>}</Panel>
    </div>
  );
}

const TONE = { Unreachable: 'bad', SignInNeeded: 'warn', NoPermission: 'warn', Degraded: 'warn', Held: 'info', Joining: 'plain', NotSeen: 'plain', Healthy: 'ok' } as const;

function Header({ view: { row, now: at, registeredBy }, following }: { view: ClusterView; following: Following }) {
  const { t } = useFleetWords();
  const words = useWords();
  const now = useNow();
  const nodes = row.nodes === undefined || row.readyNodes === row.nodes ? words.number(row.nodes) : `${words.number(row.readyNodes)} / ${words.number(row.nodes)}`;
  const metadata = [
    { label: t('cluster.provider'), value: row.provider },
    { label: t('cluster.region'), value: row.region },
    { label: t('cluster.version'), value: row.version },
    { label: t('cluster.nodes'), value: nodes },
    { label: t('cluster.mode'), value: row.mode },
    { label: t('cluster.fleet'), value: row.fleets.join(', ') },
    { label: t('cluster.owner'), value: registeredBy || t('cluster.byObject') },
  ].filter(({ value }) => value);
  const state = words.t(`state.${row.state}`);
  return (
    <PageHeader
      title={row.name}
      crumb={{ label: t('fleets.title'), href: fleetPaths.overview() }}
      tags={<Tinted tone={TONE[row.state]}>{row.stateSince > 0 ? t('cluster.since', { word: state, time: words.time(row.stateSince, now) }) : state}</Tinted>}
      metadata={metadata}
      freshness={<FreshnessLine following={following} at={at} />}
    />
  );
}

function Debts({ view: { debts } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  const { say } = useWords();
  if (debts.length === 0) return null;
  return (
    <Panel title={t('cluster.debts')} sub={debts.length}>
      <ul>
        {debts.map(debt => (
          <li key={`${debt.object} ${debt.what.code}`} className={styles.debt}>
            <span><b>{debt.object}</b> {say(debt.what)}</span>
            <span className={styles.muted}><Age at={debt.since} /></span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
