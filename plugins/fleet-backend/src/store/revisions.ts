import { verifyFence } from './leases';
import type { Database } from './sql/Database';
import type { Fence, RevisionStore } from './types';

/** Revisions kept of each target. */
const KEPT = 10;

/** What targets looked like, as rows. */
export class KnexRevisionStore implements RevisionStore {
  constructor(private readonly database: Database) {}

  async save(target: string, revision: string, body: unknown, fence: Fence): Promise<void> {
    await this.database.transaction('revision', async tx => {
      await verifyFence(tx, fence);
      const row = [target, revision, JSON.stringify(body ?? null)];
      await tx.insert('revisions', ['target', 'revision', 'body'], [row], 'ON CONFLICT (target, revision) DO NOTHING');
      const text = `DELETE FROM revisions WHERE target = ?
        AND id NOT IN (SELECT id FROM revisions WHERE target = ? ORDER BY id DESC LIMIT ${KEPT}) RETURNING id`;
      await tx.rows('revisions.prune', text, [target, target]);
    });
  }

  async get(target: string, revision: string): Promise<unknown | undefined> {
    const text = 'SELECT body FROM revisions WHERE target = ? AND revision = ?';
    const [row] = await this.database.rows<{ body: string }>('revisions.select', text, [target, revision]);
    return row && JSON.parse(row.body);
  }

  async remove(target: string, fence: Fence): Promise<void> {
    await this.database.transaction('revision', async tx => {
      await verifyFence(tx, fence);
      await tx.run('revisions.delete', tx.sql('revisions').where({ target }).delete());
    });
  }
}
