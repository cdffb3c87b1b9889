// Writes what the migrations of a package make into its report.sql.md, so that a change of the database is seen in review.
//
//   node scripts/sqlReport.mjs [--ci] PACKAGE…      --ci: fails if a report is not current, and writes nothing
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

async function tablesOf(folder) {
  const knexFactory = createRequire(resolve(folder, 'package.json'))('knex');
  const knex = knexFactory({ client: 'better-sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true });
  try {
    await knex.migrate.latest({ directory: resolve(folder, 'migrations') });
    return await knex('sqlite_master').select('type', 'name', 'tbl_name', 'sql').whereNotNull('sql').whereNot('tbl_name', 'like', 'knex_%').whereNot('tbl_name', 'like', 'sqlite_%').orderBy(['tbl_name', { column: 'type', order: 'desc' }, 'name']);
  } finally {
    await knex.destroy();
  }
}

// One column or constraint a line: a change is then one line of a diff.
const readable = sql => sql.replace(/\s+/g, ' ').replace(/^(CREATE TABLE [^(]+)\((.*)\)(.*)$/i, (_all, head, body, rest) => `${head}(\n${splitColumns(body)}\n)${rest}`);

function splitColumns(body) {
  const columns = [''];
  let depth = 0;
  for (const sign of body) {
    depth += { '(': 1, ')': -1 }[sign] ?? 0;
    if (sign === ',' && depth === 0) columns.push('');
    else columns[columns.length - 1] += sign;
  }
  return columns.map(column => `  ${column.trim()}`).join(',\n');
}

async function report(folder) {
  const entries = await tablesOf(folder);
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const tables = entries.filter(entry => entry.type === 'table').map(({ name: table }) => {
    const sql = entries.filter(entry => entry.tbl_name === table).map(entry => `${readable(entry.sql)};`).join('\n');
    return `## ${table}\n\n\`\`\`sql\n${sql}\n\`\`\`\n`;
  });
  return `# SQL report of ${name}\n\nMade by \`npm run check -- --fix\` from the migrations, as SQLite has it. Do not edit.\n\n${tables.join('\n')}`;
}

const [first, ...others] = process.argv.slice(2);
const ci = first === '--ci';
for (const folder of ci ? others : [first, ...others]) {
  const file = join(folder, 'report.sql.md');
  const text = await report(folder);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before === text) continue;
  if (ci) {
    process.stderr.write(`${file} is not current: run "npm run check -- --fix" and commit it.\n`);
    process.exitCode = 1;
  } else writeFileSync(file, text);
}
