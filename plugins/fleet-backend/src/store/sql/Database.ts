import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';

/**
 * Called before and after each statement, by the statement's name; tests end the process there.
 * Transactions show as `<name>: begin` and `<name>: commit`.
 */
export type StatementHook = (name: string, when: 'before' | 'after') => void | Promise<void>;

/** How long statements of SQLite may follow one another before everything else gets its turn, in milliseconds. */
const TURN_MS = 5;
let turnedAt = 0;
let turning: Promise<void> | undefined;

/**
 * SQLite answers without leaving the thread, so a chain of statements is one long microtask: no request, timer or
 * socket would be served until it ends. All who wait share one turn; one each, and they would take it one after the other.
 */
async function letOthersTurn(): Promise<void> {
  if (performance.now() - turnedAt < TURN_MS) return;
  turning ??= nextTurn().then(() => {
    turning = undefined;
    turnedAt = performance.now();
  });
  await turning;
}

/** Runs named statements, inside a transaction or out of one. What the SQL verbs take. */
export class Session {
  constructor(
    readonly sql: Knex,
    /** PostgreSQL locks rows; SQLite has one writer anyway. */
    readonly postgres: boolean,
    protected readonly hook?: StatementHook,
  ) {}

  /** Runs a built query. Knex sends it only when it is awaited, so the hook comes first. */
  async run<T>(name: string, query: PromiseLike<T>): Promise<T> {
    if (!this.postgres) await letOthersTurn();
    if (!this.hook) return query;
    await this.hook(name, 'before');
    const result = await query;
    await this.hook(name, 'after');
    return result;
  }

  /** Runs SQL by hand and gives its rows. `?` binds a value. */
  async rows<T>(name: string, text: string, bindings: readonly unknown[] = []): Promise<T[]> {
    const result = await this.run(name, this.sql.raw(text, bindings as Knex.Value[]));
    return this.postgres ? result.rows : result;
  }

  /** Inserts many rows by one statement; `tail` may say what happens on a conflict. */
  async insert(table: string, columns: readonly string[], rows: readonly unknown[][], tail = ''): Promise<void> {
    const values = `(${columns.map(() => '?').join(', ')})`;
    // Far below what both databases bind to one statement, and short enough not to hold up the event loop.
    const most = Math.floor(2_000 / columns.length);
    for (let from = 0; from < rows.length; from += most) {
      const part = rows.slice(from, from + most);
      const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${part.map(() => values).join(', ')} ${tail}`;
      await this.run(`${table}.insert`, this.sql.raw(text, part.flat() as Knex.Value[]));
    }
  }
}

/** The plugin's database. */
export class Database extends Session {
  #last: Promise<unknown> = Promise.resolve();

  constructor(knex: Knex, hook?: StatementHook) {
    super(knex, knex.client.config.client === 'pg', hook);
  }

  /** Runs `work` in a transaction; it is undone as a whole if anything in it throws. Do not use the database itself in `work`. */
  async transaction<T>(name: string, work: (tx: Session) => Promise<T>): Promise<T> {
    if (this.postgres) return this.#transact(name, work);
    // SQLite has one writer. A second connection of this process would wait for it inside a call that blocks the event
    // loop, and the first could never finish: so writers take turns here.
    const mine = this.#last.then(() => this.#transact(name, work));
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #transact<T>(name: string, work: (tx: Session) => Promise<T>): Promise<T> {
    await this.hook?.(`${name}: begin`, 'before');
    const result = await this.sql.transaction(async trx => {
      await this.hook?.(`${name}: begin`, 'after');
      const value = await work(new Session(trx, this.postgres, this.hook));
      await this.hook?.(`${name}: commit`, 'before');
      return value;
    });
    await this.hook?.(`${name}: commit`, 'after');
    return result;
  }
}
