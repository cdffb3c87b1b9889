/**
 * Runs a task again and again, the pause between two runs, until the signal aborts. A failure is told and the task goes on.
 *
 * @param pauseMs - milliseconds before the first run and between runs
 * @returns settles when the last run has ended
 */
export async function repeat(task: () => Promise<void>, pauseMs: number, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  while (await pause(pauseMs, signal)) {
    try {
      await task();
    } catch (error) {
      onError(error);
    }
  }
}

/** True after the time, false as soon as the signal aborts. Keeps no process alive. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise(resolve => {
    const timer = setTimeout(end, ms);
    timer.unref();
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(!signal.aborted);
    }
    signal.addEventListener('abort', end);
  });
}

/**
 * Takes one step after the other until one finds nothing left to do, or the signal aborts.
 *
 * @param step - resolves to how much it did
 * @returns how much was done in all
 */
export async function untilNoneIsLeft(step: () => Promise<number>, signal?: AbortSignal): Promise<number> {
  let done = 0;
  while (!signal?.aborted) {
    const count = await step();
    if (count === 0) break;
    done += count;
  }
  return done;
}
