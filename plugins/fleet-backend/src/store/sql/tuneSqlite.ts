import type { Knex } from 'knex';

/**
 * Sets SQLite up for one writer and readers beside it. Does nothing on PostgreSQL.
 *
 * WAL with `synchronous = FULL`: a killed process loses nothing with NORMAL either, but a power cut would take back the
 * last commits. Then versions that clients have seen would be given to other changes, and objects written to members
 * would be unknown here. FULL costs one fsync a commit, which writes share (`WriteQueue`); measured with bench/store.ts it
 * gives two thirds of NORMAL's rate for a lone writer, the same for many, and shorter stalls, as checkpoints find less to do.
 */
export async function tuneSqlite(knex: Knex): Promise<void> {
  if (knex.client.config.client === 'pg') return;
  await knex.raw('PRAGMA journal_mode = WAL');
  await knex.raw('PRAGMA synchronous = FULL');
  // Another process at the file (a backup) is waited for; within this one, writers take turns and never wait here.
  await knex.raw('PRAGMA busy_timeout = 5000');
}
