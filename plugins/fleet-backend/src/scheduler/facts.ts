import type { Fact } from './types';

/** A fact that may be used, or why not. */
export type Fresh<T> = { ok: true; value: T; seenAt?: number } | { ok: false; why: 'unknown' | 'old'; seenAt?: number };

/** Tells a usable fact from a missing one and from one older than `limit` ms. Declared facts do not age. */
export function fresh<T>(fact: Fact<T> | undefined, now: number, limit: number): Fresh<T> {
  if (fact === undefined || fact === 'unknown') return { ok: false, why: 'unknown' };
  if (fact.seenAt !== undefined && now - fact.seenAt > limit) return { ok: false, why: 'old', seenAt: fact.seenAt };
  return { ok: true, value: fact.value, seenAt: fact.seenAt };
}

/** The score of a dimension about which nothing usable is known: neither zero nor full. */
export const NEUTRAL = 50;

/** 100 at `best`, 0 at `worst`, a straight line between and clamped outside. Equal anchors score like a threshold. */
export function onScale(value: number, { best, worst }: { best: number; worst: number }): number {
  if (best === worst) return value === best ? 100 : 0;
  return Math.min(100, Math.max(0, (100 * (value - worst)) / (best - worst)));
}

/** A weighted mean in which what is not known counts as {@link NEUTRAL}. */
export class Mean {
  /** Parts with a value. */
  known = 0;
  private sum = 0;
  private weights = 0;

  add(value: number | undefined, weight: number): void {
    this.sum += (value ?? NEUTRAL) * weight;
    this.weights += weight;
    if (value !== undefined) this.known += 1;
  }

  /** A whole number; {@link NEUTRAL} when nothing is known. */
  get score(): number {
    return this.weights > 0 && this.known > 0 ? Math.round(this.sum / this.weights) : NEUTRAL;
  }
}

/** The older of two times; a declared fact (no time) never makes another one older. */
export function older(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

/** Where the largest number stands; the first of equal ones. */
export function indexOfMost(numbers: readonly number[]): number {
  let most = 0;
  for (let i = 1; i < numbers.length; i += 1) if (numbers[i] > numbers[most]) most = i;
  return most;
}
