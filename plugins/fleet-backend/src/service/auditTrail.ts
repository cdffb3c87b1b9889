import type { Activity, ActivityLog } from '../store/types';

/** Entries of so many milliseconds are written together: each would else cost a commit of its own beside the write it tells of. */
const GATHER_MS = 100;
/** Beyond it they are written at once, so that a burst never fills the memory. */
const MOST_WAITING = 500;

/** Takes what is put on record and writes it a moment later, in order. */
export class AuditTrail {
  #waiting: Activity[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param failed - told of entries that could not be written; they are lost */
  constructor(
    private readonly log: Pick<ActivityLog, 'add'>,
    private readonly failed: (error: unknown, lost: number) => void,
  ) {}

  record = (activity: Activity): void => {
    this.#waiting.push(activity);
    if (this.#waiting.length >= MOST_WAITING) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  };

  /** Resolves when all that was recorded so far is written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length > 0) this.#writing = this.#writing.then(() => this.log.add(entries).catch(error => this.failed(error, entries.length)));
    return this.#writing;
  }
}
