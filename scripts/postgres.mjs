// Finds PostgreSQL 15 (or installs Debian's package, as root), starts one of its own on a free loopback port with its data
// in a temporary folder, and takes it away again. For tests: fsync is off, so it is not for data anybody wants to keep.
//
//   node scripts/postgres.mjs            prints the connection string, runs until SIGTERM or Ctrl-C
//   node scripts/postgres.mjs -- CMD …   runs the command with BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING set

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { installDebianPackage } from './debianPackage.mjs';

const run = promisify(execFile);
const MAJOR = 15;
const VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const START_SECONDS = 30;

/** @returns {Promise<string | undefined>} the folder that holds `initdb` and `postgres` of version 15 */
export async function findPostgres() {
  const folders = [
    `/usr/lib/postgresql/${MAJOR}/bin`,
    `/usr/pgsql-${MAJOR}/bin`,
    `/opt/homebrew/opt/postgresql@${MAJOR}/bin`,
    `/usr/local/opt/postgresql@${MAJOR}/bin`,
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  for (const folder of folders) {
    if (!existsSync(join(folder, 'initdb')) || !existsSync(join(folder, 'postgres'))) continue;
    const { stdout } = await run(join(folder, 'postgres'), ['--version']).catch(() => ({ stdout: '' }));
    if (stdout.includes(` ${MAJOR}.`)) return folder;
  }
  return undefined;
}

/** Installs PostgreSQL where it is missing and that is possible. @returns {Promise<string | undefined>} why it is not there */
export async function postgresMissing() {
  if (await findPostgres()) return undefined;
  const why = await installDebianPackage(`postgresql-${MAJOR}`);
  return (await findPostgres()) ? undefined : `PostgreSQL ${MAJOR} is not on this machine: ${why}`;
}

/**
 * Starts a PostgreSQL of our own.
 *
 * @returns {Promise<{connection: string, stop(): Promise<void>}>}
 * @throws Error when it is not there and cannot be installed
 */
export async function startPostgres() {
  const missing = await postgresMissing();
  if (missing) throw new Error(missing);
  const bin = await findPostgres();
  const user = await owner();
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-postgres-'));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const password = randomBytes(16).toString('hex');
  const data = join(folder, 'data');
  const port = await freePort();
  let server;
  const stop = async () => {
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill('SIGINT'); // PostgreSQL's "fast" shutdown: it does not wait for its clients
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(join(folder, 'password'), password, { mode: 0o644 });
    const asUser = { ...user, cwd: folder };
    await run(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`, '--encoding=UTF8', '--locale=C', '--no-sync'],
      { ...asUser, timeout: 60_000 },
    );
    const settings = ['fsync=off', 'max_connections=200', 'max_locks_per_transaction=512'].flatMap(setting => ['-c', setting]);
    server = spawn(join(bin, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, ...settings], {
      ...asUser,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await ready(server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { connection: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, stop };
}

/** PostgreSQL refuses to run as root; then it runs as the user its package made. */
async function owner() {
  if (process.getuid?.() !== 0) return {};
  const [{ stdout: uid }, { stdout: gid }] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
  return { uid: Number(uid), gid: Number(gid) };
}

function ready(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = why => reject(new Error(`PostgreSQL did not start: ${why}\n${said.slice(-2_000)}`));
    const timer = setTimeout(() => fail(`no answer in ${START_SECONDS} s`), START_SECONDS * 1_000);
    server.once('error', error => fail(error.message));
    server.once('exit', code => fail(`it ended with ${code}`));
    server.stderr.on('data', chunk => {
      said = (said + chunk).slice(-10_000);
      if (!said.includes('database system is ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function main([, , ...args]) {
  const postgres = await startPostgres();
  const [, command, ...rest] = args[0] === '--' ? args : [];
  const child = command ? spawn(command, rest, { stdio: 'inherit', env: { ...process.env, [VARIABLE]: postgres.connection } }) : undefined;
  const signalled = new Promise(resolve => ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(name => process.once(name, resolve)));
  if (!child) console.log(postgres.connection);
  const ended = child && new Promise(resolve => child.once('exit', (code, signal) => resolve(signal ? 1 : code)).once('error', () => resolve(127)));
  const code = await Promise.race([signalled.then(() => (child ? 130 : 0)), ...(ended ? [ended] : [])]);
  if (child && child.exitCode === null) child.kill();
  await postgres.stop();
  process.exit(code);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv).catch(error => {
    console.error(error.message);
    process.exit(1);
  });
}
