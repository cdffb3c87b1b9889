import { untilNoneIsLeft } from './repeat';
import type { Database, Session } from './sql/Database';
import type { Activity, ActivityLog } from './types';

const COLUMNS = ['at', 'actor', 'verb', 'api_group', 'resource', 'namespace', 'name', 'outcome', 'why'];
const MOST = 1_000;

/** Adds entries in their order, within a transaction. */
export async function addActivity(tx: Session, entries: Activity[]): Promise<void> {
  const rows = entries.map(({ at, actor, verb, group, resource, namespace, name, outcome, why }) => [
    at, actor, verb, group, resource, namespace, name, outcome, why,
  ]);
  await tx.insert('activity', COLUMNS, rows);
}

/** The audit trail, as rows. */
export class KnexActivityLog implements ActivityLog {
  constructor(private readonly database: Database) {}

  async add(entries: Activity[]): Promise<void> {
    if (entries.length > 0) await this.database.transaction('activity', tx => addActivity(tx, entries));
  }

  /** The newest first, at most 1,000; those of one moment in the reverse order they were added. */
  async list({ before, limit = 100, group, ...filter }: Parameters<ActivityLog['list']>[0]): Promise<Activity[]> {
    const equal = Object.entries({ api_group: group, ...filter }).filter(([, value]) => value !== undefined);
    const conditions = [...equal.map(([column]) => `${column} = ?`), ...(before === undefined ? [] : ['at < ?'])];
    const where = conditions.length ? `WHERE ${conditions.join(' AND ')}` : '';
    const rows = await this.database.rows<Activity & { api_group: string }>(
      'activity.select',
      `SELECT ${COLUMNS.join(', ')} FROM activity ${where} ORDER BY at DESC, id DESC LIMIT ?`,
      [...equal.map(([, value]) => value), ...(before === undefined ? [] : [before]), Math.min(limit, MOST)],
    );
    return rows.map(({ api_group, ...row }) => ({ ...row, at: Number(row.at), group: api_group }));
  }
}

/** What of the audit trail stays: entries younger than `keepMs`, and of those the newest `keepRows`. */
export interface ActivityLimits {
  keepMs: number;
  keepRows: number;
}

/** What stays where nothing else is said. */
export const ACTIVITY_LIMITS: ActivityLimits = { keepMs: 90 * 24 * 3_600_000, keepRows: 1_000_000 };

/** Few enough rows that the statement does not hold up others. */
const ROWS_AT_ONCE = 500;

/**
 * Forgets old entries of the audit trail, a few at a time.
 *
 * @param now - milliseconds since the epoch
 * @returns how many went
 */
export async function expireActivity(database: Database, { keepMs, keepRows }: ActivityLimits, now: number, signal?: AbortSignal): Promise<number> {
  const step = async () => {
    const ids = await database.rows<{ id: number | string }>(
      'activity.old',
      `SELECT id FROM activity WHERE at < ? UNION SELECT id FROM activity WHERE id <= (SELECT max(id) FROM activity) - ? ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
      [now - keepMs, keepRows],
    );
    if (ids.length === 0) return 0;
    return database.transaction('activity', tx => tx.run('activity.delete', tx.sql('activity').whereIn('id', ids.map(({ id }) => Number(id))).delete()));
  };
  return untilNoneIsLeft(step, signal);
}
