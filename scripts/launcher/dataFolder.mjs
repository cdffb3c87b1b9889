import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.mjs';

const FORMAT = 1;
const FRESH = 'Start with another folder (--data DIR), or remove this one to begin anew.';

function readMarker(folder) {
  const file = join(folder, 'flotilla.json');
  if (!existsSync(file)) {
    if (readdirSync(folder).length) throw new Problem(`${folder} holds files but is no data folder of Flotilla.`, 'Give an empty or new folder: --data DIR.');
    writeFileSync(file, `${JSON.stringify({ format: FORMAT })}\n`);
  }
  let marker;
  try {
    marker = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Problem(`${file} is damaged.`, FRESH);
  }
  if (marker.format !== FORMAT) throw new Problem(`${folder} was written by another version (format ${marker.format}, this one knows ${FORMAT}).`, FRESH);
}

function checkDatabases(folder) {
  for (const name of readdirSync(folder).filter(file => file.endsWith('.sqlite'))) {
    const head = Buffer.alloc(16);
    const fd = openSync(join(folder, name), 'r');
    const length = readSync(fd, head, 0, 16, 0);
    closeSync(fd);
    if (length && head.toString('latin1') !== 'SQLite format 3\0') throw new Problem(`${join(folder, name)} is damaged: it is no SQLite database.`, FRESH);
  }
}

const alive = pid => {
  try {
    process.kill(pid, 0);
    // A number is used again after a restart of the machine: it must be a launcher, where that can be seen.
    const command = `/proc/${pid}/cmdline`;
    return !existsSync(command) || readFileSync(command, 'utf8').includes('launch.mjs');
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Two portals on one data folder would damage it. @returns a function that gives the folder free again */
function lock(folder) {
  const file = join(folder, 'launcher.pid');
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (holder && holder !== process.pid && alive(holder)) {
    throw new Problem(`Another Flotilla is running on ${folder} (process ${holder}).`, 'End that one first, or give this one a folder of its own: --data DIR.');
  }
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}

/** A secret that is made once and stays; only this user can read it. */
function secret(folder, name, encoding) {
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString(encoding), { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

/**
 * Opens the data folder, makes it on first use, and checks that it can be used.
 * @returns {{folder: string, file: (...names: string[]) => string, token: string, encryptionKey: string, release: () => void}} `token`, `encryptionKey`: paths of the files that hold them
 */
export function openDataFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    readMarker(folder);
    for (const part of ['db', 'secrets', 'clusters', 'certificates', 'logs']) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`The data folder ${folder} cannot be used: ${error.message}.`, 'Give another one: --data DIR.');
  }
  const release = lock(folder);
  checkDatabases(join(folder, 'db'));
  const secrets = join(folder, 'secrets');
  return {
    folder,
    file: (...names) => join(folder, ...names),
    token: secret(secrets, 'portal.token', 'base64url'),
    encryptionKey: secret(secrets, 'encryption.key', 'base64'),
    release,
  };
}
