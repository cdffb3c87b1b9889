import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** Any number no other program of this database uses. */
const MIGRATION_LOCK = 7_304_991;

/**
 * Brings the schema up to date, all migrations or none.
 * Knex's own lock is a row that outlives a killed process and blocks every later start; here it is taken inside the
 * transaction of the migrations, so it dies with it, and processes starting together wait for each other.
 */
export async function migrate(knex: Knex): Promise<void> {
  const directory = resolvePackagePath('@flotilla/backstage-plugin-fleet-backend', 'migrations');
  const postgres = knex.client.config.client === 'pg';
  await knex.transaction(async trx => {
    if (postgres) await trx.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    await trx.migrate.latest({ directory, disableTransactions: true });
  });
}
