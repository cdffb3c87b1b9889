import type { EventLine, FindingLine } from '@flotilla/backstage-plugin-fleet-common';
import { CommandLine } from './CommandLine';
import { useNow } from './clock';
import styles from './List.module.css';
import { Mark } from './StatusMark';
import { useWords } from './words';

/** What happened, newest first. */
export function EventLog({ events }: { events: readonly EventLine[] }) {
  const { time, number, say } = useWords();
  const now = useNow();
  return (
    <ol className={styles.log}>
      {events.map(event => (
        <li key={`${event.at} ${event.reason} ${say(event.message)}`}>
          <time dateTime={new Date(event.at).toISOString()}>{time(event.at, now)}</time>
          <span>{event.type === 'Warning' ? <Mark name="triangle" tone="warn" /> : <Mark name="check" tone="ok" />}</span>
          <span>
            <b>{event.reason}</b> {say(event.message)}
            {event.count > 1 && <span className={styles.small}> × {number(event.count)}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

const LOOK = { danger: ['cross', 'bad'], warning: ['triangle', 'warn'], info: ['info', 'info'] } as const;

/** Contradictions in what was applied and found since, each with the field it stands in and, where there is one, the line that mends it. */
export function FindingList({ findings }: { findings: readonly FindingLine[] }) {
  const { t, say } = useWords();
  return (
    <ul className={styles.list}>
      {findings.map(finding => (
        <li key={`${finding.code} ${finding.path} ${finding.remedy}`}>
          <span role="img" aria-label={t(`severity.${finding.severity}`)}>
            <Mark name={LOOK[finding.severity][0]} tone={LOOK[finding.severity][1]} />
          </span>
          <div className={styles.main}>
            <div>{say(finding.because)}</div>
            <div className={styles.small}>
              {finding.code} <code>{finding.path}</code>
            </div>
            {finding.remedy && <CommandLine low label={`${t('finding.remedy')}: ${finding.code}`} text={finding.remedy} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
