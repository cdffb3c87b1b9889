import type { Database } from './sql/Database';
import type { FactStore } from './types';

/** The last facts of each cluster, as rows. */
export class KnexFactStore implements FactStore {
  constructor(private readonly database: Database) {}

  async load(): Promise<{ cluster: string; facts: unknown; seenAt: number }[]> {
    const rows = await this.database.rows<{ cluster: string; facts: string; seen_at: number | string }>(
      'facts.select',
      'SELECT cluster, facts, seen_at FROM facts ORDER BY cluster',
    );
    return rows.map(row => ({ cluster: row.cluster, facts: JSON.parse(row.facts), seenAt: Number(row.seen_at) }));
  }

  async save(cluster: string, facts: unknown, seenAt: number): Promise<void> {
    // An answer that took longer than the one after it must not turn the clock back.
    const newer = 'ON CONFLICT (cluster) DO UPDATE SET facts = excluded.facts, seen_at = excluded.seen_at WHERE excluded.seen_at >= facts.seen_at';
    await this.database.transaction('facts', tx =>
      tx.insert('facts', ['cluster', 'facts', 'seen_at'], [[cluster, JSON.stringify(facts ?? null), seenAt]], newer),
    );
  }

  async remove(cluster: string): Promise<void> {
    await this.database.transaction('facts', async tx => {
      await tx.run('facts.delete', tx.sql('facts').where({ cluster }).delete());
    });
  }
}
