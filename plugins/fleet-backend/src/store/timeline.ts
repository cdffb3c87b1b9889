import type { Database, Session } from './sql/Database';
import { lockCounter } from './sql/lockCounter';

/** Silence after which a start takes the database for an old one put back. A restart within it keeps every watch's place. */
const SILENT_MS = 60_000;
/** More than any hub writes: what was given out since the last sign of life is below what is given out now. */
const VERSIONS_PER_MS = 100;
const SETTING = 'timeline';

/**
 * A backup that was put back knows nothing of what came after it: it would give versions to clients, and epochs to leases,
 * that were given before and meant something else. Nothing in the database tells a restore from a long rest, so after a
 * silence both begin a new timeline: versions and epochs jump beyond all that can have been given out meanwhile, whoever
 * still holds a version from before is told to list again (410), and every lease is void.
 *
 * @param now - milliseconds since the epoch
 * @param certain - the database was seen to have gone back, whatever its signs of life say
 * @returns how far it jumped; 0 when it went on
 */
export async function continueTimeline(database: Database, now: number, certain = false): Promise<number> {
  return database.transaction('timeline', async tx => {
    const { version, epoch } = await lockCounter(tx);
    const silent = now - (await lastSign(tx));
    if (version === 0 || (!certain && silent <= SILENT_MS)) return 0;
    const jump = Math.max(silent, SILENT_MS) * VERSIONS_PER_MS;
    await tx.run('counter.timeline', tx.sql('counter').where({ id: 1 }).update({ version: version + jump, compacted: version + jump, epoch: epoch + jump }));
    await tx.run('leases.void', tx.sql('leases').delete());
    await tx.insert('settings', ['name', 'value'], [[SETTING, String(now)]], 'ON CONFLICT (name) DO UPDATE SET value = excluded.value');
    return jump;
  });
}

/** The newest time the database itself tells of, in milliseconds since the epoch. */
async function lastSign(tx: Session): Promise<number> {
  const [row] = await tx.rows<Record<'changed' | 'held' | 'asked' | 'began', number | string | null>>(
    'timeline.signs',
    `SELECT (SELECT at FROM changes ORDER BY version DESC LIMIT 1) AS changed, (SELECT max(expires_at) FROM leases) AS held,
       (SELECT max(at) FROM activity) AS asked, (SELECT value FROM settings WHERE name = '${SETTING}') AS began`,
  );
  return Math.max(...Object.values(row).map(Number));
}
