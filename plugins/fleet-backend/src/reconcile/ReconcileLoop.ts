/** Says when a key is to be looked at again; `undefined` = when something changes. */
export interface Result {
  /** Milliseconds from now. */
  again?: number;
}

export interface Clock {
  now(): number;
  /** Calls back once after `ms`; returns the cancel. */
  after(ms: number, call: () => void): () => void;
}

export interface LoopOptions {
  /** Does the work of one key. A throw is a fault: logged once, tried again with back-off. */
  reconcile(key: string): Promise<Result | void>;
  clock: Clock;
  /** Keys worked on at the same time. */
  workers: number;
  /** First and longest wait after a throw, ms. */
  backOff?: { first: number; longest: number };
  onFault(key: string, error: unknown, attempt: number): void;
}

/** Of so many places that become free while both lines wait, one goes to the line of looks. */
const TURNS = 4;

/**
 * Level-based: keys in, work out, in the manner of controller-runtime. A key waiting is there once however often it was added;
 * a key that is added while it is worked on is worked on again afterwards; never twice at the same time.
 * There are two lines: what was wished for goes before looks at what came of it. So a burst of wishes is not held up by its own echoes, and
 * the many echoes of one key are one look.
 */
export class ReconcileLoop {
  readonly #options: LoopOptions;
  readonly #wishes = new Set<string>();
  readonly #looks = new Set<string>();
  readonly #working = new Map<string, { dirty?: 'wish' | 'look' }>();
  readonly #timers = new Map<string, { at: number; cancel: () => void }>();
  readonly #attempts = new Map<string, number>();
  #idle: (() => void)[] = [];
  #turn = 0;
  #stopped = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Whether wishes wait in line. */
  get crowded(): boolean {
    return this.#wishes.size > 0;
  }

  /** Wakes a key now, for a wish. */
  add(key: string): void {
    this.#wake(key, 'wish');
  }

  /** Wakes a key after `ms` for a look, unless it is woken before; of two waits the earlier holds. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const at = this.#options.clock.now() + ms;
    const timer = this.#timers.get(key);
    if (timer && timer.at <= at) return;
    timer?.cancel();
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(key);
      this.#wake(key, 'look');
    });
    this.#timers.set(key, { at, cancel });
  }

  /** Resolves when nothing waits and nothing is worked on (timers may still run). */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>(resolve => this.#idle.push(resolve));
  }

  /** Takes no more keys; resolves when those in work are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wishes.clear();
    this.#looks.clear();
    for (const key of [...this.#timers.keys()]) this.#cancelTimer(key);
    await this.idle();
  }

  #cancelTimer(key: string) {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  #isIdle() {
    return this.#wishes.size === 0 && this.#looks.size === 0 && this.#working.size === 0;
  }

  #wake(key: string, why: 'wish' | 'look') {
    if (this.#stopped) return;
    this.#cancelTimer(key);
    const working = this.#working.get(key);
    if (working) working.dirty = why === 'wish' ? why : (working.dirty ?? why);
    else this.#line(key, why);
    this.#pump();
  }

  #line(key: string, why: 'wish' | 'look') {
    if (why === 'wish') {
      this.#looks.delete(key);
      this.#wishes.add(key);
    } else if (!this.#wishes.has(key)) {
      this.#looks.add(key);
    }
  }

  #next(): string | undefined {
    const [first, second] = this.#turn++ % TURNS === TURNS - 1 ? [this.#looks, this.#wishes] : [this.#wishes, this.#looks];
    const line = first.size > 0 ? first : second;
    const [key] = line;
    line.delete(key);
    return key;
  }

  #pump() {
    while (this.#working.size < this.#options.workers) {
      const key = this.#next();
      if (key === undefined) return;
      this.#working.set(key, {});
      this.#work(key).finally(() => this.#done(key));
    }
  }

  async #work(key: string) {
    try {
      // SQLite answers within the same turn: without this, a burst of keys would run in microtasks and starve the event loop.
      await new Promise(resolve => setImmediate(resolve));
      const result = await this.#options.reconcile(key);
      this.#attempts.delete(key);
      if (result?.again !== undefined) this.addAfter(key, result.again);
    } catch (error) {
      const attempt = (this.#attempts.get(key) ?? 0) + 1;
      this.#attempts.set(key, attempt);
      this.#options.onFault(key, error, attempt);
      const { first, longest } = this.#options.backOff ?? { first: 200, longest: 60_000 };
      this.addAfter(key, Math.min(longest, first * 2 ** (attempt - 1)));
    }
  }

  #done(key: string) {
    const dirty = this.#working.get(key)?.dirty;
    this.#working.delete(key);
    if (dirty && !this.#stopped) this.#line(key, dirty);
    this.#pump();
    if (this.#isIdle()) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
