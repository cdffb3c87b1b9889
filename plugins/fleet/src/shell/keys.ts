import { useSyncExternalStore } from 'react';

/** A key that does something on the page that is shown. */
export interface Shortcut {
  key: string;
  label: string;
  ctrl: boolean;
}

const STORED = 'fleet.singleKeys';

const listeners = new Set<() => void>();
const tell = () => listeners.forEach(each => each());
let known: readonly Shortcut[] = [];

function readStored(): boolean {
  try {
    return window.localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

/** Whether keys without Ctrl act; people who speak to their computer switch them off (WCAG 2.1.4). Kept in this browser. */
export const singleKeys = {
  on: readStored,
  set(on: boolean) {
    try {
      window.localStorage.setItem(STORED, on ? 'on' : 'off');
    } finally {
      tell();
    }
  },
};

/** Adds a key to the list of keys. Returns the way to take it off again. */
export function register(shortcut: Shortcut): () => void {
  known = [...known, shortcut];
  tell();
  return () => {
    known = known.filter(each => each !== shortcut);
    tell();
  };
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** The keys of the page that is shown. */
export const useShortcuts = (): readonly Shortcut[] => useSyncExternalStore(subscribe, () => known);

/** {@link singleKeys}, followed. */
export const useSingleKeys = (): boolean => useSyncExternalStore(subscribe, readStored);
