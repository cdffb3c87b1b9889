/** How long an answer through the portal may take, and how long nobody may take it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { memberProxy } from './memberProxy';

const LIMITS = { wholeMs: 60_000, streamMs: 60_000, stallMs: 60_000, mostBytes: 1e9, mostBytesOfAStream: 1e9 };
const SHORT = 30;

/** A body that says one thing and then nothing, for ever. */
const silent = () => {
  const body = new Readable({ read: () => undefined });
  body.push('one\n');
  return body;
};
/** A body that never ends and is always there. */
const endless = () => new Readable({ highWaterMark: 1e6, read() { this.push(Buffer.alloc(1e6)); } });

describe('an answer through the portal', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Asks a door that answers with `body`; resolves with how many streams are still counted when the answer is over. */
  async function ask(body: Readable, { streams = false, limits = {}, expiresAt = undefined as number | undefined, reads = true }) {
    let counted = 0;
    let signal: AbortSignal | undefined;
    const door = {
      open: async (ctx: { signal?: AbortSignal }) => {
        signal = ctx.signal;
        // As a real connection does: what is given up ends its body.
        signal!.addEventListener('abort', () => body.destroy(new Error('given up')));
        return { code: 200, headers: { 'content-type': 'text/plain' }, body, streams };
      },
    };
    const proxy = memberProxy(door, { ...LIMITS, ...limits });
    const passed = new Promise<void>((resolve, reject) => {
      server = createServer((request, response) => {
        const enterStream = () => {
          counted += 1;
          return () => void (counted -= 1);
        };
        const ctx = { principal: { kind: 'user' as const, name: 'ann', groups: [], credentials: {}, expiresAt }, warn: () => undefined };
        proxy({ ctx, info: {} as never, name: 'east', path: [], query: new URLSearchParams(), request, response, maxBodyBytes: 1, enterStream }).then(resolve, reject);
      }).listen(0, '127.0.0.1');
    });
    await once(server!, 'listening');
    const request = send({ host: '127.0.0.1', port: (server!.address() as AddressInfo).port }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const closed = new Promise<boolean>(resolve => void response.on('error', () => undefined).on('close', () => resolve(response.complete)));
    if (reads) response.resume();
    await passed;
    if (!reads) response.resume();
    return { looksWhole: await closed, counted, asksOn: !signal!.aborted, bodyEnded: body.destroyed };
  }

  const brokenOff = { looksWhole: false, counted: 0, asksOn: false, bodyEnded: true };

  it('that is not whole in time is broken off', async () => {
    expect(await ask(silent(), { limits: { wholeMs: SHORT } })).toEqual(brokenOff);
  });

  it('that streams has the longer time, and then ends', async () => {
    expect(await ask(silent(), { streams: true, limits: { wholeMs: 1, streamMs: SHORT } })).toEqual(brokenOff);
  });

  it('ends with the token of whoever asked', async () => {
    expect(await ask(silent(), { streams: true, expiresAt: Date.now() + SHORT })).toEqual(brokenOff);
  });

  it('that nobody takes is given up, and the member no longer asked', async () => {
    expect(await ask(endless(), { reads: false, limits: { stallMs: SHORT } })).toEqual(brokenOff);
  });

  it('that is larger than allowed is broken off, whole or streamed', async () => {
    expect(await ask(endless(), { limits: { mostBytes: 5e6 } })).toEqual(brokenOff);
    expect(await ask(endless(), { streams: true, limits: { mostBytes: 1, mostBytesOfAStream: 5e6 } })).toEqual(brokenOff);
  });

  it('that ends in time is whole', async () => {
    expect(await ask(Readable.from([Buffer.from('all')]), { limits: { stallMs: SHORT } })).toMatchObject({ looksWhole: true, counted: 0, bodyEnded: true });
  });
});
