import { StorageError } from '../storage';
import type { KubeObject } from '../types';
import { pause } from './follow';
import type { ControllerOptions } from './follow';

export interface EventExpiryOptions extends Omit<ControllerOptions, 'service'> {
  /** How long an Event lives after it was last seen, in milliseconds. Default one hour. */
  ttlMs?: number;
  /** How often old Events are looked for, in milliseconds. Default one minute. */
  everyMs?: number;
}

const HOUR_MS = 3_600_000;
const GROUPS = ['', 'events.k8s.io'];

/** When an Event was last seen, in milliseconds since the epoch; 0 when it does not say. */
function lastSeen(event: KubeObject): number {
  const times = [event.metadata.creationTimestamp, event.eventTime, event.firstTimestamp, event.lastTimestamp, event.series?.lastObservedTime];
  return Math.max(0, ...times.map(time => Date.parse(time ?? '')).filter(time => !Number.isNaN(time)));
}

/** Removes old Events until the signal aborts. */
export async function startEventExpiry(options: EventExpiryOptions): Promise<void> {
  const { signal, log, ttlMs = HOUR_MS, everyMs = 60_000 } = options;
  while (!signal.aborted) {
    try {
      await removeOlderThan(options, Date.now() - ttlMs);
    } catch (error) {
      log?.('old Events could not be removed', error);
    }
    await pause(everyMs, signal);
  }
}

async function removeOlderThan({ storage, signal }: EventExpiryOptions, limit: number): Promise<void> {
  for (const group of GROUPS) {
    const { items } = await storage.list({ group, resource: 'events' });
    for (const { metadata } of items.filter(event => lastSeen(event) < limit)) {
      if (signal.aborted) return;
      const key = { group, resource: 'events', namespace: metadata.namespace ?? '', name: metadata.name! };
      await storage.remove(key, metadata.resourceVersion!).catch(error => {
        // Seen again, or gone, since the list was read.
        if (!(error instanceof StorageError)) throw error;
      });
    }
  }
}
