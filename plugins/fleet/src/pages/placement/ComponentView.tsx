import type { PlacementComponent, PlacementView } from '@flotilla/backstage-plugin-fleet-common';
import { Chips, EmptyPanel, EventLog, FindingList, Funnel, HistoryLine, Panel, ReadTable, RejectionGroups, SentenceHeader, Tinted, useNow, useWords, NoticeBar } from '@flotilla/backstage-plugin-fleet-react';
import { useShortcut } from '../../shell/useShortcut';
import { useFleetWords } from '../../translation';
import { ComponentTabs } from './ComponentTabs';
import type { PlacementState, SetPlacementState } from './state';
import { VerdictTable } from './VerdictTable';
import { WhyNot } from './WhyNot';
import styles from './placement.module.css';

export interface ComponentViewProps {
  view: PlacementView;
  component: PlacementComponent;
  state: PlacementState;
  setState: SetPlacementState;
}

const chosenCount = ({ verdicts }: PlacementComponent) => verdicts.filter(({ outcome }) => outcome === 'chosen').length;

/** Why one component is where it is, and why not elsewhere. */
export function ComponentView({ view, component, state, setState }: ComponentViewProps) {
  const { t } = useFleetWords();
  const { say } = useWords();
  const onWhy = (cluster: string) => setState({ why: cluster }, { push: true });
  // On the row that has the focus; without one, on the best.
  useShortcut('w', t('keys.why'), () => {
    const row = document.activeElement?.closest('[role=row]');
    const why = (row?.querySelector('[data-why]') ?? document.querySelector('[data-why]')) as HTMLElement | null;
    why?.focus();
    why?.click();
  });
  const decided = component.decidedAt !== undefined;
  const rejected = component.groups.reduce((sum, group) => sum + group.clusters.length, 0);
  return (
    <>
      <div className={styles.top}>
        <SentenceHeader sentence={say(component.sentence)} detail={decided ? say(component.detail) : undefined} bad={component.unplaced > 0} />
        {decided && <WhyNot verdicts={component.verdicts} onWhy={onWhy} />}
      </div>
      <div className={styles.choice}>
        <ComponentTabs components={view.components} selected={component.name} onSelect={name => setState({ component: name, why: undefined, sort: undefined })} count={chosenCount} />
        <Chips label={t('placement.needs')}>{[component.kind, ...component.needs.map(say)]}</Chips>
      </div>
      {decided ? (
        <>
          <Panel className={styles.funnel}>
            <Funnel steps={component.funnel} />
          </Panel>
          <div className={styles.columns}>
            <div className={styles.column}>
              {component.notes.length > 0 && <Notes component={component} />}
              {rejected < component.total && <VerdictTable component={component} open={state.why} onWhy={onWhy} sort={state.sort} onSort={sort => setState({ sort })} />}
              {rejected > 0 && (
                <Panel title={t('placement.notPossible', { n: String(rejected) })} sub={t('placement.notPossibleSub')} flush>
                  <RejectionGroups groups={component.groups} onWhy={onWhy} />
                </Panel>
              )}
            </div>
            <Side view={view} component={component} />
          </div>
        </>
      ) : (
        <EmptyPanel title={t('placement.undecided')} detail={t('placement.undecidedDetail')} />
      )}
    </>
  );
}

/** Notes that only say how the decision was made; all others say that a wish was not met. */
const REMARKS = new Set(['RequestsAssumed', 'CapacityUnknown']);

function Notes({ component: { notes, unplaced } }: { component: PlacementComponent }) {
  const { say } = useWords();
  const unmet = notes.some(note => !REMARKS.has(note.code));
  return (
    <NoticeBar tone={unplaced > 0 ? 'danger' : unmet ? 'warning' : 'info'}>
      <ul className={styles.notes}>{notes.map(note => <li key={say(note)}>{say(note)}</li>)}</ul>
    </NoticeBar>
  );
}

function Side({ view, component }: { view: PlacementView; component: PlacementComponent }) {
  const { t } = useFleetWords();
  return (
    <div className={`${styles.column} ${styles.side}`}>
      <Panel title={t('placement.history')} sub={t('placement.historySub', { count: component.history.length })} className={styles.wide}>
        <HistoryLine history={component.history} />
      </Panel>
      <div className={styles.column}>
        {component.runs.length > 0 && <Runs component={component} />}
        {view.findings.length > 0 && (
          <Panel title={t('placement.findings')} sub={view.findings.length} flush>
            <FindingList findings={view.findings} />
          </Panel>
        )}
        {view.events.length > 0 && (
          <Panel title={t('placement.events')}>
            <EventLog events={view.events} />
          </Panel>
        )}
      </div>
      {view.conditions.length > 0 && <Conditions view={view} />}
    </div>
  );
}

/** Words of `status.components[].clusters[].state`. */
type RunState = 'Ready' | 'Applied' | 'Pending' | 'Failed' | 'Orphaned' | 'Removing' | 'Unknown';

function Runs({ component }: { component: PlacementComponent }) {
  const { t } = useFleetWords();
  const { number, say } = useWords();
  return (
    <Panel title={t('placement.runs')} flush>
      <ReadTable
        caption={t('placement.runs')}
        rows={component.runs}
        id={run => run.cluster}
        columns={[
          { id: 'cluster', label: t('placement.cluster'), cell: run => <b>{run.cluster}</b> },
          { id: 'ready', label: t('placement.ready'), right: true, width: 76, cell: run => `${number(run.ready)} / ${number(run.replicas)}` },
          { id: 'state', label: t('placement.state'), cell: run => <>{run.state && t(`runState.${run.state as RunState}`)}{run.because && <div className={styles.small}>{say(run.because)}</div>}</> },
        ]}
      />
    </Panel>
  );
}

const BAD_WHEN_TRUE = new Set(['Stalled', 'Reconciling']);

function Conditions({ view }: { view: PlacementView }) {
  const { t } = useFleetWords();
  const { time, say } = useWords();
  const now = useNow();
  const tone = (condition: PlacementView['conditions'][number]) => {
    if (condition.type === 'Stalled' && condition.status === 'True') return 'bad';
    if (!BAD_WHEN_TRUE.has(condition.type) && condition.status !== 'True') return 'warn';
    return 'outline';
  };
  return (
    <Panel title={t('placement.conditions')} flush>
      <ReadTable
        caption={t('placement.conditions')}
        rows={view.conditions}
        id={condition => condition.type}
        columns={[
          { id: 'type', label: t('placement.condition'), width: 124, cell: condition => <><b>{condition.type}</b><div className={styles.small}>{time(condition.since, now)}</div></> },
          { id: 'status', label: t('placement.status'), width: 84, cell: condition => <Tinted tone={tone(condition)}>{condition.status}</Tinted> },
          { id: 'message', label: t('placement.message'), cell: condition => <><span>{condition.reason}</span><div className={styles.small}>{say(condition.message)}</div></> },
        ]}
      />
    </Panel>
  );
}
