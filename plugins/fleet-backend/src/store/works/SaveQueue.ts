import type { Fence, Work } from '../types';

interface Waiting {
  works: Work[];
  fence: Fence;
  done(): void;
  failed(error: unknown): void;
}

/**
 * Puts saves that come at once into one transaction: one application writes records for ten clusters in the same moment,
 * and each commit costs a write to the disk. Every caller hears of its own rows only after the commit that holds them.
 */
export class SaveQueue {
  readonly #waiting: Waiting[] = [];
  #running = false;

  constructor(private readonly write: (works: Work[], fence: Fence) => Promise<void>) {}

  save(works: Work[], fence: Fence): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ works, fence, done, failed });
      if (!this.#running) void this.#run();
    });
  }

  async #run() {
    this.#running = true;
    while (this.#waiting.length > 0) {
      // The others of the same moment come within the turn.
      await new Promise(resolve => setImmediate(resolve));
      const [{ fence }] = this.#waiting;
      const together = this.#waiting.filter(each => each.fence.epoch === fence.epoch);
      for (const each of together) this.#waiting.splice(this.#waiting.indexOf(each), 1);
      try {
        await this.write(together.flatMap(each => each.works), fence);
        together.forEach(each => each.done());
      } catch (error) {
        together.forEach(each => each.failed(error));
      }
    }
    this.#running = false;
  }
}
