import type { Meter } from '@flotilla/backstage-plugin-fleet-common';

/** What a meter measures: cpu in millicores, memory in bytes, the others in units. */
export type MeterResource = 'cpu' | 'memory' | 'gpu' | 'pods';

const SCALE: Record<MeterResource, number> = { cpu: 1_000, memory: 1024 ** 3, gpu: 1, pods: 1 };

/** An amount in the unit that people read: cores, GiB, pieces. */
export function readable(amount: number, resource: MeterResource): number {
  const value = amount / SCALE[resource];
  return Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}

/** Share of the total that is asked for, 0 to 1; 0 where there is nothing to ask for. */
export const askedShare = ({ asked, total }: Meter): number => (total > 0 ? Math.min(1, Math.max(0, asked / total)) : 0);

/** From this share on a meter turns amber. */
export const NEARLY_FULL = 0.9;

/** An age in its two largest units. Example: 4 080 000 ms is 1 h 8 m. */
export function ageParts(ms: number): { unit: 's' | 'm' | 'h' | 'd'; count: number; rest?: number } {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return { unit: 's', count: seconds };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { unit: 'm', count: minutes };
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return { unit: 'h', count: hours, rest: minutes % 60 };
  return { unit: 'd', count: Math.floor(hours / 24), rest: hours % 24 };
}

/** Rounds to one decimal so that the parts still add up to their rounded sum (largest remainder). */
export function roundToSum(parts: readonly number[]): number[] {
  const tenths = parts.map(part => part * 10);
  const floors = tenths.map(each => Math.floor(each + 1e-9));
  let missing = Math.round(tenths.reduce((sum, each) => sum + each, 0)) - floors.reduce((sum, each) => sum + each, 0);
  const byRemainder = tenths.map((each, index) => ({ index, remainder: each - floors[index] })).sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder) {
    if (missing <= 0) break;
    floors[index] += 1;
    missing -= 1;
  }
  return floors.map(each => each / 10);
}

/** "1st", "2nd", "11th"; "第 1". */
export function ordinal(rank: number, language: 'en' | 'zh'): string {
  if (language === 'zh') return `第 ${rank}`;
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Record<string, string>;
  return `${rank}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(rank)]}`;
}
