import type { Outcome } from '../clusters/types';
import type { Clock } from './clock';

/**
 * Tries before a cluster that answered is said to be silent. Where one answer in twenty is lost, six are lost together once in 64 million looks:
 * once in seven years of a cluster that is looked at every 3.5 s. Five would be every four months.
 */
const TRIES = 6;
/** An answer that has not come by then is asked for once more; the first try is waited for all the same. */
const FIRST_DOUBT_MS = 1_000;
const DOUBT_MS = 400;

export interface LookOptions {
  clock: Clock;
  /** How much of the usual time passes between two tries, at most 1; less where one looks more often. */
  pace: number;
  /** Whether one miss says enough. */
  once: boolean;
  signal: AbortSignal;
}

/**
 * One look at whether a cluster answers: asks, and where no answer comes asks again beside it, until one comes or all have failed. So a lost
 * answer costs a second and a cluster that hangs no more than the last try's time limit after the others.
 * @param ask - one try; it has a time limit of its own
 * @returns the first answer, or the last failure
 */
export function look<T>(ask: (signal: AbortSignal) => Promise<Outcome<T>>, { clock, pace, once, signal }: LookOptions): Promise<Outcome<T>> {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let tries = 0;
  let open = 0;
  let cancel = () => {};
  return new Promise<Outcome<T>>((resolve, reject) => {
    const begin = () => {
      cancel();
      tries++;
      open++;
      if (!once && tries < TRIES) cancel = clock.after((tries === 1 ? FIRST_DOUBT_MS : DOUBT_MS) * pace, begin);
      const began = clock.now();
      const ended = (outcome: Outcome<T>) => {
        open--;
        // The others end when one was answered.
        if (outcome.ok || once || ending.signal.aborted) return resolve(outcome);
        if (open > 0) return undefined;
        if (tries >= TRIES) return resolve(outcome);
        // There is nothing to wait for but a moment.
        cancel();
        cancel = clock.after(Math.max(0, DOUBT_MS * pace - (clock.now() - began)), begin);
        return undefined;
      };
      ask(ending.signal).then(ended, reject);
    };
    begin();
  }).finally(() => {
    cancel();
    end();
    signal.removeEventListener('abort', end);
  });
}
