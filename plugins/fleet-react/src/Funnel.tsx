import type { FunnelStep } from '@flotilla/backstage-plugin-fleet-common';
import styles from './Funnel.module.css';
import { useWords } from './words';

const STEP = 140;
const HEIGHT = 64;
const MIDDLE = HEIGHT / 2;
/** Half the height of one cluster's share at the widest, and the least that can still be seen. */
const HALF = 30.6;
const LEAST = 2.2;

const half = (left: number, all: number) => (left === 0 ? 0.6 : Math.max(LEAST, (HALF * left) / Math.max(1, all)));

/** One stage of the band: it runs in from the last stage's width and goes on straight. */
function stage(index: number, from: number, to: number): { area: string; edges: string } {
  const [x0, x1, x2, end] = [index * STEP, index * STEP + 26, index * STEP + 48, (index + 1) * STEP];
  const side = (sign: 1 | -1) => ({ a: MIDDLE + sign * from, b: MIDDLE + sign * to });
  const [up, down] = [side(-1), side(1)];
  const top = `M${x0} ${up.a}C${x1} ${up.a} ${x2 - 26} ${up.b} ${x2} ${up.b}H${end}`;
  return {
    area: `${top}V${down.b}H${x2}C${x2 - 26} ${down.b} ${x1} ${down.a} ${x0} ${down.a}Z`,
    edges: `${top}M${x0} ${down.a}C${x1} ${down.a} ${x2 - 26} ${down.b} ${x2} ${down.b}H${end}`,
  };
}

const FILTERS = ['all', 'names', 'labels', 'taints', 'mode', 'reachable', 'apis', 'capacity', 'residency', 'chosen'] as const;
type Known = (typeof FILTERS)[number];
const isKnown = (filter: string): filter is Known => (FILTERS as readonly string[]).includes(filter);

/** The reader's word for a filter; one that nobody knows keeps its own name. */
export function useFilterWord(): (filter: string) => string {
  const { t } = useWords();
  return filter => (isKnown(filter) ? t(`filter.${filter}`) : filter);
}

const allChosen = ({ filter, left, because }: FunnelStep) => filter === 'chosen' && left > 0 && because.values.others === 0;

/** How many clusters each filter left, as a band that narrows; the list under it says the same in numbers. */
export function Funnel({ steps }: { steps: readonly FunnelStep[] }) {
  const { t, number, say } = useWords();
  const word = useFilterWord();
  const all = steps[0]?.left ?? 0;
  const widths = steps.map(step => half(step.left, all));
  return (
    <div>
      <svg className={styles.svg} viewBox={`0 0 ${STEP * steps.length} ${HEIGHT}`} preserveAspectRatio="none" width="100%" height="52" aria-hidden="true">
        {steps.map((step, index) => {
          const colour = step.filter === 'chosen' ? 'var(--fl-ok)' : 'var(--fl-ink)';
          const { area, edges } = stage(index, widths[Math.max(0, index - 1)], widths[index]);
          return (
            <g key={step.filter}>
              <path d={area} fill={colour} fillOpacity={step.filter === 'chosen' ? 0.9 : 0.13} />
              <path d={edges} fill="none" stroke={colour} strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
              {index > 0 && <path d={`M${index * STEP} ${MIDDLE - widths[index - 1]}V${MIDDLE + widths[index - 1]}`} stroke={colour} strokeOpacity="0.55" strokeDasharray="2 3" vectorEffect="non-scaling-stroke" />}
            </g>
          );
        })}
      </svg>
      <ol className={styles.steps} aria-label={t('funnel.label')}>
        {steps.map(step => (
          <li key={step.filter} className={`${styles.step} ${step.filter === 'chosen' ? styles.chosen : ''} ${step.left === 0 ? styles.none : ''}`}>
            <b>{number(step.left)}</b>
            {word(step.filter)}
            <span className={styles.because}>{allChosen(step) ? t('funnel.allChosen') : say(step.because)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
