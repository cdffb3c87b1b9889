import type { Clock } from '../clock';

/** Time that moves only when told. */
export class VirtualClock implements Clock {
  private time = 1_800_000_000_000;
  private readonly timers = new Set<{ at: number; call: () => void }>();

  now = () => this.time;

  after = (ms: number, call: () => void) => {
    const timer = { at: this.time + ms, call };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  };

  /** Lets everything that is due happen in order, promises included. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(end); next; next = this.next(end)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.call();
      await settle();
    }
    this.time = end;
  }

  /** Time passes in which nothing runs, as when the process is held up; timers are late then. */
  stall(ms: number): void {
    this.time += ms;
  }

  private next(end: number) {
    return [...this.timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

const settle = () => new Promise(resolve => setImmediate(resolve));
