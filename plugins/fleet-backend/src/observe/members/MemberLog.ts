import type { KubeObject } from '@flotilla/kube-api';
import type { Sink } from '../reflector';
import { type Cut, cut, happenedAt } from './cut';
import { MemberTable } from './MemberTable';
import { snapshotAt } from './snapshot';
import type { MemberChange, MemberKind, MemberObject, MemberObjects } from './types';

/** Changes remembered of each kind: as far back a watch or the next page of a list can go. */
const HISTORY = 5_000;
/** Of events the newest are shown, of each cluster so many. */
const EVENTS = 500;

/** The objects of one kind in all members, and their last changes. */
class KindLog {
  readonly tables = new Map<string, MemberTable>();
  readonly waiting = new Set<() => void>();
  changes: MemberChange[] = [];

  /** @param floor - the version before the oldest change remembered */
  constructor(public floor: number) {}

  table(cluster: string): MemberTable {
    let table = this.tables.get(cluster);
    if (!table) this.tables.set(cluster, (table = new MemberTable()));
    return table;
  }

  record(change: MemberChange): void {
    this.changes.push(change);
    // Cut in blocks: shifting the array at every change would cost more than the change.
    if (this.changes.length > HISTORY * 1.25) {
      const surplus = this.changes.length - HISTORY;
      this.floor = this.changes[surplus - 1].version;
      this.changes = this.changes.slice(surplus);
    }
    const woken = [...this.waiting];
    this.waiting.clear();
    woken.forEach(wake => wake());
  }

  /** Index of the first change after a version. */
  indexAfter(version: number): number {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.changes[middle].version <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * What is shown of all members, with one sequence of changes over all of them. It begins where no earlier process has been: versions
 * follow the clock, and nothing changes a hundred times a millisecond for long.
 */
export class MemberLog implements MemberObjects {
  private readonly first: number;
  private current: number;
  private readonly kinds = new Map<MemberKind, KindLog>();

  /** @param startedAt - milliseconds since the epoch @param trueAt - when the last look at a kind was true */
  constructor(
    startedAt: number,
    private readonly trueAt: (kind: MemberKind, cluster: string) => number | undefined,
  ) {
    this.first = startedAt * 100;
    this.current = this.first;
  }

  version(): number {
    return this.current;
  }

  get(kind: MemberKind, cluster: string, namespace: string, name: string): MemberObject | undefined {
    return this.log(kind).tables.get(cluster)?.get(namespace, name);
  }

  at(kind: MemberKind, version: number) {
    const later = this.after(kind, version, Infinity);
    return later && snapshotAt(this.log(kind).tables, later);
  }

  after(kind: MemberKind, version: number, limit: number): readonly MemberChange[] | undefined {
    const log = this.log(kind);
    if (!(version >= log.floor && version <= this.current)) return undefined;
    const from = log.indexAfter(version);
    return log.changes.slice(from, from + limit);
  }

  next(kind: MemberKind, ms: number, signal: AbortSignal): Promise<void> {
    const { waiting } = this.log(kind);
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      timer.unref();
      waiting.add(wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }

  seenAt(kind: MemberKind, cluster: string): number | undefined {
    return this.trueAt(kind, cluster);
  }

  /** Takes the objects of one kind of one member. */
  sink(kind: MemberKind, cluster: string): Sink {
    const log = this.log(kind);
    const table = log.table(cluster);
    return {
      seen: object => {
        const made = cut(kind, object);
        if (made) this.put(log, cluster, table, made);
        else this.take(log, cluster, table, object);
        if (kind === 'Event' && table.size > EVENTS * 1.2) this.dropOldest(log, cluster, table);
      },
      gone: object => this.take(log, cluster, table, object),
      keepOnly: uids => {
        for (const object of [...table.all()]) if (!uids.has(object.uid)) this.remove(log, cluster, table, object);
      },
    };
  }

  /** Forgets a member. */
  drop(cluster: string): void {
    for (const log of this.kinds.values()) {
      const table = log.tables.get(cluster);
      if (table) for (const object of [...table.all()]) this.remove(log, cluster, table, object);
      log.tables.delete(cluster);
    }
  }

  private log(kind: MemberKind): KindLog {
    let log = this.kinds.get(kind);
    if (!log) this.kinds.set(kind, (log = new KindLog(this.first)));
    return log;
  }

  private put(log: KindLog, cluster: string, table: MemberTable, made: Cut) {
    const before = table.get(made.namespace, made.name);
    // Another object of its name: the former has gone, though nobody said so.
    if (before && before.uid !== made.uid) this.remove(log, cluster, table, before);
    else if (before && same(before, made)) return;
    const after: MemberObject = { ...made, version: ++this.current };
    table.set(after);
    log.record({ version: this.current, cluster, before: before?.uid === made.uid ? before : undefined, after });
  }

  private take(log: KindLog, cluster: string, table: MemberTable, { metadata }: KubeObject) {
    const known = table.get(metadata.namespace ?? '', metadata.name ?? '');
    if (known?.uid === metadata.uid) this.remove(log, cluster, table, known!);
  }

  private remove(log: KindLog, cluster: string, table: MemberTable, before: MemberObject) {
    table.delete(before);
    log.record({ version: ++this.current, cluster, before });
  }

  private dropOldest(log: KindLog, cluster: string, table: MemberTable) {
    const oldest = [...table.all()].sort((a, b) => happenedAt(a) - happenedAt(b)).slice(0, table.size - EVENTS);
    for (const object of oldest) this.remove(log, cluster, table, object);
  }
}

/** Heartbeats and the like change nothing that is shown. */
const same = (a: Cut, b: Cut): boolean =>
  a.createdAt === b.createdAt && JSON.stringify(a.shown) === JSON.stringify(b.shown) && JSON.stringify(a.labels) === JSON.stringify(b.labels);
