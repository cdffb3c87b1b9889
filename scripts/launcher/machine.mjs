import { existsSync, statfsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { freemem } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mjs';
import { say } from './say.mjs';

const GB = 2 ** 30;

/** @throws Problem if the disk that holds `folder` has less than `gigabytes` left */
export function needDisk(folder, gigabytes, purpose) {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize, blocks } = statfsSync(existing);
  // What is no disk (/proc) says so when it is written to.
  if (!blocks) return;
  const free = (bavail * bsize) / GB;
  if (free >= gigabytes) return;
  throw new Problem(`Only ${free.toFixed(1)} GB are left on the disk of ${existing}; ${purpose} needs ${gigabytes} GB.`, 'Free some space and start again.');
}

/** Says so when memory is short, and stops when it cannot work. */
export function needMemory() {
  const free = (process.availableMemory?.() ?? freemem()) / GB;
  if (free < 0.7) throw new Problem(`Only ${free.toFixed(1)} GB of memory are free; about 2 GB are needed.`, 'Close something else and start again.');
  if (free < 1.5) say(`Only ${free.toFixed(1)} GB of memory are free: starting may be slow, or fail.`);
}

const listen = (port, host) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', error => reject(error));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

const NO_SUCH_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

async function isFree(port) {
  try {
    await listen(port, '127.0.0.1');
    // "localhost" is often ::1 first; somebody else there would be opened instead of us.
    await listen(port, '::1').catch(error => {
      if (!NO_SUCH_ADDRESS.includes(error.code)) throw error;
    });
    return true;
  } catch (error) {
    if (error.code === 'EACCES') throw new Problem(`Port ${port} may not be opened by this user.`, 'Choose one above 1023.');
    if (error.code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Waits a little for a port that a run just ended may still hold. @throws Problem if it stays taken */
export async function needPort(port, option) {
  for (const deadline = Date.now() + 7000; !(await isFree(port)); await sleep(250)) {
    if (Date.now() > deadline) throw new Problem(`Port ${port} is taken by another program.`, `End that program, or choose another port: --${option} ${port + 1}.`);
  }
}

/** The first of the wanted ports that is free, or any free one. */
export async function freePort(wanted, avoid) {
  for (const port of wanted) if (port && !avoid.includes(port) && (await isFree(port))) return port;
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Passes every connection on `port` of this machine to `target`. @returns a function that closes it */
export async function forward(port, target) {
  const open = new Set();
  const server = host =>
    new Promise((resolve, reject) => {
      const listener = createServer(from => {
        const to = connect(target, '127.0.0.1');
        for (const [one, other] of [[from, to], [to, from]]) {
          open.add(one);
          one.on('error', () => other.destroy()).on('close', () => open.delete(one));
          one.pipe(other);
        }
      });
      listener.once('error', reject).listen(port, host, () => resolve(listener));
    });
  const listeners = [await server('127.0.0.1'), await server('::1').catch(() => undefined)];
  return () => {
    listeners.forEach(listener => listener?.close());
    open.forEach(socket => socket.destroy());
  };
}
