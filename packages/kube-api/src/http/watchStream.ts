import type { ServerResponse } from 'node:http';
import { KubeError } from '../errors';
import type { WatchEvent } from '../types';
import { statusOf } from './answer';
import type { LogError } from './answer';
import { EventWriter } from './eventWriter';
import type { Warnings } from './warnings';

export interface WatchStreamOptions {
  /** How long a client may take nothing while something waits for it, in milliseconds; then the connection is cut. */
  stallMs: number;
  /** Ends the stream in good order (time limit, end of token), or without one (client gone). */
  signal: AbortSignal;
  /** Turns each event's object into the form the client asked for. */
  convert(event: WatchEvent): WatchEvent;
  warnings: Warnings;
  log: LogError;
}

/** A failure this soon is an ordinary error answer; later ones are an ERROR event in the stream. */
const REFUSAL_MS = 500;
const HEADERS = {
  'Content-Type': 'application/json',
  // Compression middleware would hold events back.
  'Cache-Control': 'no-cache, private, no-transform',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Streams watch events as lines of JSON until the source ends or the signal aborts.
 *
 * @throws KubeError when the watch is refused before anything was sent, except 410, which as in Kubernetes is an event
 */
export async function streamWatch(response: ServerResponse, events: AsyncIterable<WatchEvent>, options: WatchStreamOptions): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  const writer = new EventWriter(response, options);
  let pending = iterator.next();
  try {
    await refusedSoon(pending, options.signal);
    openStream(response, options.warnings);
    const next = untilAborted<IteratorResult<WatchEvent>>(options.signal, { done: true, value: undefined });
    for (;;) {
      const { done, value } = await next(pending);
      if (done) break;
      if (response.destroyed) return;
      if (!(await writer.push(options.convert(value)))) return cutOff(response, options);
      pending = iterator.next();
    }
  } catch (error) {
    if (!response.headersSent && !(error instanceof KubeError && error.code === 410)) throw error;
    if (!response.headersSent) openStream(response, options.warnings);
    await writer.push({ type: 'ERROR', object: statusOf(error, options.log) });
  } finally {
    pending.catch(() => undefined);
    // A generator that still waits answers only after its signal, which is aborted by now or will be.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
  writer.end();
}

/** Waits for one promise after the other, or for the signal. `Promise.race` would keep something of every event. */
function untilAborted<T>(signal: AbortSignal, end: T): (pending: Promise<T>) => Promise<T> {
  let finish: (value: T) => void = () => undefined;
  signal.addEventListener('abort', () => finish(end), { once: true });
  return pending =>
    new Promise((resolve, reject) => {
      finish = resolve;
      if (signal.aborted) resolve(end);
      pending.then(resolve, reject);
    });
}

function cutOff(response: ServerResponse, { stallMs, log }: WatchStreamOptions): void {
  log(`a watch was cut off: its client took nothing for ${stallMs} ms`, undefined);
  response.destroy();
}

/** Waits for the first event for a moment. Throws what it throws; a silent watch is a good one. */
async function refusedSoon(first: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<void>(resolve => {
    timer = setTimeout(resolve, REFUSAL_MS);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([first, moment]);
  } finally {
    clearTimeout(timer);
  }
}

function openStream(response: ServerResponse, warnings: Warnings): void {
  if (response.destroyed) return;
  const warned = warnings.headers();
  response.writeHead(200, { ...HEADERS, ...(warned.length > 0 ? { Warning: warned } : {}) });
  response.flushHeaders();
}
