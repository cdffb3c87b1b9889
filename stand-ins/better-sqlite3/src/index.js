'use strict';

const { existsSync } = require('node:fs');
const { dirname } = require('node:path');
const { SqliteError, asSqliteErrors } = require('./SqliteError');
const { Statement } = require('./Statement');
const { transaction } = require('./transaction');

const sqlite = requireQuietly('node:sqlite');

// Node 22 warns once that node:sqlite is experimental. docs/decisions/0001 says why it is used all the same.
function requireQuietly(name) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return require(name);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Compiled statements kept at hand: Knex prepares each anew, and compiling is a third of what a short one costs. */
const KEPT = 500;
const LONGEST_KEPT = 8_192;
/** What `*` stands for changes with the table, and node:sqlite gives the rows of such a statement the columns they had before. */
const isKept = sql => sql.length <= LONGEST_KEPT && !sql.includes('*');

class Database {
  #database;
  #safeIntegers = false;
  /** By text; the one used last comes last. */
  #kept = new Map();

  /**
   * @param {string} [filename] a path, or `:memory:`
   * @param {{readonly?: boolean, fileMustExist?: boolean, timeout?: number}} [options] `timeout`: how long to wait for a lock, in ms
   */
  constructor(filename = ':memory:', { readonly = false, fileMustExist = false, timeout = 5000 } = {}) {
    this.name = filename;
    this.memory = ['', ':memory:'].includes(filename.trim());
    this.readonly = readonly;
    if (!this.memory && !filename.startsWith('file:')) {
      if (!existsSync(dirname(filename))) throw new TypeError('Cannot open database because the directory does not exist');
      if (fileMustExist && !existsSync(filename)) throw new SqliteError('unable to open database file', 'SQLITE_CANTOPEN');
    }
    this.#database = asSqliteErrors(() => new sqlite.DatabaseSync(filename.trim() || ':memory:', { readOnly: readonly, timeout }));
  }

  get open() {
    return this.#database.isOpen;
  }

  get inTransaction() {
    return this.#database.isOpen && this.#database.isTransaction;
  }

  prepare(sql) {
    const compiled = this.#kept.get(sql) ?? this.#compile(sql);
    if (isKept(sql)) {
      this.#kept.delete(sql);
      this.#kept.set(sql, compiled);
      if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value);
    }
    return new Statement(this, compiled, () => this.#compile(sql), this.#safeIntegers);
  }

  #compile(sql) {
    const statement = asSqliteErrors(() => this.#database.prepare(sql));
    if (!/[^\s;]/.test(sql)) throw new RangeError('The supplied SQL string contains no statements');
    // node:sqlite compiles the first statement and drops the rest without a word; losing half of a migration must be an error.
    const rest = sql.slice(statement.sourceSQL.length).replace(/--[^\n]*|\/\*[^]*?\*\/|[\s;]+/g, '');
    if (rest) throw new RangeError('The supplied SQL string contains more than one statement');
    return { statement, reader: statement.columns().length > 0 };
  }

  exec(sql) {
    asSqliteErrors(() => this.#database.exec(sql));
    return this;
  }

  /** Runs `PRAGMA <source>` and gives its rows, or with `simple` the first value of the first row. */
  pragma(source, { simple = false } = {}) {
    const statement = this.prepare(`PRAGMA ${source}`);
    return simple ? statement.pluck().get() : statement.all();
  }

  transaction(work) {
    if (typeof work !== 'function') throw new TypeError('Expected first argument to be a function');
    return transaction(this, work);
  }

  /** Integers of statements prepared from now on come as bigint. */
  defaultSafeIntegers(on = true) {
    this.#safeIntegers = on;
    return this;
  }

  /** May be called twice, as Knex's pool does when it is torn down. */
  close() {
    this.#kept.clear();
    if (this.#database.isOpen) this.#database.close();
    return this;
  }
}

// better-sqlite3 may be called with and without `new`.
module.exports = new Proxy(Database, { apply: (_target, _this, args) => new Database(...args) });
module.exports.SqliteError = SqliteError;
