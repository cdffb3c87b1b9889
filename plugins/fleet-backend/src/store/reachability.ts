import type { Database } from './sql/Database';
import type { ReachabilityStore, SeenSpan } from './types';

/** Of each cluster the newest spans are kept, and none that ended longer ago. */
const KEPT_SPANS = 4_000;
const KEPT_MS = 7 * 24 * 3_600_000;

interface SpanRow {
  cluster: string;
  state: SeenSpan['state'];
  from_at: number | string;
  to_at: number | string;
}

/** When each cluster answered and when it was silent, as rows. */
export class KnexReachabilityStore implements ReachabilityStore {
  constructor(private readonly database: Database) {}

  async load(): Promise<Map<string, SeenSpan[]>> {
    const rows = await this.database.rows<SpanRow>('reachability.select', 'SELECT cluster, state, from_at, to_at FROM reachability ORDER BY cluster, from_at');
    const spans = new Map<string, SeenSpan[]>();
    for (const row of rows) {
      const span = { state: row.state, from: Number(row.from_at), to: Number(row.to_at) };
      const ofCluster = spans.get(row.cluster);
      if (ofCluster) ofCluster.push(span);
      else spans.set(row.cluster, [span]);
    }
    return spans;
  }

  async save(cluster: string, spans: readonly SeenSpan[]): Promise<void> {
    const newest = Math.max(...spans.map(span => span.to));
    await this.database.transaction('reachability', async tx => {
      const rows = spans.map(({ state, from, to }) => [cluster, state, from, to]);
      await tx.insert('reachability', ['cluster', 'state', 'from_at', 'to_at'], rows, 'ON CONFLICT (cluster, from_at) DO UPDATE SET to_at = excluded.to_at');
      // One span that only grows makes nothing old.
      if (spans.length < 2) return;
      await tx.run('reachability.expire', tx.sql('reachability').where({ cluster }).where('to_at', '<', newest - KEPT_MS).delete());
      const oldestKept = tx.sql('reachability').where({ cluster }).orderBy('from_at', 'desc').offset(KEPT_SPANS).limit(1).select('from_at');
      await tx.run('reachability.cut', tx.sql('reachability').where({ cluster }).where('from_at', '<=', oldestKept).delete());
    });
  }

  async remove(cluster: string): Promise<void> {
    await this.database.transaction('reachability', async tx => {
      await tx.run('reachability.delete', tx.sql('reachability').where({ cluster }).delete());
    });
  }
}
