/**
 * Stops calling a cluster that does not answer, so that nobody waits for it: closed → (three silences, one after the other) → open
 * → (after a back-off) one trial → closed, or open for longer.
 */
export interface BreakerOptions {
  now(): number;
  /** 0 ≤ n < 1, for jitter: clusters that died together are not tried together. */
  random(): number;
  /** Straight silences before it opens. */
  threshold?: number;
  firstPauseMs?: number;
  longestPauseMs?: number;
}

/** Leave to make one call; say how it ended exactly once. */
export interface Permit {
  done(ended: 'heard' | 'silent' | 'unknown'): void;
}

export class Breaker {
  private silences = 0;
  private pauseMs = 0;
  private openUntil = 0;
  private silentSince = 0;
  private trialRunning = false;

  constructor(private readonly options: BreakerOptions) {}

  /**
   * A permit, or the reason why the cluster is not asked now.
   * @param probing - it is what finds out whether the cluster answers: never held back, and counted like the others
   */
  enter(probing = false): Permit | { because: string } {
    const now = this.options.now();
    const open = this.pauseMs > 0;
    if (open && !probing && (this.trialRunning || now < this.openUntil)) {
      const wait = Math.max(1, Math.ceil((this.openUntil - now) / 1000));
      const silent = Math.round((now - this.silentSince) / 1000);
      return { because: `it has not answered for ${silent} s; it is asked again in ${wait} s` };
    }
    const trial = open && !probing;
    if (trial) this.trialRunning = true;
    let ended = false;
    const silencesBefore = this.silences;
    return {
      done: how => {
        if (ended) return;
        ended = true;
        if (trial) this.trialRunning = false;
        if (how === 'heard') this.close();
        // Calls that ran side by side are one piece of evidence: a burst must not open it at once.
        if (how === 'silent' && silencesBefore === this.silences) this.silence(open);
      },
    };
  }

  private close() {
    this.silences = 0;
    this.pauseMs = 0;
  }

  private silence(trial: boolean) {
    // Late failures of calls that began before it opened say nothing new.
    if (this.pauseMs > 0 && !trial) return;
    if (this.silences++ === 0) this.silentSince = this.options.now();
    if (this.silences < (this.options.threshold ?? 3)) return;
    this.pauseMs = Math.min(this.options.longestPauseMs ?? 8_000, this.pauseMs * 2 || (this.options.firstPauseMs ?? 1_000));
    this.openUntil = this.options.now() + this.pauseMs * (0.75 + this.options.random() / 2);
  }
}
