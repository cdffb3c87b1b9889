import { setTimeout as sleep } from 'node:timers/promises';
import knexFactory from 'knex';
import type { Knex } from 'knex';

/** A process that is being replaced may take so long to end, in milliseconds. */
const PATIENCE_MS = 10_000;
const TRY_MS = 200;

/**
 * Makes sure that no other process runs on this SQLite file: each would take itself for the only engine. The claim is a
 * lock of the operating system on a file beside it, so it ends with the process, however that ends. Readers and
 * `VACUUM INTO` are not hindered. Does nothing in memory and on PostgreSQL, where leases decide.
 *
 * @param patienceMs - how long to wait for a process that is ending, in milliseconds
 * @returns gives the claim up
 * @throws Error when another process keeps it
 */
export async function claimFile(knex: Knex, patienceMs = PATIENCE_MS): Promise<() => Promise<void>> {
  if (knex.client.config.client === 'pg') return async () => {};
  const [{ file }] = (await knex.raw('PRAGMA database_list')) as { file: string }[];
  if (!file) return async () => {};
  const lock = knexFactory({ client: knex.client.constructor, connection: { filename: `${file}.lock` }, useNullAsDefault: true, pool: { min: 1, max: 1 } });
  const end = Date.now() + patienceMs;
  await lock.raw('PRAGMA busy_timeout = 0');
  for (;;) {
    try {
      await lock.raw('BEGIN EXCLUSIVE');
      return () => lock.destroy();
    } catch (error) {
      if (!/locked|busy/i.test(String(error)) || Date.now() > end) {
        await lock.destroy();
        throw new Error(`Another backend process runs on ${file}. SQLite serves one; for several, use PostgreSQL (backend.database).`, { cause: error });
      }
      await sleep(TRY_MS);
    }
  }
}
