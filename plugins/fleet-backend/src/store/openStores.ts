import type { Knex } from 'knex';
import { ACTIVITY_LIMITS, expireActivity, KnexActivityLog, type ActivityLimits } from './activity';
import { KnexDecisionStore } from './decisions/KnexDecisionStore';
import { KnexFactStore } from './facts';
import { KnexLeaseStore } from './leases';
import { compactHistory } from './resources/compactHistory';
import type { HistoryLimits } from './resources/compactHistory';
import { ObjectCodec } from './resources/ObjectCodec';
import { resealSecrets } from './resources/resealSecrets';
import { ResourceStore } from './resources/ResourceStore';
import { Sealer, SealError } from './sealing';
import type { SealingKeys } from './sealing';
import { KnexReachabilityStore } from './reachability';
import { KnexRevisionStore } from './revisions';
import { ensureInstanceId, proveKeys } from './settings';
import { claimFile } from './sql/claimFile';
import { Database } from './sql/Database';
import type { StatementHook } from './sql/Database';
import { migrate } from './sql/migrate';
import { repeat } from './repeat';
import { tuneSqlite } from './sql/tuneSqlite';
import { continueTimeline } from './timeline';
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
  /** What of the audit trail stays. Default: 90 days, and the newest million. */
  activity?: ActivityLimits;
  /** How often history and the audit trail are cut, in milliseconds; default a minute. */
  compactEveryMs?: number;
  /** How often a watch looks for other processes' writes, in milliseconds; default 100 on PostgreSQL, 500 on SQLite, where there are none. */
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
  /** Hears what an operator should know: a new timeline, an ended rotation of keys. Holds no data of any object. */
  onNotice?: (message: string) => void;
}


/**
 * Opens the store room on a database, which may be empty.
 * Throws SealError when an encryption key is missing, malformed, or not the one this database knows; Error when another
 * process runs on the same SQLite file.
 */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const sealer = new Sealer(options.encryption);
  const release = await claimFile(options.knex);
  try {
    return await openClaimed(options, sealer, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function openClaimed(options: StoreOptions, sealer: Sealer, release: () => Promise<void>): Promise<Stores> {
  const { knex, now, signal, onError = () => {}, onNotice = () => {} } = options;
  await tuneSqlite(knex);
  if (options.migrate !== false) await migrate(knex);
  const database = new Database(knex, options.onStatement);
  await proveKeys(database, sealer);
  const tellJump = (jump: number) => jump && onNotice('the database was silent, or is a backup put back: versions begin anew far ahead, and clients list again');
  tellJump(await continueTimeline(database, now()));

  const codec = new ObjectCodec(sealer, options.cacheSize ?? 32_000_000);
  const resources = new ResourceStore({
    database, codec, now,
    pollMs: options.pollMs ?? (database.postgres ? 100 : 500),
    heartbeatMs: options.heartbeatMs ?? 3_000,
    onWentBack: async () => void tellJump(await continueTimeline(database, now(), true)),
  });
  const background = new AbortController();
  const work = keepHouse(options, { database, codec, sealer, onError, onNotice, signal: AbortSignal.any([signal, background.signal]) });
  return {
    resources,
    decisions: new KnexDecisionStore(database),
    works: new KnexWorkStore(database),
    revisions: new KnexRevisionStore(database),
    facts: new KnexFactStore(database),
    reachability: new KnexReachabilityStore(database),
    activity: new KnexActivityLog(database),
    leases: new KnexLeaseStore(database, now),
    shared: database.postgres,
    instanceId: () => ensureInstanceId(database),
    async close() {
      background.abort();
      await resources.close();
      await work;
      await release();
    },
  };
}

interface House {
  database: Database;
  codec: ObjectCodec;
  sealer: Sealer;
  signal: AbortSignal;
  onError(error: unknown): void;
  onNotice(message: string): void;
}

/** What goes on in the background: the rotation of keys once, and cutting what would grow without bound. */
async function keepHouse({ now, history, activity, compactEveryMs = 60_000 }: StoreOptions, house: House): Promise<void> {
  const { database, codec, sealer, signal, onError, onNotice } = house;
  const [current, ...older] = sealer.ids;
  const reseal = async () => {
    const { count, whole, closed, because } = await resealSecrets(database, codec, signal);
    if (closed) onError(new SealError(`${closed} stored texts of Secrets open with no configured key. The first: ${because}`));
    else if (whole && (count || older.length)) onNotice(`every Secret is sealed with the key "${current}" (${count} were sealed anew); once every backend says so, older keys may go from fleet.encryption.keys`);
  };
  const cut = async () => {
    await compactHistory(database, history ?? { keepMs: 5 * 60_000, keepRows: 50_000 }, now(), signal);
    await expireActivity(database, activity ?? ACTIVITY_LIMITS, now(), signal);
  };
  await Promise.all([reseal().catch(onError), repeat(cut, compactEveryMs, signal, onError)]);
}
