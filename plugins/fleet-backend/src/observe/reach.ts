import type { FailureReason } from '../clusters/types';
import type { ClusterSeen } from './types';

type Reachable = ClusterSeen['reachable'];

/** Straight misses before a cluster is shown as not answering; one may be a lost packet. */
const MISSES = 2;

/** Whether a cluster answers, from its probes. Times are milliseconds since the epoch. */
export class Reach {
  private misses = 0;
  private state: Reachable;

  constructor(now: number, lastAnswerAt = 0) {
    this.state = { ok: false, since: now, lastAnswerAt };
  }

  get value(): Readonly<Reachable> {
    return this.state;
  }

  /** A miss while it answered: worth another look at once. */
  get inDoubt(): boolean {
    return this.state.ok && this.misses > 0;
  }

  /** Returns whether the state changed for the reader. */
  answered(now: number, latencyMs: number): boolean {
    this.misses = 0;
    const { ok, since } = this.state;
    this.state = { ok: true, since: ok ? since : now, lastAnswerAt: now, latencyMs };
    return !ok;
  }

  /** Returns whether the state changed for the reader. Another cluster at the address is no lost packet: it counts at once. */
  missed(now: number, reason: FailureReason, because: string): boolean {
    this.misses += reason === 'Held' ? MISSES : 1;
    const { ok, since, lastAnswerAt } = this.state;
    if (ok && this.misses < MISSES) return false;
    const changed = ok || this.state.reason !== reason;
    this.state = { ok: false, since: ok ? now : since, lastAnswerAt, reason, because };
    return changed;
  }
}
