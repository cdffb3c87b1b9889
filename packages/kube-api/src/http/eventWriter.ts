import type { ServerResponse } from 'node:http';
import type { WatchEvent } from '../types';

/** Held back at most, in characters, before it is written within the same turn of the loop. */
const MAX_BATCH = 65_536;
/** The last objects sent, as JSON: fifty watchers of one change make its text once. */
const recent = new Map<object, string>();
const RECENT = 256;

function lineOf({ type, object }: WatchEvent): string {
  let text = recent.get(object);
  if (text === undefined) {
    text = JSON.stringify(object);
    recent.set(object, text);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  }
  return `{"type":"${type}","object":${text}}\n`;
}

/**
 * Writes the events of one watch. What is ready in one turn of the loop leaves together: a burst would else cost a TLS
 * record for each event. While the client is behind nothing piles up here: the storage's history is the queue.
 */
export class EventWriter {
  private batch = '';
  private scheduled = false;
  /** While the client is behind: resolves to whether it caught up in time. */
  private blocked: Promise<boolean> | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly options: { stallMs: number; signal: AbortSignal },
  ) {}

  /** Takes one event. Resolves to false when the client took nothing for too long. */
  async push(event: WatchEvent): Promise<boolean> {
    if (this.blocked && !(await this.blocked)) return false;
    this.batch += lineOf(event);
    if (this.batch.length >= MAX_BATCH) this.flush();
    else if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => this.flush());
    }
    return true;
  }

  /** Writes what is left and ends the answer. */
  end(): void {
    this.flush();
    this.response.end();
  }

  private flush(): void {
    this.scheduled = false;
    const { batch, response } = this;
    this.batch = '';
    if (batch === '' || response.destroyed || response.writableEnded) return;
    const taken = response.write(batch);
    (response as { flush?: () => void }).flush?.();
    if (!taken) this.blocked = this.drained();
  }

  /** Whether the client took what was written, or the stream is to end, before the time is over. */
  private drained(): Promise<boolean> {
    const { response, options } = this;
    return new Promise(resolve => {
      const settle = (inTime: boolean) => {
        clearTimeout(timer);
        response.off('drain', caughtUp);
        options.signal.removeEventListener('abort', caughtUp);
        if (inTime) this.blocked = undefined;
        resolve(inTime);
      };
      const caughtUp = () => settle(true);
      const timer = setTimeout(() => settle(false), options.stallMs);
      response.on('drain', caughtUp);
      options.signal.addEventListener('abort', caughtUp);
    });
  }
}
