import type { LogError } from '../http';
import { pause } from './follow';

const RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** Keys waiting to be looked at, each once. Failures come back after a growing while. */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly failures = new Map<string, number>();
  private wake: (() => void) | undefined;
  private held = true;

  constructor(
    private readonly signal: AbortSignal,
    private readonly work: (key: string) => Promise<void>,
    private readonly log?: LogError,
  ) {
    signal.addEventListener('abort', () => this.wake?.());
    void this.run();
  }

  add(key: string): void {
    this.waiting.add(key);
    if (!this.held) this.wake?.();
  }

  /** Stops handing out work, while what is known is incomplete. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.wake?.();
  }

  private async run(): Promise<void> {
    while (!this.signal.aborted) {
      const [key] = this.held ? [] : this.waiting;
      if (key === undefined) {
        await new Promise<void>(resolve => (this.wake = resolve));
        continue;
      }
      this.waiting.delete(key);
      try {
        await this.work(key);
        this.failures.delete(key);
      } catch (error) {
        this.retry(key, error);
      }
    }
  }

  private retry(key: string, error: unknown): void {
    const count = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, count);
    // Once is a race with another writer; only what keeps failing is worth a line.
    if (count === 3) this.log?.(`a controller of the API keeps failing at ${key}`, error);
    const wait = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (count - 1));
    void pause(wait, this.signal).then(() => this.signal.aborted || this.add(key));
  }
}
