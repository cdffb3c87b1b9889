import { SealError } from '../sealing';
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

/** What a pass over all sealed texts came to. */
export interface Resealed {
  /** Sealed anew. */
  count: number;
  /** Whether every text was looked at; false when the signal came first. */
  whole: boolean;
  /** Texts that no configured key opens, and what the first of them says. */
  closed: number;
  because?: string;
}

/**
 * Seals with today's key what an older one sealed, in object rows and in history, a few rows at a time. What is done is
 * done: a pass cut short, by a kill too, is taken up by the next start, which finds only the rest. A row that no
 * configured key opens stays as it is and keeps no other waiting.
 */
export async function resealSecrets(database: Database, codec: ObjectCodec, signal: AbortSignal): Promise<Resealed> {
  const done: Resealed = { count: 0, whole: false, closed: 0 };
  for (const { table, id, column } of PLACES) {
    let after = -1;
    for (;;) {
      if (signal.aborted) return done;
      const rows = await database.rows<SealedRow>(
        `${table}.sealed`,
        `SELECT ${id} AS id, ${column} AS text, api_group, resource, namespace, name FROM ${table}
         WHERE ${id} > ? AND api_group = '' AND resource = 'secrets' AND ${column} IS NOT NULL ORDER BY ${id} LIMIT ${ROWS_AT_ONCE}`,
        [after],
      );
      if (rows.length === 0) break;
      after = Number(rows[rows.length - 1].id);
      const stale = rows.flatMap(row => {
        const fresh = freshTextOf(row, codec, done);
        return fresh ? [{ ...row, fresh }] : [];
      });
      if (stale.length === 0) continue;
      await database.transaction('reseal', async tx => {
        for (const { id: row, text, fresh } of stale) {
          // Unless it was written anew meanwhile: then it has today's key already.
          await tx.run(`${table}.reseal`, tx.sql(table).where({ [id]: Number(row), [column]: text }).update({ [column]: fresh }));
        }
      });
      done.count += stale.length;
    }
  }
  return { ...done, whole: true };
}

function freshTextOf(row: SealedRow, codec: ObjectCodec, done: Resealed): string | undefined {
  try {
    return codec.reseal(keyOf(row), row.text);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    done.closed += 1;
    done.because ??= error.message;
    return undefined;
  }
}
