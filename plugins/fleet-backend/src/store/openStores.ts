import type { Knex } from 'knex';
import { KnexActivityLog } from './activity';
import { KnexDecisionStore } from './decisions/KnexDecisionStore';
import { KnexFactStore } from './facts';
import { KnexLeaseStore } from './leases';
import { compactHistory } from './resources/compactHistory';
import type { HistoryLimits } from './resources/compactHistory';
import { ObjectCodec } from './resources/ObjectCodec';
import { resealSecrets } from './resources/resealSecrets';
import { ResourceStore } from './resources/ResourceStore';
import { Sealer } from './sealing';
import type { SealingKeys } from './sealing';
import { KnexRevisionStore } from './revisions';
import { ensureInstanceId, proveKeys } from './settings';
import { Database } from './sql/Database';
import type { StatementHook } from './sql/Database';
import { migrate } from './sql/migrate';
import { repeat } from './repeat';
import { tuneSqlite } from './sql/tuneSqlite';
import type { Stores } from './types';
import { KnexWorkStore } from './works/KnexWorkStore';

export interface StoreOptions {
  /** SQLite (`better-sqlite3`) or PostgreSQL (`pg`). It stays the caller's: `close` does not destroy it. */
  knex: Knex;
  encryption: SealingKeys;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Ends background work. */
  signal: AbortSignal;
  /** Default: 5 minutes, and the newest 50,000. */
  history?: HistoryLimits;
  /** How often history is compacted, in milliseconds; default a minute. */
  compactEveryMs?: number;
  /** How often a watch looks for other processes' writes, in milliseconds; default 500. */
  pollMs?: number;
  /** The longest silence of a watch, in milliseconds; default 3,000. */
  heartbeatMs?: number;
  /** Characters of text that parsed objects in memory may stand for; default 32 million. */
  cacheSize?: number;
  /** Whether to bring the schema up to date; default true. */
  migrate?: boolean;
  /** For tests that enumerate faults: called before and after each statement. */
  onStatement?: StatementHook;
  /** Hears of background work that failed; it goes on. */
  onError?: (error: unknown) => void;
}

/**
 * Opens the store room on a database, which may be empty.
 * Throws SealError when an encryption key is missing, malformed, or not the one this database knows.
 */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const { knex, now, signal, onError = () => {} } = options;
  const { history = { keepMs: 5 * 60_000, keepRows: 50_000 }, compactEveryMs = 60_000 } = options;
  const sealer = new Sealer(options.encryption);
  await tuneSqlite(knex);
  if (options.migrate !== false) await migrate(knex);
  const database = new Database(knex, options.onStatement);
  await proveKeys(database, sealer);

  const codec = new ObjectCodec(sealer, options.cacheSize ?? 32_000_000);
  const resources = new ResourceStore({ database, codec, now, pollMs: options.pollMs ?? 500, heartbeatMs: options.heartbeatMs ?? 3_000 });
  const background = new AbortController();
  const ends = AbortSignal.any([signal, background.signal]);
  const resealing = resealSecrets(database, codec, ends).catch(onError);
  const compaction = repeat(async () => void (await compactHistory(database, history, now(), ends)), compactEveryMs, ends, onError);
  return {
    resources,
    decisions: new KnexDecisionStore(database),
    works: new KnexWorkStore(database),
    revisions: new KnexRevisionStore(database),
    facts: new KnexFactStore(database),
    activity: new KnexActivityLog(database),
    leases: new KnexLeaseStore(database, now),
    shared: database.postgres,
    instanceId: () => ensureInstanceId(database),
    async close() {
      background.abort();
      await resources.close();
      await Promise.all([resealing, compaction]);
    },
  };
}
