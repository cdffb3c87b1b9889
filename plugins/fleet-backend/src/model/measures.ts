/** What a stage of a rollout can be judged by. */
interface Measure {
  /** Highest value there can be; absent where there is none. */
  most?: number;
  /** The limit that a better value stays clear of: a rate must not fall below one, a latency must not rise above. */
  limit: 'minimum' | 'maximum';
  unit: string;
}

/** Measures that are known by name; others may be named and are warned of, since somebody may yet measure them. */
export const MEASURES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['request-success-rate', { most: 100, limit: 'minimum', unit: 'percent' }],
  ['p95-latency', { limit: 'maximum', unit: 'milliseconds' }],
]);
