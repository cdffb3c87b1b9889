import { useApiHolder } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { FLEET_SIGNAL_CHANNEL } from '@flotilla/backstage-plugin-fleet-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Follower, type Live, type Stamped } from './follow';

export type { Live } from './follow';

/**
 * A view that keeps itself up to date.
 * @param key - names what is read; another key reads anew, and keeps the old rows meanwhile if `keepOld` is set
 */
export function useLive<T extends Stamped>(key: string, read: (signal: AbortSignal) => Promise<T>, { keepOld = false } = {}): Live<T> & { retry: () => void; pending: boolean } {
  const signals = useApiHolder().get(signalApiRef);
  const [state, setState] = useState<{ key: string; live: Live<T> }>({ key, live: { ahead: 0, following: 'live' } });
  const reader = useRef(read);
  reader.current = read;
  const follower = useRef<Follower<T>>();
  useEffect(() => {
    const following = new Follower<T>({
      read: signal => reader.current(signal),
      onSignal:
        signals &&
        (listener => {
          const { unsubscribe } = signals.subscribe(FLEET_SIGNAL_CHANNEL, message => listener(String(message.version)));
          return unsubscribe;
        }),
      onChange: live => setState({ key, live }),
    });
    follower.current = following;
    return () => following.stop();
  }, [key, signals]);
  const retry = useCallback(() => void follower.current?.read(), []);
  const pending = state.key !== key;
  const live: Live<T> = pending && !keepOld ? { ahead: 0, following: 'live' } : state.live;
  return { ...live, retry, pending };
}
