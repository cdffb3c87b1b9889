import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { openTestStores, postgres, postgresTool, sqliteFile, testbeds } from '../testbed';
import type { TestDatabase } from '../testbed';
import * as made from './content';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const dumps = readdirSync(__dirname).filter(name => name.endsWith('.sql')).map(name => ({ name, version: name.split('.').slice(0, 3).join('.'), kind: name.split('.')[3] }));
const NEXT: Record<string, typeof sqliteFile> = { sqlite: sqliteFile, ...(testbeds.includes(postgres) ? { postgresql: postgres } : {}) };

async function lay(database: TestDatabase, name: string): Promise<void> {
  const file = join(__dirname, name);
  if (name.includes('.postgresql.')) {
    execFileSync(postgresTool('psql'), ['--dbname', database.address!, '--quiet', '--set', 'ON_ERROR_STOP=1', '--file', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    return;
  }
  const knex = database.connect();
  for (const statement of readFileSync(file, 'utf8').split('\n').filter(Boolean)) await knex.raw(statement.replaceAll('?', '\\?'));
  await knex.destroy();
}

describe.each(dumps.filter(({ kind }) => kind in NEXT))('The database of version $version on $kind, opened by the code of today', ({ name, kind }) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await NEXT[kind].make();
    await lay(database, name);
  });
  afterEach(() => database.drop());
  const open = (now = made.AT + MINUTE) => openTestStores({ ...database, drop: async () => {} }, { encryption: { keys: [made.HUB_KEY] }, now: () => now });

  it('is brought up to date once, and holds every object, Secrets opened', async () => {
    const { stores: { resources }, knex, close } = await open();
    const migrations = readdirSync(resolvePackagePath('@flotilla/backstage-plugin-fleet-backend', 'migrations')).filter(each => each.endsWith('.js'));
    expect((await knex('knex_migrations').orderBy('id').select('name')).map(each => each.name)).toEqual(migrations.sort());
    for (const [key, wanted] of [['application', made.application], ['secret', made.secret], ['map', made.map]] as const) {
      const { metadata, ...found } = (await resources.get(made.KEYS[key]))!;
      expect({ ...found, metadata: { ...metadata, resourceVersion: undefined } }).toEqual(wanted);
    }
    expect(await resources.get(made.KEYS.gone)).toBeUndefined();
    const selected = await resources.list({ group: 'apps.kurator.dev', resource: 'applications' }, { labels: [{ key: 'team', operator: 'In', values: ['blue'] }] });
    expect(selected.items).toHaveLength(1);
    await close();
    await (await open()).close();
  });

  it('holds every decision, record, fact and entry of the trail', async () => {
    const { stores, close } = await open();
    const { target } = made.decision;
    expect(await stores.decisions.latest(target)).toEqual(made.decision);
    expect((await stores.decisions.history(target)).map(each => each.hash)).toEqual(['h2', 'h1']);
    expect(await stores.decisions.inputs('i2')).toEqual(made.inputs);
    expect(await stores.decisions.reservations()).toEqual([made.reservation]);
    expect(await stores.revisions.get(target, 'r1')).toEqual(made.revision);
    expect(await stores.works.byTarget(target)).toEqual(expect.arrayContaining(made.works));
    expect(await stores.works.all()).toHaveLength(made.works.length);
    expect(await stores.facts.load()).toEqual([made.facts]);
    expect(await stores.activity.list({})).toEqual([made.activity]);
    expect(await stores.instanceId()).toMatch(/^[0-9a-f-]{36}$/);
    await close();
  });

  it('goes on: watches keep their place, new versions follow, and who led leads under a newer epoch or not at all', async () => {
    const { stores, close } = await open();
    const { resources } = stores;
    expect(await resources.version()).toBe('6');
    const found = (await resources.get(made.KEYS.map))!;
    await resources.update(made.KEYS.map, { ...found, data: { colour: 'red' } }, found.metadata.resourceVersion!);
    const seen: string[] = [];
    for await (const change of resources.changes('all', '3', new AbortController().signal)) {
      if ('bookmark' in change) continue;
      seen.push(`${change.version} ${change.key.name} ${change.after ? 'is' : 'went'}`);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual(['4 settings is', '5 gone is', '6 gone went', '7 settings is']);
    expect((await stores.leases.acquire('engine', 'another', 15))!.epoch).toBeGreaterThan(1);
    await expect(stores.works.save(made.works, { epoch: 1 })).rejects.toMatchObject({ reason: 'fenced' });
    await close();
  });

  it('does not open with another key, and says which one it was', async () => {
    const { stores, close } = await openTestStores({ ...database, drop: async () => {} }, { encryption: { keys: [{ id: 'other', key: Buffer.alloc(32, 9) }] }, now: () => made.AT });
    await expect(stores.resources.get(made.KEYS.secret)).rejects.toThrow('is encrypted with the key "first", which is not configured');
    await close();
  });
});

