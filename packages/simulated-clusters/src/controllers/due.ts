import type { Hands } from './hands';

/** Timers hold less than 25 days; who waits longer is looked at in between. */
const LONGEST_WAIT_MS = 86_400_000;

/** What has to be looked at, each by a text: the UID of an object, or what it follows. */
export class Due {
  #marks = new Set<string>();
  /** After a start, or when changes were missed, everything is due. */
  #all = true;
  readonly #wakes = new Map<string, number>();

  constructor(
    private readonly hands: Hands,
    private readonly onDue: () => void,
  ) {}

  add(mark: string): void {
    this.#marks.add(mark);
    this.onDue();
  }

  addAll(): void {
    this.#all = true;
    this.onDue();
  }

  /** An object is due at a time. Of several times the earliest holds; who wants a later one asks again then. */
  at(uid: string, time: number): void {
    if ((this.#wakes.get(uid) ?? Infinity) <= time) return;
    this.#wakes.set(uid, time);
    this.hands.after(Math.min(LONGEST_WAIT_MS, Math.max(0, time - this.hands.now())), () => {
      if (this.#wakes.get(uid) !== time) return;
      this.#wakes.delete(uid);
      this.add(uid);
    });
  }

  /** What is due now, as a question; from here on it is collected anew. */
  take(): (mark: string) => boolean {
    const [marks, all] = [this.#marks, this.#all];
    this.#marks = new Set();
    this.#all = false;
    return mark => all || marks.has(mark);
  }
}
