import { RE2JS } from 're2js';
import type { Schema } from '../types';

/** In characters. Longer ones would take the engine seconds to compile, and stand in no definition. */
const MAX_PATTERN = 20_000;
/**
 * Matching takes at most one step for each character and each instruction of the program; so many take about a second of
 * one core. What would take more is not matched: all requests of a process share one thread.
 */
const MAX_STEPS = 50_000_000;

/** Compiled once for each schema, and gone with it. */
const compiled = new WeakMap<Schema, RE2JS>();
/** What a pattern that is none matches; it was refused with its definition, unless that is older than this rule. */
const NOTHING = RE2JS.compile('[^\\x{0}-\\x{10FFFF}]');

/**
 * Why a pattern is none, in the words of Kubernetes: patterns are RE2's, as Go reads them, never JavaScript's, which know
 * look-around and may take exponential time.
 *
 * @returns undefined for a good one
 */
export function whyNoPattern(source: string): string | undefined {
  if (source.length > MAX_PATTERN) return `must be a valid regular expression of at most ${MAX_PATTERN} characters`;
  try {
    RE2JS.compile(source);
    return undefined;
  } catch (error) {
    return `must be a valid regular expression, but isn't: ${(error as Error).message}`;
  }
}

/** Whether a text holds a match of its schema's pattern, in time that grows with the text alone. A text too long for its pattern holds none. */
export function matchesPattern(schema: Schema, text: string): boolean {
  let pattern = compiled.get(schema);
  if (!pattern) {
    const source = schema.pattern ?? '';
    pattern = whyNoPattern(source) ? NOTHING : RE2JS.compile(source);
    compiled.set(schema, pattern);
  }
  return pattern.programSize() * text.length <= MAX_STEPS && pattern.test(text);
}
