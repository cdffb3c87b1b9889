/** At most so many requests to one cluster at once; the rest wait in line, up to a limit. */
export class Budget {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly limit: number,
    private readonly queueLimit: number,
  ) {}

  /** A function that gives the place back; 'full' when too many wait; 'aborted' when `signal` ended the wait. */
  async enter(signal: AbortSignal): Promise<(() => void) | 'full' | 'aborted'> {
    if (signal.aborted) return 'aborted';
    if (this.running >= this.limit) {
      if (this.waiting.length >= this.queueLimit) return 'full';
      const admitted = await this.wait(signal);
      if (!admitted) return 'aborted';
    } else {
      this.running++;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // The place passes straight to the next in line, so `running` stays.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    };
  }

  private wait(signal: AbortSignal): Promise<boolean> {
    return new Promise(resolve => {
      const admit = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(admit), 1);
        resolve(false);
      };
      this.waiting.push(admit);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
