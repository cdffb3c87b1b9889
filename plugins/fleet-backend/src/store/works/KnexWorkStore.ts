import { verifyFence } from '../leases';
import type { Database, Session } from '../sql/Database';
import type { Fence, MemberKey, Work, WorkStore } from '../types';
import { COLUMNS, fromRow, KEY_COLUMNS, keyValues, toRow } from './workRows';
import type { WorkRow } from './workRows';
import { SaveQueue } from './SaveQueue';

const UPSERT = `ON CONFLICT (${KEY_COLUMNS.join(', ')}) DO UPDATE SET ${COLUMNS.slice(5).map(name => `${name} = excluded.${name}`).join(', ')}`;

/** Keys a statement names at most. */
const KEYS_AT_ONCE = 200;

/** The objects we put into members, as rows. */
export class KnexWorkStore implements WorkStore {
  readonly #queue = new SaveQueue((works, fence) => this.#write(works, fence));

  constructor(private readonly database: Database) {}

  async all(): Promise<Work[]> {
    const rows = await this.database.rows<WorkRow>('works.all', `SELECT * FROM works ORDER BY ${KEY_COLUMNS.join(', ')}`);
    return rows.map(fromRow);
  }

  byTarget(target: string): Promise<Work[]> {
    return this.#select('target', target);
  }

  byCluster(cluster: string): Promise<Work[]> {
    return this.#select('cluster', cluster);
  }

  byOwner(ownerUid: string): Promise<Work[]> {
    return this.#select('owner_uid', ownerUid);
  }

  async find(key: MemberKey): Promise<Work | undefined> {
    const [row] = await this.database.rows<WorkRow>(
      'works.find',
      `SELECT * FROM works WHERE ${KEY_COLUMNS.map(name => `${name} = ?`).join(' AND ')}`,
      keyValues(key),
    );
    return row && fromRow(row);
  }

  save(works: Work[], fence: Fence): Promise<void> {
    return this.#queue.save(works, fence);
  }

  async #write(works: Work[], fence: Fence): Promise<void> {
    // The last of two rows with one key counts; a statement may name a key only once.
    const byKey = new Map(works.map(work => [JSON.stringify(keyValues(work)), work]));
    await this.#fenced(fence, tx => tx.insert('works', COLUMNS, [...byKey.values()].map(work => toRow(work, tx.postgres)), UPSERT));
  }

  async remove(keys: MemberKey[], fence: Fence): Promise<void> {
    await this.#fenced(fence, async tx => {
      for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
        const part = keys.slice(from, from + KEYS_AT_ONCE);
        const values = part.map(() => '(?, ?, ?, ?, ?)').join(', ');
        const text = `DELETE FROM works WHERE (${KEY_COLUMNS.join(', ')}) IN (VALUES ${values}) RETURNING name`;
        await tx.rows('works.delete', text, part.flatMap(keyValues));
      }
    });
  }

  async counts(): Promise<{ cluster: string; state: Work['state']; count: number }[]> {
    const rows = await this.database.rows<{ cluster: string; state: Work['state']; count: number | string }>(
      'works.count',
      'SELECT cluster, state, count(*) AS count FROM works GROUP BY cluster, state ORDER BY cluster, state',
    );
    return rows.map(row => ({ ...row, count: Number(row.count) }));
  }

  async #select(column: 'target' | 'cluster' | 'owner_uid', value: string): Promise<Work[]> {
    const rows = await this.database.rows<WorkRow>(
      'works.select',
      `SELECT * FROM works WHERE ${column} = ? ORDER BY ${KEY_COLUMNS.join(', ')}`,
      [value],
    );
    return rows.map(fromRow);
  }

  #fenced(fence: Fence, write: (tx: Session) => Promise<void>): Promise<void> {
    return this.database.transaction('works', async tx => {
      await verifyFence(tx, fence);
      await write(tx);
    });
  }
}
