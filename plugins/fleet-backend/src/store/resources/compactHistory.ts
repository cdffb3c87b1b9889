import { untilNoneIsLeft } from '../repeat';
import type { Database } from '../sql/Database';

/** What of history stays: every change younger than `keepMs`, and the newest `keepRows` of any age. */
export interface HistoryLimits {
  keepMs: number;
  keepRows: number;
}

/** Few enough rows that the statement does not hold up others. */
const ROWS_AT_ONCE = 500;

/**
 * Forgets old changes, a few at a time. Watches and `continue` tokens from before then get `expired`.
 *
 * @param now - milliseconds since the epoch
 * @returns how many changes went
 */
export async function compactHistory(database: Database, { keepMs, keepRows }: HistoryLimits, now: number, signal?: AbortSignal): Promise<number> {
  const step = () =>
    database.transaction('history', async tx => {
      const rows = await tx.rows<{ version: number | string }>(
        'changes.old',
        `SELECT version FROM changes WHERE at < ? AND version <= (SELECT version FROM counter WHERE id = 1) - ? ORDER BY version LIMIT ${ROWS_AT_ONCE}`,
        [now - keepMs, keepRows],
      );
      if (rows.length === 0) return 0;
      const upTo = Number(rows[rows.length - 1].version);
      // Never back: a new timeline has already given up what came before it.
      await tx.run('counter.compacted', tx.sql('counter').where({ id: 1 }).andWhere('compacted', '<', upTo).update({ compacted: upTo }));
      return tx.run('changes.delete', tx.sql('changes').where('version', '<=', upTo).delete());
    });
  return untilNoneIsLeft(step, signal);
}
