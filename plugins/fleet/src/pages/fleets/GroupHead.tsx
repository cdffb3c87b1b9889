import { VisuallyHidden } from '@backstage/ui';
import type { ClusterGroup, ClusterState } from '@flotilla/backstage-plugin-fleet-common';
import { StateCount, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { useFleetWords } from '../../translation';
import { STATES_SHOWN } from './states';
import styles from './fleets.module.css';

/** What a group's rows share, how many there are, and how many of them in each state. The row itself is pressed to open or close it. */
export function GroupHead({ group: { key, total, states, open, continued } }: { group: ClusterGroup }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const Arrow = open ? RiArrowDownSLine : RiArrowRightSLine;
  return (
    <span className={styles.groupHead}>
      <Arrow size={16} aria-hidden="true" />
      <VisuallyHidden>{t(open ? 'table.groupOpen' : 'table.groupClosed')}</VisuallyHidden>
      <b>{key || t('table.groupUnknown')}</b>
      <span className={styles.muted}>{number(total)}{continued && ` · ${t('table.groupContinued')}`}</span>
      {STATES_SHOWN.filter((state: ClusterState) => states[state]).map(state => <StateCount key={state} state={state} count={states[state]!} />)}
    </span>
  );
}
