import { createHash } from 'node:crypto';
import { request as httpRequest, createServer } from 'node:http';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The longest path of a socket that every system takes. */
const LONGEST = 100;
const TIME_LIMIT_MS = 10_000;

/** The control socket: a file only this user can reach, in the data folder, or in one of its own where that path is too long for a socket. */
export function socketOf(data: string): string {
  const path = join(data, 'clusters.sock');
  if (path.length <= LONGEST) return path;
  return join(tmpdir(), `flotilla-${process.getuid?.() ?? 'user'}`, `${createHash('sha256').update(data).digest('hex').slice(0, 16)}.sock`);
}

/**
 * Takes orders on the socket; each is a path, each answer JSON. What an order throws is its answer.
 * @throws Error when other simulated clusters run with this data folder
 */
export async function listenControl(data: string, orders: (path: string) => Promise<unknown>): Promise<{ close(): Promise<void> }> {
  const path = socketOf(data);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) {
    if (await answers(path)) throw new Error(`simulated clusters run already with --data ${data}: end them first`);
    // Left behind by a process that was killed.
    rmSync(path);
  }
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await orders(decodeURIComponent(request.url ?? '/'))));
    } catch (error) {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: (error as Error).message }));
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return {
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

const answers = (path: string) =>
  new Promise<boolean>(resolve => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });

/** Sends one order. @throws Error in plain words when nobody listens, no answer comes, or the order is refused */
export async function order(data: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ socketPath: socketOf(data), path: encodeURI(path), timeout: TIME_LIMIT_MS, agent: false }, response => {
      const parts: Buffer[] = [];
      response.on('data', part => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(body.error));
      });
    });
    call.on('timeout', () => call.destroy(new Error(`the simulated clusters did not answer within ${TIME_LIMIT_MS / 1000} s`)));
    call.on('error', (error: NodeJS.ErrnoException) => reject(['ENOENT', 'ECONNREFUSED'].includes(error.code ?? '') ? new Error(`no simulated clusters run with --data ${data}`) : error));
    call.end();
  });
}
