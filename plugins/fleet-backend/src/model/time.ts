import type { Parsed } from './quantities';

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads a Go duration (`"30m"`, `"1h30m"`, `"100ms"`) as milliseconds. A number without a unit is a problem, except `"0"`. */
export function parseDuration(text: unknown): Parsed<number> {
  const problem = { ok: false as const, problem: `${JSON.stringify(text) ?? 'nothing'} is not a duration such as "30s", "5m" or "1h30m"` };
  if (typeof text !== 'string' || text.length > 64) return problem;
  if (text === '0') return { ok: true, value: 0 };
  const parts = text.match(/\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)/g);
  if (!parts || parts.join('') !== text) return problem;
  return { ok: true, value: parts.reduce((sum, part) => sum + toMilliseconds(part), 0) };
}

function toMilliseconds(part: string): number {
  const digits = /^[\d.]+/.exec(part)![0];
  return Number(digits) * UNITS[part.slice(digits.length)];
}

/** Writes milliseconds the way `parseDuration` reads them, without zero parts: 5400000 → `"1h30m"`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return ms === 0 ? '0s' : `${ms}ms`;
  const hours = Math.floor(ms / UNITS.h);
  const minutes = Math.floor((ms % UNITS.h) / UNITS.m);
  const seconds = (ms % UNITS.m) / UNITS.s;
  return `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${seconds ? `${seconds}s` : ''}`;
}

/** An RFC 3339 time as milliseconds since the epoch, or undefined. */
export function parseTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
