import { request as httpRequest, createServer, type Server } from 'node:http';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The control socket: a file only the owner of the data folder can reach. Its path must stay short (about 100 characters). */
export const socketOf = (data: string) => join(data, 'clusters.sock');

type Orders = (path: string) => Promise<unknown>;

/** Takes orders on the socket; each is a path, each answer JSON. */
export async function listenControl(data: string, orders: Orders): Promise<Server> {
  const path = socketOf(data);
  if (existsSync(path)) rmSync(path);
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await orders(decodeURIComponent(request.url ?? '/'))));
    } catch (error) {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: (error as Error).message }));
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return server;
}

/** Sends one order. @throws Error in plain words when nobody listens or the order is refused */
export async function order(data: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ socketPath: socketOf(data), path: encodeURI(path), timeout: 10_000 }, response => {
      const parts: Buffer[] = [];
      response.on('data', part => parts.push(part));
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(body.error));
      });
    });
    call.on('timeout', () => call.destroy(new Error('the simulated clusters did not answer within 10 s')));
    call.on('error', error => reject((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? new Error(`no simulated clusters run with --data ${data}`) : error));
    call.end();
  });
}