it(`There is a database of each kind to upgrade${NEXT.postgresql ? '' : ' (PostgreSQL skipped: BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING is not set)'}`, () => {
  expect(dumps.map(({ name }) => name)).toEqual(expect.arrayContaining(['0.1.0.sqlite.sql', '0.1.0.postgresql.sql']));
});

it('A released migration is never edited: released.json holds the hash of each, and new ones come after them', () => {
  const folder = resolvePackagePath('@flotilla/backstage-plugin-fleet-backend', 'migrations');
  const released: Record<string, string> = JSON.parse(readFileSync(join(folder, 'released.json'), 'utf8'));
  const hashOf = (name: string) => createHash('sha256').update(readFileSync(join(folder, name))).digest('hex');
  for (const [name, hash] of Object.entries(released)) expect([name, hashOf(name)]).toEqual([name, hash]);
  const last = Object.keys(released).sort().at(-1)!;
  const fresh = readdirSync(folder).filter(name => name.endsWith('.js') && !(name in released));
  expect(fresh.filter(name => name < last)).toEqual([]);
});

/** Columns as `table.column type null?`, of either database. */
async function schemaOf(knex: Knex): Promise<string[]> {
  if (knex.client.config.client === 'pg') {
    const { rows } = await knex.raw(`SELECT table_name AS "table", column_name AS "column", data_type AS type, is_nullable AS nullable FROM information_schema.columns WHERE table_schema = 'public'`);
    const types: Record<string, string> = { bigint: 'integer', boolean: 'boolean', integer: 'integer', text: 'text' };
    return rows.map((row: any) => `${row.table}.${row.column} ${types[row.type] ?? row.type} ${row.nullable}`);
  }
  const tables = await knex('sqlite_master').where({ type: 'table' }).select('name');
  const columns = await Promise.all(tables.map(async ({ name }) => ((await knex.raw(`PRAGMA table_info("${name}")`)) as any[]).map(each => `${name}.${each.name} ${each.type.toLowerCase()} ${each.notnull ? 'NO' : 'YES'}`)));
  return columns.flat();
}

async function indexesOf(knex: Knex): Promise<string[]> {
  if (knex.client.config.client === 'pg') return (await knex.raw(`SELECT tablename || '.' || indexname AS name FROM pg_indexes WHERE schemaname = 'public'`)).rows.map((row: any) => row.name);
  return (await knex('sqlite_master').where({ type: 'index' }).select('tbl_name', 'name')).map(row => `${row.tbl_name}.${row.name}`);
}

(NEXT.postgresql ? it : it.skip)('Both databases have the tables, columns and indexes that report.sql.md shows', async () => {
  const shapes = await Promise.all([sqliteFile, postgres].map(async ({ make }) => {
    const { knex, close } = await openTestStores(await make());
    const ours = (names: string[]) => names.filter(name => !/^(knex|sqlite)_|autoindex|_pkey$/.test(name)).sort();
    const shape = { columns: ours(await schemaOf(knex)), indexes: ours(await indexesOf(knex)) };
    await close();
    return shape;
  }));
  expect(shapes[1]).toEqual(shapes[0]);
  expect(shapes[0].columns.length).toBeGreaterThan(60);
});
