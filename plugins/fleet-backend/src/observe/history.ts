import type { ReachabilityHistory, ReachabilitySpan, ReachabilityState } from '@flotilla/backstage-plugin-fleet-common';
import type { SeenSpan } from '../store/types';
import type { ClusterSeen } from './types';

const DAY_MS = 24 * 3_600_000;
/** Spans remembered of each cluster; of more the oldest are forgotten. */
const KEPT = 4_000;
/** Spans that are told. */
const TOLD = 500;

/**
 * What a look says of the cluster itself. What answers but does not let us look is not down; and of what was not asked since this process began,
 * nothing is known.
 */
export function stateOf({ ok, reason }: ClusterSeen['reachable']): ReachabilityState {
  if (ok) return 'Answers';
  return reason === 'Unreachable' || reason === 'TimedOut' ? 'Silent' : 'Unseen';
}

/** When a cluster answered and when it was silent, in spans; of the time between them nothing is known. Times are milliseconds since the epoch. */
export class History {
  private readonly spans: SeenSpan[];
  /** The last span goes on. */
  private open = false;
  private unsaved = 0;

  /** @param earlier - what is stored, in order of time */
  constructor(earlier: readonly SeenSpan[] = []) {
    this.spans = earlier.slice(-KEPT);
  }

  /** Takes what a look found. A clock that was put back is not followed. */
  note(state: ReachabilityState, now: number): void {
    const last = this.spans.at(-1);
    const at = Math.max(now, last?.to ?? 0);
    if (last && this.open) last.to = at;
    if (this.open && last?.state === state) return;
    this.open = state !== 'Unseen';
    if (state === 'Unseen') return;
    this.spans.push({ state, from: at, to: at });
    this.unsaved++;
    if (this.spans.length > KEPT * 1.1) this.spans.splice(0, this.spans.length - KEPT);
  }

  /** The spans that changed since they were last taken; one that goes on does so up to the last look. */
  takeUnsaved(): SeenSpan[] {
    // The one before a new one has ended meanwhile.
    const changed = this.spans.slice(-(this.unsaved + 1));
    this.unsaved = 0;
    return changed.map(span => ({ ...span }));
  }

  /** The last day; undefined for a cluster of which nothing was ever known. */
  lastDay(now: number): ReachabilityHistory | undefined {
    const last = this.spans.at(-1);
    if (!last) return undefined;
    const begin = now - DAY_MS;
    const known = this.spans.map(span => (span === last && this.open ? { ...span, to: Math.max(now, span.to) } : span)).filter(({ to }) => to >= begin);
    const sum = (state: ReachabilityState) => known.reduce((total, span) => (span.state === state ? total + span.to - Math.max(span.from, begin) : total), 0);
    const [answered, silent] = [sum('Answers'), sum('Silent')];
    return {
      ...(this.open ? { state: last.state, since: last.from } : { state: 'Unseen', since: last.to }),
      ...(answered + silent > 0 ? { uptime24h: answered / (answered + silent) } : {}),
      flaps24h: known.filter(({ state, from }, i) => state === 'Silent' && from >= begin && known[i - 1]?.state === 'Answers' && known[i - 1].to === from).length,
      seen24h: Math.min(1, (answered + silent) / DAY_MS),
      spans: whole(known, begin, now).slice(-TOLD),
    };
  }
}

/** The spans of a time without gaps: between them nothing was seen. */
function whole(known: readonly SeenSpan[], begin: number, now: number): ReachabilitySpan[] {
  const spans: ReachabilitySpan[] = [];
  let at = begin;
  for (const { state, from, to } of known) {
    if (from > at) spans.push({ state: 'Unseen', from: at, to: from });
    spans.push({ state, from: Math.max(from, begin), to });
    at = to;
  }
  if (at < now) spans.push({ state: 'Unseen', from: at, to: now });
  return spans;
}
