import type { Meter as Amounts } from '@flotilla/backstage-plugin-fleet-common';
import { askedShare, NEARLY_FULL, type MeterResource } from './format';
import styles from './Meter.module.css';
import { useWords } from './words';

export interface MeterProps {
  /** cpu in millicores, memory in bytes, others in units. */
  meter: Amounts;
  resource: MeterResource;
}

const percent = (share: number) => `${Math.round(share * 1_000) / 10}%`;

/** The bar alone: track = total, light = asked with a tick at its end, dark = used. Amber once 90 % is asked for. */
export function MeterBar({ meter, resource, big }: MeterProps & { big?: boolean }) {
  const { t, amounts } = useWords();
  const { used, asked, total } = amounts(meter, resource);
  const share = askedShare(meter);
  const label = used === undefined ? t('meter.labelAsked', { resource: t(`meter.${resource}`), asked, total }) : t('meter.label', { resource: t(`meter.${resource}`), used, asked, total });
  const usedShare = meter.used === undefined ? undefined : askedShare({ asked: meter.used, total: meter.total });
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuetext={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * (usedShare ?? share))}
      className={[styles.meter, big && styles.big, share >= NEARLY_FULL && styles.full].filter(Boolean).join(' ')}
    >
      <i className={styles.asked} style={{ width: percent(share) }} />
      {usedShare !== undefined && <i className={styles.used} style={{ width: percent(usedShare) }} />}
    </span>
  );
}

/** The bar and its numbers in one line; a dash when nothing is known. */
export function Meter({ meter, resource, narrow }: { meter: Amounts | undefined; resource: MeterResource; narrow?: boolean }) {
  const { t, meterText } = useWords();
  if (!meter) return <span className={styles.muted}>{t('unknown')}</span>;
  return (
    <span className={styles.row}>
      <MeterBar meter={meter} resource={resource} />
      <span className={`${styles.text} ${narrow ? styles.narrow : ''}`}>{meterText(meter, resource)}</span>
    </span>
  );
}

/** The thick form of a card: name and numbers above the bar. */
export function RoomMeter({ meter, resource }: MeterProps) {
  const { t, amounts } = useWords();
  const { used, asked, total } = amounts(meter, resource);
  const unit = t(`meter.unit.${resource}`);
  return (
    <div className={styles.room}>
      <div className={styles.head}>
        <b>{t(`meter.${resource}`)}</b>
        <span>{used === undefined ? t('meter.longAsked', { asked, total, unit }) : t('meter.long', { used, asked, total, unit })}</span>
      </div>
      <MeterBar meter={meter} resource={resource} big />
    </div>
  );
}
