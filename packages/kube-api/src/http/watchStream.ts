import type { ServerResponse } from 'node:http';
import { KubeError } from '../errors';
import type { WatchEvent } from '../types';
import { statusOf } from './answer';
import type { LogError } from './answer';
import type { Warnings } from './warnings';

export interface WatchStreamOptions {
  /** Written but not yet taken by the client, in bytes; beyond it the connection is cut. */
  maxQueuedBytes: number;
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
  let pending = iterator.next();
  try {
    await refusedSoon(pending, options.signal);
    openStream(response, options.warnings);
    const ended = new Promise<IteratorResult<WatchEvent>>(resolve => {
      const end = () => resolve({ done: true, value: undefined });
      if (options.signal.aborted) end();
      options.signal.addEventListener('abort', end, { once: true });
    });
    for (;;) {
      const { done, value } = await Promise.race([pending, ended]);
      if (done) break;
      if (!writeEvent(response, options.convert(value), options)) return;
      pending = iterator.next();
    }
  } catch (error) {
    if (!response.headersSent && !(error instanceof KubeError && error.code === 410)) throw error;
    if (!response.headersSent) openStream(response, options.warnings);
    writeEvent(response, { type: 'ERROR', object: statusOf(error, options.log) }, options);
  } finally {
    pending.catch(() => undefined);
    // A generator that still waits answers only after its signal, which is aborted by now or will be.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
  response.end();
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

/** Writes one event at once. Returns false when the client is gone, or so slow that it was cut off. */
function writeEvent(response: ServerResponse, event: WatchEvent, { maxQueuedBytes, log }: WatchStreamOptions): boolean {
  if (response.destroyed || response.writableEnded) return false;
  response.write(`${JSON.stringify(event)}\n`);
  (response as { flush?: () => void }).flush?.();
  if (response.writableLength <= maxQueuedBytes) return true;
  log(`a watch was cut off: its client had not taken ${response.writableLength} bytes`, undefined);
  response.destroy();
  return false;
}
