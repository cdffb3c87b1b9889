import type { Database } from './sql/Database';
import type { Activity, ActivityLog } from './types';

const COLUMNS = ['at', 'actor', 'verb', 'api_group', 'resource', 'namespace', 'name', 'outcome', 'why'];
const MOST = 1_000;

/** The audit trail, as rows. */
export class KnexActivityLog implements ActivityLog {
  constructor(private readonly database: Database) {}

  async add(entries: Activity[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ at, actor, verb, group, resource, namespace, name, outcome, why }) => [
      at, actor, verb, group, resource, namespace, name, outcome, why,
    ]);
    await this.database.transaction('activity', tx => tx.insert('activity', COLUMNS, rows));
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
