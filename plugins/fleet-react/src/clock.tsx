import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react';

const STEP_MS = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

// One timer for all ages on the page, so that they change together and a table paints once a second at most.
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach(each => each()), STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const second = () => Math.floor(Date.now() / STEP_MS) * STEP_MS;
const AheadContext = createContext(0);

/** The server's clock for ages below it. @param ahead - by how many ms the server is ahead of this browser */
export const ServerClock = ({ ahead, children }: { ahead: number; children: ReactNode }) => <AheadContext.Provider value={ahead}>{children}</AheadContext.Provider>;

/** The server's time in ms since the epoch, to the second; renders again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, second) + useContext(AheadContext);
}
