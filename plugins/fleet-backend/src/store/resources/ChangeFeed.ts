import { StorageError } from '@flotilla/kube-api';
import type { Change, ObjectKey, ObjectRange } from '@flotilla/kube-api';
import type { Session } from '../sql/Database';
import type { ObjectCodec } from './ObjectCodec';
import { readState } from './readState';
import { CHANGE_COLUMNS, keyOf, readChange } from './rows';
import type { ChangeRow } from './rows';
import type { Condition } from './selection';

export interface ChangeFeedOptions {
  /** How often to look for other processes' writes while somebody watches, in milliseconds. */
  pollMs: number;
  /** How long a watch may be silent before it hears a bookmark, in milliseconds. */
  heartbeatMs: number;
  /** Called when the database turned out to be older than it was: a backup was put back under a running process. */
  onWentBack?: () => Promise<void>;
}

/** A change at hand; read only by those it concerns, so that a Secret that does not open fails nobody else's watch. */
export interface Entry {
  version: number;
  key: ObjectKey;
  /** Characters of text it stands for. */
  size: number;
  read(): Change;
}

/** What is kept at hand for watchers that keep up; slower ones read from the database. */
const RECENT_CHANGES = 2_000;
const RECENT_CHARACTERS = 16 * 1024 * 1024;
/** One statement gives at most so many rows, and looks at most at so many. */
const READ_ROWS = 200;
const READ_VERSIONS = 5_000;

/**
 * The changes in order, for any number of watchers.
 *
 * Every version has exactly one change row and becomes visible in its order (see `commitWrites`), so "everything up to
 * version n" is a safe thing to say as soon as n is seen. This process's own commits are handed over directly; a gap
 * before them, or a poll, means that another process wrote, and the rows are read. A watcher pulls: the feed holds
 * nothing for it, so a stalled one costs no memory.
 */
