import { useApi } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { PlacementComponent, VerdictView } from '@flotilla/backstage-plugin-fleet-common';
import { Age, Drawer, Mark, useFilterWord, useNow, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { RiFileCopyLine } from '@remixicon/react';
import { useState } from 'react';
import { fleetApiRef, type PlacementName } from '../../api/FleetApi';
import { LiveView } from '../../live/LiveView';
import { useLive } from '../../live/useLive';
import { useFleetWords } from '../../translation';
import { ranked, shownTotal } from './compare';
import { useComparison } from './useInWords';
import { Result } from './VerdictTable';
import { VerdictScores } from './VerdictScores';
import styles from './placement.module.css';

export interface VerdictDrawerProps {
  of: PlacementName;
  component: PlacementComponent;
  cluster: string;
  onOpen: (cluster: string) => void;
  onClose: () => void;
}

/** One verdict in full: every score and every filter, with the fact and its age. */
export function VerdictDrawer({ of, component, cluster, onOpen, onClose }: VerdictDrawerProps) {
  const { t } = useFleetWords();
  const api = useApi(fleetApiRef);
  const live = useLive(`verdict ${component.target} ${component.hash} ${cluster}`, signal => api.verdict(of, component.name, cluster, signal));
  const order = [...ranked(component.verdicts).map(({ verdict }) => verdict.cluster), ...component.groups.flatMap(group => group.clusters)];
  const at = order.indexOf(cluster);
  const go = (index: number) => (order[index] === undefined ? undefined : () => onOpen(order[index]));
  return (
    <Drawer title={cluster} over={t('verdict.over', { component: component.name })} actions={<CopyLink />} onClose={onClose} onPrevious={at > 0 ? go(at - 1) : undefined} onNext={go(at + 1)}>
      <LiveView live={live} what={t('what.verdict', { name: cluster })}>
        {view => <Body view={view} component={component} />}
      </LiveView>
    </Drawer>
  );
}

function CopyLink() {
  const { t } = useFleetWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(window.location.href);
    setCopied(true);
  };
  return <Button variant="secondary" iconStart={<RiFileCopyLine />} onPress={copy}>{copied ? t('verdict.copied') : t('verdict.copy')}</Button>;
}

function Body({ view, component }: { view: VerdictView; component: PlacementComponent }) {
  const { t } = useFleetWords();
  const { say, time } = useWords();
  const now = useNow();
  const { verdict } = view;
  return (
    <>
      <Answer view={view} kind={component.kind} />
      {verdict.parts.length > 0 && <VerdictScores view={view} />}
      <Filters view={view} />
      {verdict.fix.length > 0 && (
        <section className={styles.inset}>
          <h3 className={styles.heading}>{t('verdict.fix')}</h3>
          <ul>{verdict.fix.map(fix => <li key={fix.code}>{say(fix)}</li>)}</ul>
        </section>
      )}
      {component.decidedAt !== undefined && <p className={styles.foot}>{t('verdict.decision', { hash: component.hash.slice(0, 8), time: time(component.decidedAt, now), inputs: component.inputsHash.slice(0, 8) })}</p>}
    </>
  );
}

/** Result, total and the distance to the best chosen; then the answer in one sentence. */
function Answer({ view: { verdict, rank, best }, kind }: { view: VerdictView; kind: string }) {
  const { t } = useFleetWords();
  const { points, say, language } = useWords();
  const compare = useComparison();
  const other = best && best.cluster !== verdict.cluster ? best : undefined;
  const distance = other && Math.round((shownTotal(verdict.parts) - shownTotal(other.parts)) * 10) / 10;
  const head = { chosen: t('verdict.runsHere'), fits: t('verdict.couldRun'), rejected: t('verdict.cannotRun') }[verdict.outcome];
  const stop = language === 'zh' ? '。' : '.';
  const sentence = () => {
    if (verdict.outcome === 'rejected') return verdict.rejections.map(({ because }) => say(because)).join(language === 'zh' ? ';' : '; ') + stop;
    if (other) return capital(compare(verdict.parts, other.parts)) + stop;
    return rank === 1 ? t('verdict.best') : '';
  };
  return (
    <section>
      <div className={styles.verdictTop}>
        <span><Result verdict={verdict} rank={rank ?? 0} kind={kind} /></span>
        {verdict.outcome !== 'rejected' && <span className={styles.total}>{points(shownTotal(verdict.parts))}</span>}
        {distance !== undefined && verdict.outcome !== 'rejected' && (
          <span className={styles.muted}>{distance === 0 ? t('verdict.same') : t(distance < 0 ? 'verdict.behind' : 'verdict.ahead', { points: points(Math.abs(distance)) })}</span>
        )}
      </div>
      <p className={styles.answer}>
        <b>{head}</b> {sentence()}
      </p>
    </section>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Facts that nobody has: they have no age, and nobody declared them. */
const NOT_KNOWN = new Set(['PassRoomUnknown', 'PassApisUnread', 'NotSeenYet', 'JurisdictionUnknown']);

function Filters({ view: { filters } }: { view: VerdictView }) {
  const { t } = useFleetWords();
  const { say } = useWords();
  const word = useFilterWord();
  const factAge = ({ because, factAt }: VerdictView['filters'][number]) => {
    if (factAt !== undefined) return <Age at={factAt} />;
    return because.some(({ code }) => NOT_KNOWN.has(code)) ? '–' : t('verdict.declared');
  };
  const passed = filters.filter(filter => filter.passed).length;
  return (
    <section>
      <h3 className={styles.heading}>{t('verdict.filters')}<span>{t('verdict.filtersSub', { passed: String(passed), all: String(filters.length) })}</span></h3>
      <table className={styles.facts}>
        <tbody>
          {filters.map(filter => (
            <tr key={filter.filter}>
              <td width={28}>
                <span role="img" aria-label={t(filter.passed ? 'verdict.passed' : 'verdict.failed')}>
                  <Mark name={filter.passed ? 'check' : 'cross'} tone={filter.passed ? 'ok' : 'bad'} />
                </span>
              </td>
              <td width={110}><b>{word(filter.filter)}</b></td>
              <td>{filter.because.map(because => <div key={say(because)}>{because.code === 'FunnelPass' ? t('verdict.nothingAgainst') : say(because)}</div>)}</td>
              <td width={72} align="right" className={`${styles.muted} ${styles.nowrap}`}>{factAge(filter)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
