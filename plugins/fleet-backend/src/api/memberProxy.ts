import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { readBody, type ProxyCall } from '@flotilla/kube-api';
import type { MemberDoor } from '../service';

/** An answer that is no stream must be whole in this time, milliseconds. */
const WHOLE_MS = 60_000;
/** Watches and followed logs end after this; clients begin anew. */
const STREAM_MS = 60 * 60_000;
/** How long a client may take nothing while something waits for it, milliseconds. */
const STALL_MS = 10_000;
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_OF_A_STREAM = 4 * 1024 * 1024 * 1024;

/** Passes requests below `/proxy` of a Cluster on to that member, and its answers back. */
export function memberProxy(door: MemberDoor): (call: ProxyCall) => Promise<void> {
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
    const timer = setTimeout(() => ending.abort(), Math.max(0, Math.min(opened.streams ? STREAM_MS : WHOLE_MS, untilToken)));
    try {
      if (opened.streams) leave = call.enterStream();
      response.writeHead(opened.code, opened.headers);
      if (Buffer.isBuffer(opened.body)) response.end(opened.body);
      else await pour(opened.body, response, opened.streams ? MOST_OF_A_STREAM : MOST_BYTES);
    } finally {
      clearTimeout(timer);
      ending.abort();
      leave();
      if (!Buffer.isBuffer(opened.body)) opened.body.on('error', () => undefined).destroy();
    }
  };
}

/** Gives a body on as it comes, no faster than it is taken. One that breaks off breaks the answer off too: it must not look whole. */
async function pour(body: Readable, response: ServerResponse, mostBytes: number): Promise<void> {
  response.flushHeaders();
  let size = 0;
  try {
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > mostBytes || response.destroyed) throw new Error('not passed on any further');
      const taken = response.write(chunk);
      (response as { flush?: () => void }).flush?.();
      if (!taken) await drained(response);
    }
  } catch {
    response.destroy();
    return;
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer);
      response.off('drain', taken).off('close', gone);
      end();
    };
    const taken = () => settle(resolve);
    const gone = () => settle(() => reject(new Error('the client is gone')));
    const timer = setTimeout(() => settle(() => reject(new Error('the client takes nothing'))), STALL_MS);
    response.once('drain', taken).once('close', gone);
  });
}
