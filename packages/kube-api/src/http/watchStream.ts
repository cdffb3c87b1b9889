import type { ServerResponse } from 'node:http';
import type { WatchEvent } from '../types';
import { statusOf } from './answer';
import type { LogError } from './answer';
import { EventWriter } from './eventWriter';
import type { Warnings } from './warnings';

export interface WatchStreamOptions {
  /** How long a client may take nothing while something waits for it, in milliseconds; then the connection is cut. */
  stallMs: number;
  /** The one that ends the events: in good order (time limit, end of token), or without one (client gone). */
  signal: AbortSignal;
  /** Turns each event's object into the form the client asked for. */
  convert(event: WatchEvent): WatchEvent;
  warnings: Warnings;
  log: LogError;
}

const HEADERS = {
  'Content-Type': 'application/json',
  // Compression middleware would hold events back.
  'Cache-Control': 'no-cache, private, no-transform',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Answers at once, then streams watch events as lines of JSON until they end, as they do with the signal. Their failure is an ERROR event.
 */
export async function streamWatch(response: ServerResponse, events: AsyncIterable<WatchEvent>, options: WatchStreamOptions): Promise<void> {
  if (response.destroyed) return;
  openStream(response, options.warnings);
  const writer = new EventWriter(response, options);
  try {
    for await (const event of events) {
      if (response.destroyed) return;
      const taken = writer.push(options.convert(event));
      if (taken !== true && !(await taken)) {
        cutOff(response, options);
        return;
      }
    }
  } catch (error) {
    await writer.push({ type: 'ERROR', object: statusOf(error, options.log) });
  }
  writer.end();
}

function cutOff(response: ServerResponse, { stallMs, log }: WatchStreamOptions): void {
  log(`a watch was cut off: its client took nothing for ${stallMs} ms`, undefined);
  response.destroy();
}

function openStream(response: ServerResponse, warnings: Warnings): void {
  const warned = warnings.headers();
  response.writeHead(200, { ...HEADERS, ...(warned.length > 0 ? { Warning: warned } : {}) });
  response.flushHeaders();
}
