import type { Following } from '@flotilla/backstage-plugin-fleet-react';
import { shareUnchanged } from './shareUnchanged';

/** Signals that come together are answered by one read. */
const COLLECT_MS = 500;
/** Without a socket. */
const POLL_MS = 10_000;
/** With a socket, in case a signal was lost. */
const SAFETY_MS = 30_000;
/** A change seen by reading so often, without a signal: the socket is gone. */
const MISSED = 2;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** All views say which version they show and what time it is on the server. */
export interface Stamped {
  version?: string;
  now: number;
}

export interface Live<T> {
  data?: T;
  /** By how many ms the server's clock is ahead of this browser's. */
  ahead: number;
  following: Following;
  /** Why there is no data, or why it is no longer kept up to date. */
  problem?: { error: Error & { statusCode?: number; cause?: unknown }; since: number; tried: number; nextAt?: number };
}

export interface FollowOptions<T extends Stamped> {
  read: (signal: AbortSignal) => Promise<T>;
  /** Calls back on each signal; absent when the portal has no signals. Returns the way to stop. */
  onSignal?: (listener: (version: string) => void) => () => void;
  onChange: (live: Live<T>) => void;
  start?: Live<T>;
}

/** An answer that will not change by asking again. */
export const isFinal = (error: { statusCode?: number }) => error.statusCode === 403 || error.statusCode === 404;

/** Keeps one view up to date while somebody looks at it: reads on signals, at intervals, after failures; not in hidden tabs. */
export class Follower<T extends Stamped> {
  #live: Live<T>;
  #reading?: AbortController;
  #timer?: ReturnType<typeof setTimeout>;
  #collecting?: ReturnType<typeof setTimeout>;
  #signalled = false;
  #missed = 0;
  #stops: (() => void)[] = [];

  constructor(private readonly options: FollowOptions<T>) {
    this.#live = options.start ?? { ahead: 0, following: 'live' };
    const stopSignals = options.onSignal?.(() => this.#onSignal());
    const onVisible = () => (document.hidden ? this.#pause() : void this.read());
    document.addEventListener('visibilitychange', onVisible);
    this.#stops = [() => document.removeEventListener('visibilitychange', onVisible), () => stopSignals?.(), () => this.#pause()];
    void this.read();
  }

  stop() {
    this.#stops.forEach(stop => stop());
  }

  /** Reads now; an earlier read that is still under way is given up. */
  async read(): Promise<void> {
    this.#pause();
    const reading = new AbortController();
    this.#reading = reading;
    try {
      const after = await this.options.read(reading.signal);
      if (!reading.signal.aborted) this.#onRead(after);
    } catch (error) {
      if (!reading.signal.aborted) this.#onFailure(error as Error);
    }
  }

  #onRead(after: T) {
    const { data } = this.#live;
    if (data && after.version !== data.version && !this.#signalled) this.#missed += 1;
    this.#signalled = false;
    const polling = !this.options.onSignal || this.#missed >= MISSED;
    this.#set({ data: data ? shareUnchanged(data, after) : after, ahead: after.now - Date.now(), following: polling ? 'polling' : 'live' });
    this.#readAfter(polling ? POLL_MS : SAFETY_MS);
  }

  #onFailure(error: Error & { statusCode?: number }) {
    const before = this.#live.problem;
    const tried = (before?.tried ?? 0) + 1;
    const wait = isFinal(error) ? undefined : RETRY_MS[Math.min(tried, RETRY_MS.length) - 1];
    const problem = { error, since: before?.since ?? Date.now(), tried, nextAt: wait && Date.now() + wait };
    this.#set({ ...this.#live, ...(isFinal(error) && { data: undefined }), following: 'stopped', problem });
    if (wait) this.#readAfter(wait);
  }

  #onSignal() {
    this.#signalled = true;
    this.#missed = 0;
    if (document.hidden || this.#collecting) return;
    if (this.#live.following !== 'stopped' && this.#live.data) this.#set({ ...this.#live, following: 'catchingUp' });
    this.#collecting = setTimeout(() => void this.read(), COLLECT_MS);
  }

  #readAfter(ms: number) {
    if (document.hidden) return;
    this.#timer = setTimeout(() => void this.read(), ms);
  }

  #pause() {
    this.#reading?.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#collecting);
    this.#collecting = undefined;
  }

  #set(live: Live<T>) {
    this.#live = live;
    this.options.onChange(live);
  }
}
