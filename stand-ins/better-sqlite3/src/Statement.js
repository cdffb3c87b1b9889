'use strict';

const { asSqliteErrors } = require('./SqliteError');

// better-sqlite3 takes values one by one, in arrays, or by name; node:sqlite wants them spread, names first.
function spread(bindings) {
  const values = bindings.flat();
  return [...values.filter(isNames), ...values.filter(value => !isNames(value))];
}

function isNames(value) {
  return value !== null && typeof value === 'object' && !ArrayBuffer.isView(value);
}

const toBuffer = value =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;

// Rows of node:sqlite have no prototype and hold Uint8Array; Knex and Backstage expect plain objects and Buffer.
function plainRow(row) {
  if (Array.isArray(row)) return row.map(toBuffer);
  const plain = {};
  for (const name of Object.keys(row)) plain[name] = toBuffer(row[name]);
  return plain;
}

class Statement {
  #statement;
  #compile;
  #isOwn = false;
  #bound = [];
  #pluck = false;

  /** @param compiled shared with others of the same text, who must not see how this one wants its rows */
  constructor(database, compiled, compile, safeIntegers) {
    this.database = database;
    this.source = compiled.statement.sourceSQL;
    this.#statement = compiled.statement;
    this.#compile = compile;
    /** True if running it gives rows: Knex chooses `all` or `run` by it. */
    this.reader = compiled.reader;
    if (safeIntegers) this.safeIntegers(true);
  }

  /** One that nobody shares: its settings can be changed, and it can stand between two rows. */
  get #own() {
    if (!this.#isOwn) this.#statement = this.#compile().statement;
    this.#isOwn = true;
    return this.#statement;
  }

  /** @returns {{changes: number, lastInsertRowid: number | bigint}} */
  run(...bindings) {
    const { changes, lastInsertRowid } = asSqliteErrors(() => this.#statement.run(...this.#values(bindings)));
    return { changes: Number(changes), lastInsertRowid };
  }

  get(...bindings) {
    const row = asSqliteErrors(() => this.#statement.get(...this.#values(bindings)));
    return row === undefined ? undefined : this.#shape(row);
  }

  all(...bindings) {
    return asSqliteErrors(() => this.#statement.all(...this.#values(bindings))).map(row => this.#shape(row));
  }

  *iterate(...bindings) {
    const rows = asSqliteErrors(() => this.#own.iterate(...this.#values(bindings)));
    for (;;) {
      const { done, value } = asSqliteErrors(() => rows.next());
      if (done) return;
      yield this.#shape(value);
    }
  }

  /** Keeps values for every later run. */
  bind(...bindings) {
    this.#bound = spread(bindings);
    return this;
  }

  /** Rows give their first column alone. */
  pluck(on = true) {
    this.#pluck = on;
    return this;
  }

  /** Rows come as arrays. */
  raw(on = true) {
    this.#own.setReturnArrays(on);
    return this;
  }

  /** Integers come as bigint. Without it an integer beyond 2^53 is an error, never a rounded number. */
  safeIntegers(on = true) {
    this.#own.setReadBigInts(on);
    return this;
  }

  columns() {
    return this.#statement.columns();
  }

  #values(bindings) {
    return bindings.length ? spread(bindings) : this.#bound;
  }

  #shape(row) {
    const plain = plainRow(row);
    return this.#pluck ? Object.values(plain)[0] : plain;
  }
}

module.exports = { Statement };
