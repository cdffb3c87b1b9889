import type { Knex } from 'knex';

/**
 * Readers beside the writer (WAL). Does nothing on PostgreSQL.
 */
export async function tuneSqlite(knex: Knex): Promise<void> {
  if (knex.client.config.client === 'pg') return;
  await knex.raw('PRAGMA journal_mode = WAL');
  await knex.raw('PRAGMA synchronous = FULL');
}
