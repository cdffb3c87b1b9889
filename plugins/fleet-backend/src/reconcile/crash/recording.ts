import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Member, MemberState } from '../testing/Member';

/** The files of a SQLite database that outlive its process; the third, `-shm`, is made anew by whoever opens it next. */
const ENDS = ['', '-wal'];

/** The bytes of a database file and of its write-ahead log, as a process killed now leaves them. */
export const bytesOf = (file: string): Buffer[] => ENDS.map(end => (existsSync(file + end) ? readFileSync(file + end) : Buffer.alloc(0)));

/** Lays the database down at another place. */
export const layDown = (bytes: Buffer[], file: string): void => ENDS.forEach((end, i) => writeFileSync(file + end, bytes[i]));

export const removeDatabase = (file: string): void => [...ENDS, '-shm'].forEach(end => rmSync(file + end, { force: true }));

/** All that is left of a hub that is killed: its database, and what it did to the members. */
export interface Remains {
  /** Points at which a kill leaves exactly this. */
  points: string[];
  file: string;
  members: MemberState[];
}

/**
 * Follows a hub from point to point and keeps what a kill at that point would leave. It looks between two steps of the hub, in one
 * thread with it and the members, so nothing moves meanwhile. Every statement counts, also those of leases, facts and the audit
 * trail. A killed process leaves nothing but bytes and members: points that leave the same bytes and the same members are one case,
 * and are kept once. A request that is on its way when the process dies has reached the member or has not: the points before and
 * after it are these two cases.
 */
export class Recording {
  readonly remains: Remains[] = [];
  points = 0;
  readonly #known = new Map<string, Remains>();

  constructor(
    private readonly file: string,
    private readonly members: Member[],
  ) {}

  take(point: string): void {
    this.points += 1;
    const bytes = bytesOf(this.file);
    const members = this.members.map(member => member.state());
    const hash = createHash('sha1');
    for (const part of bytes) hash.update(`${part.length} `).update(part);
    const key = [hash.digest('hex'), ...members.map(({ entries }) => entries.version)].join(' ');
    const known = this.#known.get(key);
    if (known) return void known.points.push(point);
    const file = `${this.file}.killed-${this.remains.length}`;
    layDown(bytes, file);
    const found = { points: [point], file, members };
    this.#known.set(key, found);
    this.remains.push(found);
  }
}
