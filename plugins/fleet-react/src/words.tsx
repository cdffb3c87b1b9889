import { useTranslationRef, type TranslationFunction, type TranslationRef } from '@backstage/frontend-plugin-api';
import { sentence, type Language, type Meter, type Reason } from '@flotilla/backstage-plugin-fleet-common';
import { useMemo } from 'react';
import { useNow } from './clock';
import { ageParts, readable, type MeterResource } from './format';
import { fleetReactTranslationRef } from './translation';

type SharedMessages = typeof fleetReactTranslationRef extends TranslationRef<string, infer Messages extends Record<string, string>> ? TranslationFunction<Messages> : never;

/** How the fleet pages speak: words, numbers, times and reasons in the reader's language. */
export interface Words {
  t: SharedMessages;
  language: Language;
  /** A dash when it is not known. */
  number: (value: number | undefined) => string;
  /** One decimal, so that parts add up. */
  points: (value: number) => string;
  /** With a true sign: +1.0, −4.8. */
  signed: (value: number) => string;
  /** 12:31:40; on another day the date and 12:31. */
  time: (at: number, now: number) => string;
  /** A duration in ms: 2 s, 41 m, 1 h 8 m. */
  age: (ms: number) => string;
  say: (reason: Reason) => string;
  amounts: (meter: Meter, resource: MeterResource) => { used?: string; asked: string; total: string };
  /** "61 / 78 / 96", or "78 / 96" where use is not measured. */
  meterText: (meter: Meter, resource: MeterResource) => string;
}

/** The shared words, and how numbers, times and reasons are said in the reader's language. */
export function useWords(): Words {
  const { t } = useTranslationRef(fleetReactTranslationRef);
  return useMemo(() => {
    const language = t('language') as Language;
    const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const points = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    const minute = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });
    const number = (value: number | undefined) => (value === undefined ? t('unknown') : numbers.format(value));
    const amounts = (meter: Meter, resource: MeterResource) => ({
      used: meter.used === undefined ? undefined : number(readable(meter.used, resource)),
      asked: number(readable(meter.asked, resource)),
      total: number(readable(meter.total, resource)),
    });
    return {
      t,
      language,
      number,
      points: (value: number) => points.format(value),
      signed: (value: number) => `${value < 0 ? '−' : '+'}${points.format(Math.abs(value))}`,
      time: (at: number, now: number) => (new Date(at).toDateString() === new Date(now).toDateString() ? clock.format(at) : `${day.format(at)} ${minute.format(at)}`),
      age: (ms: number) => {
        const { unit, count, rest } = ageParts(ms);
        if (unit === 'h' && rest) return t('age.hm', { n: String(count), rest: String(rest) });
        if (unit === 'd' && rest) return t('age.dh', { n: String(count), rest: String(rest) });
        return t(`age.${unit}`, { n: String(count) });
      },
      say: (reason: Reason) => sentence(reason, language),
      amounts,
      meterText: (meter: Meter, resource: MeterResource) => {
        const { used, asked, total } = amounts(meter, resource);
        return [used, asked, total].filter(each => each !== undefined).join(' / ');
      },
    };
  }, [t]);
}

/** How long ago something was, growing by itself; a dash when it never was. */
export function Age({ at }: { at: number | undefined }) {
  const { age, t } = useWords();
  const now = useNow();
  return <>{at === undefined ? t('unknown') : age(now - at)}</>;
}
