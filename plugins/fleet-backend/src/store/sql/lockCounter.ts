import type { Session } from './Database';

/** What is given out from one row: versions of objects, and epochs of leases. */
export interface Counter {
  version: number;
  epoch: number;
}

/** Reads the counters, which nobody else changes until this transaction ends. */
export async function lockCounter(tx: Session): Promise<Counter> {
  // On SQLite a write must come first: a transaction that has read cannot become a writer once another process wrote.
  const text = tx.postgres
    ? 'SELECT version, epoch FROM counter WHERE id = 1 FOR UPDATE'
    : 'UPDATE counter SET version = version WHERE id = 1 RETURNING version, epoch';
  const [row] = await tx.rows<Record<keyof Counter, number | string>>('counter.lock', text);
  return { version: Number(row.version), epoch: Number(row.epoch) };
}
