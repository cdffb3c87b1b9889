import { useEffect, useRef } from 'react';

const typing = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Calls back on a key; plain letters and signs do not count while somebody types. */
export function useShortcut(key: string, act: () => void, { ctrl = false } = {}) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || event.altKey || (event.ctrlKey || event.metaKey) !== ctrl) return;
      if (!ctrl && typing(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [key, ctrl]);
}
