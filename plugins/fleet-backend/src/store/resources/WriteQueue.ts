import type { KubeObject } from '@flotilla/kube-api';
import { StorageError } from '@flotilla/kube-api';
import type { Write } from './planWrites';

interface Waiting {
  write: Write;
  resolve(object: KubeObject): void;
  reject(error: unknown): void;
}

/** The most one transaction takes: enough to share its cost, few enough that a statement stays short. */
const BATCH_WRITES = 64;
const BATCH_CHARACTERS = 512 * 1024;

/**
 * One writer of this process: writes that come while a transaction runs go together into the next.
 * So a lone writer waits for nothing, and many share the price of a commit.
 */
export class WriteQueue {
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(private readonly commit: (writes: Write[]) => Promise<(KubeObject | StorageError)[]>) {}

  /** Resolves once the write is committed. Throws StorageError, or what the database threw. */
  submit(write: Write): Promise<KubeObject> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Writes asked for in the same turn of the event loop belong into one batch.
    await Promise.resolve();
    while (this.#waiting.length) await this.#carryOut(this.#nextBatch());
    // In the same turn as the last look at the queue, or a write that comes between would wait for ever.
    this.#running = undefined;
  }

  #nextBatch(): Waiting[] {
    let count = 0;
    let characters = 0;
    for (const { write } of this.#waiting) {
      characters += 'text' in write ? write.text.length : 0;
      if (count > 0 && (count === BATCH_WRITES || characters > BATCH_CHARACTERS)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #carryOut(batch: Waiting[]): Promise<void> {
    try {
      const outcomes = await this.commit(batch.map(({ write }) => write));
      batch.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at];
        if (outcome instanceof StorageError) reject(outcome);
        else resolve(outcome);
      });
    } catch (error) {
      if (batch.length === 1) batch[0].reject(error);
      // One write the database will not take must not fail its neighbours: nothing was stored, so each is tried alone.
      else for (const each of batch) await this.#carryOut([each]);
    }
  }
}
