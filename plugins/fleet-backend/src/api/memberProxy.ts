import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { readBody, type ProxyCall } from '@flotilla/kube-api';
import type { MemberDoor } from '../service';

/** How much, and how long, one answer may be. Times are milliseconds. */
const LIMITS = {
  /** For an answer that is no stream, from its head to its end. */
  wholeMs: 60_000,
  /** Watches and followed logs end after this; clients begin anew. */
  streamMs: 60 * 60_000,
  /** How long a client may take nothing while something waits for it. */
  stallMs: 10_000,
  mostBytes: 256 * 1024 * 1024,
  mostBytesOfAStream: 4 * 1024 * 1024 * 1024,
};

/** Passes requests below `/proxy` of a Cluster on to that member, and its answers back. */
export function memberProxy(door: Pick<MemberDoor, 'open'>, limits: Partial<typeof LIMITS> = {}): (call: ProxyCall) => Promise<void> {
  const { wholeMs, streamMs, stallMs, mostBytes, mostBytesOfAStream } = { ...LIMITS, ...limits };
  return async call => {
    const { request, response, name, path, query, ctx } = call;
    const { headers, method = '' } = request;
    const ending = new AbortController();
    const signal = ctx.signal ? AbortSignal.any([ctx.signal, ending.signal]) : ending.signal;
    const opened = await door.open({ ...ctx, signal }, {
      cluster: name, method, path, query,
      upgrade: headers.upgrade !== undefined,
      accept: headers.accept,
      contentType: headers['content-type'],
      ifNoneMatch: headers['if-none-match'],
      body: async () => (await readBody(request, call.maxBodyBytes)).bytes,
    });
    let leave = () => {};
    const untilToken = ctx.principal.expiresAt === undefined ? Infinity : ctx.principal.expiresAt - Date.now();
    const timer = setTimeout(() => ending.abort(), Math.max(0, Math.min(opened.streams ? streamMs : wholeMs, untilToken)));
    try {
      if (opened.streams) leave = call.enterStream();
      response.writeHead(opened.code, opened.headers);
      if (Buffer.isBuffer(opened.body)) response.end(opened.body);
      else await pour(opened.body, response, { stallMs, mostBytes: opened.streams ? mostBytesOfAStream : mostBytes });
    } finally {
      clearTimeout(timer);
      ending.abort();
      leave();
      if (!Buffer.isBuffer(opened.body)) opened.body.on('error', () => undefined).destroy();
    }
  };
}

/** Gives a body on as it comes, no faster than it is taken. One that breaks off breaks the answer off too: it must not look whole. */
async function pour(body: Readable, response: ServerResponse, { stallMs, mostBytes }: { stallMs: number; mostBytes: number }): Promise<void> {
  response.flushHeaders();
  let size = 0;
  try {
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > mostBytes || response.destroyed) throw new Error('not passed on any further');
      const taken = response.write(chunk);
      (response as { flush?: () => void }).flush?.();
      if (!taken) await drained(response, stallMs);
    }
  } catch {
    response.destroy();
    return;
  }
  response.end();
}

function drained(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer);
      response.off('drain', taken).off('close', gone);
      end();
    };
    const taken = () => settle(resolve);
    const gone = () => settle(() => reject(new Error('the client is gone')));
    const timer = setTimeout(() => settle(() => reject(new Error('the client takes nothing'))), stallMs);
    response.once('drain', taken).once('close', gone);
  });
}
