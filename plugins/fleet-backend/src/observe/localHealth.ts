import type { Clock } from './clock';

const TICK_MS = 200;
const LATE_MS = 250;

/**
 * Whether this process itself is held up (a busy machine, a long computation). An answer that we were too late to read
 * is no silence of the cluster's, so misses in such a moment do not count (as in Lifeguard, SWIM's local health).
 */
export class LocalHealth {
  private expectedAt = 0;
  private lateAt = -Infinity;
  private cancel = () => {};

  constructor(private readonly clock: Clock) {
    this.tick();
  }

  /** Whether a timer was late since then, or is late now. */
  lateSince(at: number): boolean {
    this.look();
    return this.lateAt >= at;
  }

  stop(): void {
    this.cancel();
  }

  private look() {
    const now = this.clock.now();
    if (now - this.expectedAt > LATE_MS) this.lateAt = now;
  }

  private tick() {
    this.expectedAt = this.clock.now() + TICK_MS;
    this.cancel = this.clock.after(TICK_MS, () => {
      this.look();
      this.tick();
    });
  }
}
