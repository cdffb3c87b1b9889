import type { Database } from '../sql/Database';
import type { ObjectCodec } from './ObjectCodec';
import { keyOf } from './rows';

/** A column that holds sealed text, and the one that tells its row. */
const PLACES = [
  { table: 'objects', id: 'id', column: 'body' },
  { table: 'changes', id: 'version', column: 'body_before' },
  { table: 'changes', id: 'version', column: 'body_after' },
] as const;
const ROWS_AT_ONCE = 50;

interface SealedRow {
  id: number | string;
  text: string;
  api_group: string;
  resource: string;
  namespace: string;
  name: string;
}

/**
 * Seals with today's key what an older one sealed, in object rows and in history, a few rows at a time.
 * When it has ended on every process, the old keys may go from the configuration. Throws SealError for a row that no
 * configured key opens.
 *
 * @returns how many texts were sealed anew
 */
export async function resealSecrets(database: Database, codec: ObjectCodec, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (const { table, id, column } of PLACES) {
    let after = -1;
    while (!signal.aborted) {
      const rows = await database.rows<SealedRow>(
        `${table}.sealed`,
        `SELECT ${id} AS id, ${column} AS text, api_group, resource, namespace, name FROM ${table}
         WHERE ${id} > ? AND api_group = '' AND resource = 'secrets' AND ${column} IS NOT NULL ORDER BY ${id} LIMIT ${ROWS_AT_ONCE}`,
        [after],
      );
      if (rows.length === 0) break;
      after = Number(rows[rows.length - 1].id);
      const stale = rows.flatMap(row => {
        const text = codec.reseal(keyOf(row), row.text);
        return text ? [{ ...row, fresh: text }] : [];
      });
      if (stale.length === 0) continue;
      await database.transaction('reseal', async tx => {
        for (const { id: row, text, fresh } of stale) {
          // Unless it was written anew meanwhile: then it has today's key already.
          await tx.run(`${table}.reseal`, tx.sql(table).where({ [id]: Number(row), [column]: text }).update({ [column]: fresh }));
        }
      });
      count += stale.length;
    }
  }
  return count;
}
