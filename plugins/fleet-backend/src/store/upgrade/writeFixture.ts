// Makes the databases that the test of upgrading opens, with the code it stands beside: run it in this package of a
// checkout of the version that they are to be of. What was committed once is never made again.
//
//   node --require @backstage/cli/config/nodeTransform.cjs src/store/upgrade/writeFixture.ts VERSION sqlite FILE
//   node --require @backstage/cli/config/nodeTransform.cjs src/store/upgrade/writeFixture.ts VERSION postgresql://… PG_DUMP
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import knexFactory from 'knex';
import type { Knex } from 'knex';
import { openStores } from '../openStores';
import { AT, fill, HUB_KEY } from './content';

const literal = (value: unknown) => (value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`);

/** One statement a line: no text of ours holds a line end, as JSON escapes them. */
async function dumpSqlite(knex: Knex): Promise<string> {
  const made = await knex('sqlite_master').whereNotNull('sql').whereNot('name', 'like', 'sqlite_%').orderBy([{ column: 'type', order: 'desc' }, 'name']);
  const lines = made.map(({ sql }) => `${sql.replace(/\s+/g, ' ')};`);
  for (const { name } of made.filter(({ type }) => type === 'table')) {
    for (const row of await knex(name).select()) {
      lines.push(`INSERT INTO "${name}" (${Object.keys(row).map(column => `"${column}"`).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Without what only psql of the same patch release understands. */
const dumpPostgres = (address: string, program: string) =>
  execFileSync(program, ['--dbname', address, '--inserts', '--no-owner', '--no-comments'], { encoding: 'utf8' }).replace(/^\\(un)?restrict.*\n|^--.*\n/gm, '').replace(/\n{2,}/g, '\n');

async function main([, , version, where, program]: string[]): Promise<void> {
  const postgres = where !== 'sqlite';
  const knex = postgres ? knexFactory({ client: 'pg', connection: where }) : knexFactory({ client: 'better-sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true });
  const stores = await openStores({ knex, encryption: { keys: [HUB_KEY] }, now: () => AT, signal: new AbortController().signal });
  await stores.instanceId();
  await fill(stores);
  await stores.close();
  const dump = postgres ? dumpPostgres(where, program) : await dumpSqlite(knex);
  writeFileSync(join('src', 'store', 'upgrade', `${version}.${postgres ? 'postgresql' : 'sqlite'}.sql`), dump);
  await knex.destroy();
}

main(process.argv).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
