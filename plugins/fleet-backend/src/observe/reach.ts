import type { FailureReason } from '../clusters/types';
import type { ClusterSeen } from './types';

type Reachable = ClusterSeen['reachable'];

/** Whether a cluster answers, from the looks at it. Times are milliseconds since the epoch. */
export class Reach {
  private state: Reachable;

  constructor(now: number, lastAnswerAt = 0) {
    this.state = { ok: false, since: now, lastAnswerAt };
  }

  get value(): Readonly<Reachable> {
    return this.state;
  }

  /** Returns whether the state changed for the reader. */
  answered(now: number, latencyMs: number): boolean {
    const { ok, since } = this.state;
    this.state = { ok: true, since: ok ? since : now, lastAnswerAt: now, latencyMs };
    return !ok;
  }

  /** Returns whether the state changed for the reader. */
  missed(now: number, reason: FailureReason, because: string): boolean {
    const { ok, since, lastAnswerAt } = this.state;
    const changed = ok || this.state.reason !== reason;
    this.state = { ok: false, since: ok ? now : since, lastAnswerAt, reason, because };
    return changed;
  }
}
