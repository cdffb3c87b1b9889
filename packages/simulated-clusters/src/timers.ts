/** Timers that end together. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  #ended = false;

  /** Calls back after so many ms, unless all of them are ended before. */
  readonly after = (ms: number, call: () => void): void => {
    if (this.#ended) return;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      call();
    }, ms);
    this.#running.add(timer);
  };

  end(): void {
    this.#ended = true;
    this.#running.forEach(clearTimeout);
    this.#running.clear();
  }
}
