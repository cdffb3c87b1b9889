import { useEffect, useRef } from 'react';
import { register, singleKeys } from './keys';

const typing = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/**
 * Calls back on a key, and puts it on the list of keys. Keys without Ctrl do not count while somebody types, below a dialog, or
 * when they are switched off.
 * @param label - what it does, in the reader's language
 */
export function useShortcut(key: string, label: string, act: () => void, { ctrl = false } = {}) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => register({ key, label, ctrl }), [key, label, ctrl]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || event.altKey || (event.ctrlKey || event.metaKey) !== ctrl) return;
      if (!ctrl && (typing(event.target) || !singleKeys.on() || document.querySelector('[role=dialog]'))) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [key, ctrl]);
}
