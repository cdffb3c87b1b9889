/** Cron's five fields, as Kubernetes' CronJobs understand them. */

const DESCRIPTORS: Record<string, string> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Of minute, hour, day of the month, month, day of the week. */
const RANGES: [least: number, most: number, names: string[]][] = [[0, 59, []], [0, 23, []], [1, 31, []], [1, 12, ['', ...MONTHS]], [0, 7, DAYS]];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Who finds no time in so many days has none, such as 30 February. */
const MOST_DAYS = 5 * 366;

function fieldOf(text: string, [least, most, names]: (typeof RANGES)[number]): Set<number> | undefined {
  const numberOf = (word: string) => (names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) : Number(word));
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, range, step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === undefined || Number(step) < 1) return undefined;
    const isAll = range === '*' || range === '?';
    const [from, to] = isAll ? [least, most] : range.split('-').map(numberOf);
    const end = to ?? (part.includes('/') ? most : from);
    if (!(from >= least && end <= most && from <= end)) return undefined;
    for (let i = from; i <= end; i += Number(step)) found.add(i);
  }
  return found;
}

/** By how much a time zone is ahead of UTC at a time, in ms. */
function offsetAt(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
  const part = (type: string) => Number(parts.find(each => each.type === type)!.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000;
}

/**
 * The first time after another at which a schedule is due, in ms.
 * @param zone - of the schedule's hours, for example `Europe/Berlin`
 * @returns undefined for a schedule or zone that cannot be understood, or that is never due
 */
export function nextTime(schedule: string, after: number, zone = 'Etc/UTC'): number | undefined {
  const every = /^@every (\d+)(s|m|h)$/.exec(schedule);
  if (every) return after + Number(every[1]) * { s: 1_000, m: MINUTE_MS, h: 3_600_000 }[every[2] as 's' | 'm' | 'h'];
  const fields = (DESCRIPTORS[schedule] ?? schedule).trim().split(/\s+/);
  const sets = fields.map((text, i) => RANGES[i] && fieldOf(text, RANGES[i]));
  if (sets.length !== RANGES.length || sets.includes(undefined)) return undefined;
  const [minutes, hours, days, months, weekdays] = sets as Set<number>[];
  const isOpen = (i: number) => /^[*?]/.test(fields[i]);
  try {
    const isDay = (date: Date) => {
      const ofMonth = days.has(date.getUTCDate());
      const ofWeek = weekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.has(7));
      // Where both are named, either will do.
      return months.has(date.getUTCMonth() + 1) && (isOpen(2) || isOpen(4) ? ofMonth && ofWeek : ofMonth || ofWeek);
    };
    const wall = Math.floor((after + offsetAt(zone, after)) / MINUTE_MS + 1) * MINUTE_MS;
    for (let day = Math.floor(wall / DAY_MS), i = 0; i < MOST_DAYS; day += 1, i += 1) {
      if (!isDay(new Date(day * DAY_MS))) continue;
      for (const hour of [...hours].sort((a, b) => a - b)) {
        for (const minute of [...minutes].sort((a, b) => a - b)) {
          const at = day * DAY_MS + (hour * 60 + minute) * MINUTE_MS;
          if (at >= wall) return at - offsetAt(zone, at - offsetAt(zone, at));
        }
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
