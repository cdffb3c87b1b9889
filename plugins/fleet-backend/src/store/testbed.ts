import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import knexFactory from 'knex';
import type { Knex } from 'knex';
import { openStores } from './openStores';
import type { StoreOptions } from './openStores';
import type { Stores } from './types';

/** A database of a test; `connect` may be called several times, for several processes on it. */
export interface TestDatabase {
  /** For other processes, see {@link connectTo}. Absent for one in memory. */
  address?: string;
  connect(): Knex;
  /** Backs it up while it is in use, as docs/backup.md says, and puts the backup back into a database of its own. Absent for one in memory. */
  restored?(): Promise<TestDatabase>;
  drop(): Promise<void>;
}

/** For the tests of this room: empty databases of each kind that this machine has. */
export interface Testbed {
  name: string;
  make(): Promise<TestDatabase>;
}

export const testKeys = { keys: [{ id: 'k1', key: Buffer.alloc(32, 1) }] };

/** Opens the stores on a database; `close` drops it. */
export async function openTestStores(
  database: TestDatabase,
  options: Partial<StoreOptions> = {},
): Promise<{ stores: Stores; knex: Knex; close(): Promise<void> }> {
  const knex = options.knex ?? database.connect();
  const stop = new AbortController();
  const stores = await openStores({ encryption: testKeys, now: Date.now, signal: stop.signal, ...options, knex });
  const close = async () => {
    stop.abort();
    await stores.close();
    await database.drop();
  };
  return { stores, knex, close };
}

const connection = process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;

export const sqliteFile: Testbed = {
  name: 'SQLite in a file',
  async make() {
    const folder = mkdtempSync(join(tmpdir(), 'flotilla-store-'));
    const opened: Knex[] = [];
    return {
      address: join(folder, 'fleet.sqlite'),
      connect: () => track(opened, sqlite(join(folder, 'fleet.sqlite'))),
      async restored() {
        const copy = await sqliteFile.make();
        const knex = sqlite(join(folder, 'fleet.sqlite'));
        await knex.raw('VACUUM INTO ?', [copy.address!]);
        await knex.destroy();
        return copy;
      },
      async drop() {
        await Promise.all(opened.map(knex => knex.destroy()));
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

const sqliteMemory: Testbed = {
  name: 'SQLite in memory',
  async make() {
    const opened: Knex[] = [];
    return { connect: () => track(opened, sqlite(':memory:')), drop: async () => void (await Promise.all(opened.map(knex => knex.destroy()))) };
  },
};

export const postgres: Testbed = {
  name: 'PostgreSQL 15',
  async make() {
    const database = `fleet_${randomBytes(8).toString('hex')}`;
    const server = knexFactory({ client: 'pg', connection });
    await server.raw('CREATE DATABASE ??', [database]);
    const opened: Knex[] = [];
    return {
      address: urlOf(database),
      connect: () => track(opened, connectTo(urlOf(database))),
      async restored() {
        const copy = await postgres.make();
        const dump = await run(postgresTool('pg_dump'), ['--dbname', urlOf(database), '--no-owner'], { maxBuffer: 256 * 1024 * 1024 });
        const file = join(mkdtempSync(join(tmpdir(), 'flotilla-dump-')), 'fleet.sql');
        writeFileSync(file, dump.stdout);
        await run(postgresTool('psql'), ['--dbname', copy.address!, '--quiet', '--set', 'ON_ERROR_STOP=1', '--file', file]);
        rmSync(dirname(file), { recursive: true });
        return copy;
      },
      async drop() {
        await Promise.all(opened.map(knex => knex.destroy()));
        await server.raw('DROP DATABASE ?? WITH (FORCE)', [database]);
        await server.destroy();
      },
    };
  },
};

/** Every kind the machine has; PostgreSQL when its address is given (see scripts/postgres.mjs). */
export const testbeds: Testbed[] = [sqliteFile, sqliteMemory, ...(connection ? [postgres] : [])];

/** Whether this machine has PostgreSQL for us. */
export const hasPostgres = connection !== undefined;

/** A SQLite connection as Backstage's database service makes it: one per process. */
export function sqlite(filename: string): Knex {
  return knexFactory({ client: 'better-sqlite3', connection: { filename }, useNullAsDefault: true });
}

/** By the path of a SQLite file, or the address of a PostgreSQL database. */
export function connectTo(where: string): Knex {
  return where.startsWith('postgresql:') ? knexFactory({ client: 'pg', connection: where }) : sqlite(where);
}

const run = promisify(execFile);

/** A program of PostgreSQL's client; Debian keeps those of each version apart. */
export const postgresTool = (name: string) => [`/usr/lib/postgresql/15/bin/${name}`].find(existsSync) ?? name;

/** The address of another database on the same server. */
function urlOf(database: string): string {
  const url = new URL(connection!);
  url.pathname = `/${database}`;
  return url.href;
}

function track(opened: Knex[], knex: Knex): Knex {
  opened.push(knex);
  return knex;
}