export class ChangeFeed {
  #recent: Entry[] = [];
  #size = 0;
  /** The newest version known to be visible; `#recent` ends with it. */
  #newest = 0;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How often the database went back; a watch from before cannot go on. */
  #timeline = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(
    private readonly session: Session,
    private readonly codec: ObjectCodec,
    private readonly options: ChangeFeedOptions,
  ) {}

  /** Takes what this process committed. */
  publish(entries: Entry[]): void {
    const fresh = entries.filter(({ version }) => version > this.#newest);
    if (fresh.length === 0) return;
    if (fresh[0].version === this.#newest + 1) this.#append(fresh);
    else if (this.#sleepers.size > 0) this.#catchUpTo(fresh[fresh.length - 1].version).catch(() => {});
  }

  /** The newest version known here to be visible. */
  get newest(): number {
    return this.#newest;
  }

  /** Looks at the database anew, as after a sign that it is not what it was. */
  async lookAgain(): Promise<void> {
    await this.#reading;
    await this.#catchUp();
  }

  /** See ResourceStorage.changes. */
  async *read(range: ObjectRange | 'all', since: string, signal: AbortSignal): AsyncGenerator<Change | { bookmark: string }> {
    const sleeper = this.#enter(signal);
    try {
      await this.#catchUp();
      const timeline = this.#timeline;
      let position = await this.#startAt(since);
      while (!signal.aborted) {
        const { entries, upTo } = await this.#after(position, range);
        if (timeline !== this.#timeline) throw new StorageError('expired', `too old resource version: ${position} (a backup was put back)`);
        for (const entry of entries) {
          if (signal.aborted) return;
          position = entry.version;
          if (range !== 'all' && !contains(range, entry.key)) continue;
          yield entry.read();
          sleeper.spoke();
        }
        position = Math.max(position, upTo);
        // Writes elsewhere are silence too: a watcher must hear how far it has come.
        if (sleeper.isSilent) {
          yield { bookmark: String(position) };
          sleeper.spoke();
        }
        if (position >= this.#newest) await sleeper.sleep();
      }
    } finally {
      this.#leave(sleeper);
    }
  }

  /** Ends the polling. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #startAt(since: string): Promise<number> {
    const { version, compacted } = await readState(this.session);
    const position = Number(since);
    if (Number.isSafeInteger(position) && position >= compacted && position <= version) return position;
    throw new StorageError('expired', `too old resource version: ${since} (${compacted})`);
  }

  /** Changes after a position, and the version up to which they are all: those at hand, or the range's from the database. */
  async #after(position: number, range: ObjectRange | 'all'): Promise<{ entries: Entry[]; upTo: number }> {
    const upTo = this.#newest;
    if (position >= upTo) return { entries: [], upTo };
    const first = upTo - this.#recent.length + 1;
    if (position + 1 >= first) return { entries: this.#recent.slice(position + 1 - first), upTo };
    const end = Math.min(upTo, position + READ_VERSIONS);
    const entries = await this.#readRows(range, position, end);
    const { compacted } = await readState(this.session);
    if (position < compacted) throw new StorageError('expired', `too old resource version: ${position} (${compacted})`);
    return { entries, upTo: entries.length < READ_ROWS ? end : entries[entries.length - 1].version };
  }

  async #readRows(range: ObjectRange | 'all', after: number, upTo: number): Promise<Entry[]> {
    const within = range === 'all' ? { text: '', bindings: [] } : ofRange(range);
    const rows = await this.session.rows<ChangeRow>(
      'changes.select',
      `SELECT ${CHANGE_COLUMNS} FROM changes WHERE version > ? AND version <= ?${within.text} ORDER BY version LIMIT ${READ_ROWS}`,
      [after, upTo, ...within.bindings],
    );
    return rows.map(row => ({
      version: Number(row.version),
      key: keyOf(row),
      size: (row.body_before?.length ?? 0) + (row.body_after?.length ?? 0),
      read: () => readChange(this.codec, row),
    }));
  }

  /** Makes everything visible in the database known here. */
  #catchUp(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #catchUpTo(version: number): Promise<void> {
    await this.#catchUp();
    // The reading under way may have begun before that version was there.
    if (this.#newest < version) await this.#catchUp();
  }

  async #readOn(): Promise<void> {
    const seen = this.#newest;
    let { version } = await readState(this.session);
    if (version < seen) version = await this.#startOver();
    // Far behind, as after a start: older changes are read by those who ask for them.
    if (version - this.#newest > RECENT_CHANGES) this.#restartAt(version - 1);
    while (this.#newest < version) {
      const known = this.#newest;
      const entries = await this.#readRows('all', known, version);
      if (this.#newest > known) continue;
      if (entries.length === 0) this.#restartAt(version);
      else if (entries[0].version > known + 1) this.#restartAt(entries[0].version - 1);
      this.#append(entries);
    }
  }

  /** What was seen before is not what is there now: nothing of it may be told any more. */
  async #startOver(): Promise<number> {
    this.#timeline += 1;
    this.codec.forget();
    await this.options.onWentBack?.();
    const { version } = await readState(this.session);
    this.#restartAt(version);
    this.#wakeAll();
    return version;
  }

  #restartAt(version: number): void {
    this.#recent = [];
    this.#size = 0;
    this.#newest = version;
  }

  #append(entries: Entry[]): void {
    if (entries.length === 0) return;
    this.#recent.push(...entries);
    this.#newest = entries[entries.length - 1].version;
    for (const { size } of entries) this.#size += size;
    this.#forgetOldest();
    this.#wakeAll();
  }

  #forgetOldest(): void {
    // In blocks: shifting the array at each write would cost more than the write.
    if (this.#recent.length <= 2 * RECENT_CHANGES && this.#size <= 2 * RECENT_CHARACTERS) return;
    let from = this.#recent.length;
    let size = 0;
    while (from > 0 && this.#recent.length - from < RECENT_CHANGES && size + this.#recent[from - 1].size <= RECENT_CHARACTERS) {
      from -= 1;
      size += this.#recent[from].size;
    }
    this.#recent = this.#recent.slice(from);
    this.#size = size;
  }

  #wakeAll(): void {
    for (const sleeper of this.#sleepers) sleeper.wake();
  }

  #enter(signal: AbortSignal): Sleeper {
    const sleeper = new Sleeper(signal, this.options.heartbeatMs);
    this.#sleepers.add(sleeper);
    // A poll that fails is tried again; who reads hears of it by their own statements.
    this.#timer ??= setInterval(() => this.#catchUp().catch(() => {}), this.options.pollMs).unref();
    return sleeper;
  }

  #leave(sleeper: Sleeper): void {
    sleeper.close();
    this.#sleepers.delete(sleeper);
    if (this.#sleepers.size === 0) this.close();
  }
}

/**
 * Waits again and again: for a change, the end, or a heartbeat. It has one timer and one listener, for to make them anew is dear
 * when fifty watchers wait for each change.
 */
class Sleeper {
  /** Whether nothing was said for a heartbeat's time. */
  isSilent = false;
  #wake: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly signal: AbortSignal,
    heartbeatMs: number,
  ) {
    this.#timer = setTimeout(() => {
      this.isSilent = true;
      this.wake();
    }, heartbeatMs);
    signal.addEventListener('abort', this.wake);
  }

  spoke(): void {
    this.isSilent = false;
    this.#timer.refresh();
  }

  sleep(): Promise<void> {
    return this.signal.aborted ? Promise.resolve() : new Promise(resolve => (this.#wake = resolve));
  }

  /** Without effect on one that does not sleep: it looks for changes before it does. */
  readonly wake = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };

  close(): void {
    clearTimeout(this.#timer);
    this.signal.removeEventListener('abort', this.wake);
  }
}

/** The `||` keeps both databases from the index by key: it would gather and sort the range's whole history for each 200 rows. */
function ofRange({ group, resource, namespace }: ObjectRange): Condition {
  const [text, bindings] = [` AND api_group || '' = ? AND resource || '' = ?`, [group, resource]];
  return namespace === undefined ? { text, bindings } : { text: `${text} AND namespace = ?`, bindings: [...bindings, namespace] };
}

function contains(range: ObjectRange, key: ObjectKey): boolean {
  const { group, resource, namespace } = range;
  return key.resource === resource && key.group === group && (namespace === undefined || key.namespace === namespace);
}
