import type { ServerResponse } from 'node:http';
import type { WatchEvent } from '../types';

/** Held back at most, in bytes, before it is written within the same turn of the loop. */
const MAX_BATCH = 65_536;
/**
 * An event after a pause leaves at once; in a stream of them those of so many milliseconds leave together. Each write costs a chunk, a TLS
 * record and a system call, for each watcher: with fifty of them at 300 events a second that is most of what a watch costs.
 */
const GATHER_MS = 50;
/** What comes so soon after a write is a stream; a process short of time turns less often than it should gather, and must save all the more. */
const PAUSE_MS = 4 * GATHER_MS;
/** The last objects sent, as JSON: fifty watchers of one change make its bytes once. */
const recent = new Map<object, Buffer>();
const RECENT = 256;
const END = Buffer.from('}\n');

function bytesOf(object: object): Buffer {
  let bytes = recent.get(object);
  if (!bytes) {
    bytes = Buffer.from(JSON.stringify(object), 'utf8');
    recent.set(object, bytes);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  }
  return bytes;
}

/**
 * Writes the events of one watch. While the client is behind nothing piles up here: the storage's history is the queue.
 */
export class EventWriter {
  private batch: Buffer[] = [];
  private size = 0;
  private scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  private flushedAt = -PAUSE_MS;
  /** While the client is behind: resolves to whether it caught up in time. */
  private blocked: Promise<boolean> | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly options: { stallMs: number; signal: AbortSignal },
  ) {}

  /** Takes one event: at once, or when the client has caught up. False when that one took nothing for too long. */
  push(event: WatchEvent): true | Promise<boolean> {
    if (this.blocked) return this.blocked.then(inTime => inTime && this.push(event));
    const bytes = bytesOf(event.object);
    this.batch.push(Buffer.from(`{"type":"${event.type}","object":`), bytes, END);
    this.size += bytes.length;
    if (this.size >= MAX_BATCH) this.flush();
    else this.scheduled ??= this.schedule();
    return true;
  }

  private schedule(): NodeJS.Timeout | NodeJS.Immediate {
    const isStream = performance.now() - this.flushedAt < PAUSE_MS;
    return isStream ? setTimeout(() => this.flush(), GATHER_MS) : setImmediate(() => this.flush());
  }

  /** Writes what is left and ends the answer. */
  end(): void {
    this.flush();
    this.response.end();
  }

  private flush(): void {
    // Node clears either kind by either function, and a fired one is cleared without harm.
    if (this.scheduled) clearTimeout(this.scheduled as NodeJS.Timeout);
    this.scheduled = undefined;
    this.flushedAt = performance.now();
    const { batch, response } = this;
    this.batch = [];
    this.size = 0;
    if (batch.length === 0 || response.destroyed || response.writableEnded) return;
    const taken = response.write(Buffer.concat(batch));
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
