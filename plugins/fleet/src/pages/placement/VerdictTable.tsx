import { Cell, Column, Row, TableBody, TableHeader, TableRoot, VisuallyHidden, type SortDescriptor } from '@backstage/ui';
import { fleetPaths, type PlacementComponent, type Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { Mark, ordinal, Panel, ScoreRuler, ScoreRulerHead, Tinted, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { RiCheckLine } from '@remixicon/react';
import { Link } from 'react-router-dom';
import { useFleetWords } from '../../translation';
import { bestChosen, ranked, shownTotal } from './compare';
import { useInWords } from './useInWords';
import styles from './placement.module.css';

export interface VerdictTableProps {
  component: PlacementComponent;
  /** Cluster whose drawer is open. */
  open?: string;
  onWhy: (cluster: string) => void;
  /** `score`, `-score`, `cluster`, `-cluster`; the default is best first. */
  sort: string | undefined;
  onSort: (sort: string) => void;
}

type Line = ReturnType<typeof ranked<PlacementComponent['verdicts'][number]>>[number];

function sorted(lines: Line[], sort: string | undefined): Line[] {
  if (!sort) return lines;
  const sign = sort.startsWith('-') ? -1 : 1;
  const by = sort.endsWith('cluster') ? (a: Line, b: Line) => (a.verdict.cluster < b.verdict.cluster ? -1 : 1) : (a: Line, b: Line) => a.verdict.total - b.verdict.total;
  return [...lines].sort((a, b) => sign * by(a, b));
}

/** Every cluster that can be used, best first, with the points of each part and the difference in words. */
export function VerdictTable({ component, open, onWhy, sort, onSort }: VerdictTableProps) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const lines = sorted(ranked(component.verdicts), sort);
  const best = bestChosen(component.verdicts);
  const chosen = lines.filter(({ verdict }) => verdict.outcome === 'chosen').length;
  const key = sort ?? '-score';
  const descriptor: SortDescriptor = { column: key.replace(/^-/, ''), direction: key.startsWith('-') ? 'descending' : 'ascending' };
  return (
    <Panel title={t('placement.fit', { fits: number(lines.length), chosen: number(chosen) })} flush footer={t('placement.legend')}>
      <TableRoot
        className={styles.table}
        aria-label={t('placement.verdicts', { component: component.name })}
        sortDescriptor={descriptor}
        onSortChange={({ column, direction }) => onSort(`${direction === 'descending' ? '-' : ''}${column}`)}
        onRowAction={cluster => onWhy(String(cluster))}
      >
        <TableHeader>
          <Column id="cluster" isRowHeader allowsSorting className={styles.wCluster}>{t('placement.cluster')}</Column>
          <Column id="result" className={styles.wResult}>{t('placement.result')}</Column>
          <Column id="score" allowsSorting className={`${styles.right} ${styles.wScore}`}>{t('placement.score')}</Column>
          <Column id="ruler" className={styles.wRuler}><ScoreRulerHead weights={component.weights} /></Column>
          <Column id="words">{t('placement.words')}</Column>
          <Column id="why" className={styles.wWhy}><VisuallyHidden>{t('placement.why')}</VisuallyHidden></Column>
        </TableHeader>
        <TableBody items={lines.map(line => ({ ...line, id: line.verdict.cluster }))} dependencies={[open, component, t]}>
          {line => <VerdictRow line={line} component={component} best={best} isOpen={line.id === open} onWhy={onWhy} />}
        </TableBody>
      </TableRoot>
    </Panel>
  );
}

interface VerdictRowProps {
  line: Line;
  component: PlacementComponent;
  best: Line['verdict'] | undefined;
  isOpen: boolean;
  onWhy: (cluster: string) => void;
}

function VerdictRow({ line: { verdict, rank }, component, best, isOpen, onWhy }: VerdictRowProps) {
  const { t } = useFleetWords();
  const { points } = useWords();
  const inWords = useInWords();
  const isBest = verdict.cluster === best?.cluster;
  return (
    <Row id={verdict.cluster} className={isOpen ? styles.open : undefined}>
      <Cell>
        <Link className={styles.cluster} to={fleetPaths.cluster(verdict.cluster)}>{verdict.cluster}</Link>
        <div className={styles.small}>{[verdict.provider, verdict.region].filter(Boolean).join(' · ')}</div>
      </Cell>
      <Cell><Result verdict={verdict} rank={rank} kind={component.kind} /></Cell>
      <Cell className={`${styles.right} ${isBest ? styles.scoreBest : styles.score}`}>{points(shownTotal(verdict.parts))}</Cell>
      <Cell><ScoreRuler parts={verdict.parts} weights={component.weights} /></Cell>
      <Cell className={styles.words}>{inWords(verdict, best)}</Cell>
      <Cell className={styles.right}>
        <button type="button" className={styles.why} aria-label={t('placement.whyOf', { cluster: verdict.cluster })} data-why={verdict.cluster} onClick={() => onWhy(verdict.cluster)}>{t('placement.why')}</button>
      </Cell>
    </Row>
  );
}

/** "Chosen · 4 pods", "Fits, 2nd". */
export function Result({ verdict, rank, kind }: { verdict: Verdict; rank: number; kind: string }) {
  const { t } = useFleetWords();
  const { language } = useWords();
  if (verdict.outcome === 'rejected') return <span className={styles.result}><Mark name="cross" tone="bad" />{t('placement.rejected')}</span>;
  if (verdict.outcome === 'fits') return <span className={styles.result}><Mark name="ring" tone="idle" />{t('placement.fits', { rank: ordinal(rank, language) })}</span>;
  const pods = kind === 'Job' ? t('placement.chosenPods', { count: verdict.replicas }) : t('placement.chosenReplicas', { count: verdict.replicas });
  return <Tinted tone="ok"><RiCheckLine aria-hidden="true" />{verdict.replicas > 0 ? pods : t('placement.chosen')}</Tinted>;
}
