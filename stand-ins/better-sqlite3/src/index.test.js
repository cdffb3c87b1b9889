const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const knexFactory = require('knex');
const Database = require('./index');

describe('better-sqlite3 over node:sqlite', () => {
  let folder;
  let file;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    file = join(folder, 'test.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives plain rows, values in arrays or by name, and Buffers', () => {
    const db = new Database(':memory:');
    db.exec('create table t (id integer primary key, name text, data blob)');
    expect(db.prepare('insert into t (name, data) values (?, ?)').run(['a', Buffer.from('xy')])).toEqual({ changes: 1, lastInsertRowid: 1 });
    db.prepare('insert into t (name) values (@name)').run({ name: 'b' });
    const rows = db.prepare('select * from t order by id').all();
    expect(rows).toEqual([{ id: 1, name: 'a', data: Buffer.from('xy') }, { id: 2, name: 'b', data: null }]);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
    expect(Buffer.isBuffer(rows[0].data)).toBe(true);
    expect([...db.prepare('select name from t where id > ?').iterate(1)]).toEqual([{ name: 'b' }]);
    expect(db.prepare('select name from t').pluck().all()).toEqual(['a', 'b']);
    expect(db.prepare('select id, name from t').raw().get()).toEqual([1, 'a']);
    expect(db.prepare('select * from t where id = 9').get()).toBeUndefined();
  });

  it('tells statements that give rows from those that do not', () => {
    const db = Database(':memory:');
    db.exec('create table t (id integer)');
    expect(db.prepare('select 1').reader).toBe(true);
    expect(db.prepare('insert into t values (1) returning id').reader).toBe(true);
    expect(db.prepare('insert into t values (1)').reader).toBe(false);
  });

  it.each([
    ['insert into t values (1, 1)', 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['insert into t values (2, 1)', 'SQLITE_CONSTRAINT_UNIQUE'],
    ['insert into t values (3, null)', 'SQLITE_CONSTRAINT_NOTNULL'],
    ['insert into child values (99)', 'SQLITE_CONSTRAINT_FOREIGNKEY'],
    ['select * from nowhere', 'SQLITE_ERROR'],
  ])('%s fails with %s', (sql, code) => {
    const db = new Database(':memory:');
    db.exec('create table t (id integer primary key, u integer not null unique); insert into t values (1, 1)');
    db.exec('create table child (parent integer references t (id))');
    const run = () => db.prepare(sql).run();
    expect(run).toThrow(Database.SqliteError);
    expect(run).toThrow(expect.objectContaining({ code, name: 'SqliteError' }));
  });

  it('never rounds an integer', () => {
    const db = new Database(':memory:');
    const big = 2n ** 60n + 1n;
    expect(db.prepare('select ? as n').safeIntegers().get(big)).toEqual({ n: big });
    expect(() => db.prepare('select ? as n').get(big)).toThrow('too large');
    expect(db.defaultSafeIntegers().prepare('select 7 as n').get()).toEqual({ n: 7n });
  });

  it('keeps statements of one text apart, and follows a changed table', () => {
    const db = new Database(':memory:');
    db.exec('create table t (id integer); insert into t values (1), (2)');
    const sql = 'select * from t order by id';
    const rows = db.prepare(sql).iterate();
    expect(rows.next().value).toEqual({ id: 1 });
    expect(db.prepare(sql).raw().all()).toEqual([[1], [2]]);
    expect(db.prepare(sql).safeIntegers().all()).toEqual([{ id: 1n }, { id: 2n }]);
    expect(db.prepare(sql).all()).toEqual([{ id: 1 }, { id: 2 }]);
    expect(rows.next().value).toEqual({ id: 2 });
    expect(rows.next().done).toBe(true);
    db.exec("alter table t add column name text default 'a'");
    expect(db.prepare(sql).get()).toEqual({ id: 1, name: 'a' });
    db.exec('drop table t');
    expect(() => db.prepare(sql).all()).toThrow('no such table');
    db.exec('create table t (id text); insert into t values (3)');
    expect(db.prepare(sql).all()).toEqual([{ id: '3' }]);
    expect(db.prepare('select id from t').all()).toEqual([{ id: '3' }]);
    db.exec('drop table t; create table t (name text, id integer); insert into t values (4, 5)');
    expect(db.prepare('select id from t').all()).toEqual([{ id: 5 }]);
  });

  it('refuses a second statement instead of dropping it', () => {
    const db = new Database(':memory:');
    expect(() => db.prepare('select 1; select 2')).toThrow('more than one statement');
    expect(() => db.prepare(' ;')).toThrow('no statements');
    expect(db.prepare('select 1 as n; -- a remark\n').get()).toEqual({ n: 1 });
  });

  it('commits, rolls back and nests transactions', () => {
    const db = new Database(':memory:');
    db.exec('create table t (id integer)');
    const insert = db.transaction(id => {
      db.prepare('insert into t values (?)').run(id);
      if (id < 0) throw new Error('negative');
      return id;
    });
    expect(insert(1)).toBe(1);
    expect(() => insert(-1)).toThrow('negative');
    db.transaction(() => {
      insert.immediate(2);
      expect(() => insert(-2)).toThrow('negative');
    })();
    expect(db.prepare('select id from t').pluck().all()).toEqual([1, 2]);
    expect(() => db.transaction(async () => {})()).toThrow('cannot return a promise');
    expect(db.inTransaction).toBe(false);
  });

  it('keeps WAL mode in the file and waits for a lock', () => {
    const first = new Database(file);
    expect(first.pragma('journal_mode = WAL', { simple: true })).toBe('wal');
    first.exec('create table t (id integer)');
    const second = new Database(file, { timeout: 20 });
    expect(second.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(second.pragma('busy_timeout')).toEqual([{ timeout: 20 }]);
    first.exec('begin immediate');
    expect(() => second.exec('insert into t values (1)')).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }));
    expect(second.prepare('select * from t').all()).toEqual([]);
    first.exec('commit');
    [first, second].forEach(db => db.close());
    expect(first.open).toBe(false);
    expect(() => first.close()).not.toThrow();
    expect(() => first.prepare('select 1')).toThrow('not open');
  });

  it('keeps each :memory: database to itself', () => {
    const [first, second] = [new Database(':memory:'), new Database(':memory:')];
    first.exec('create table t (id integer)');
    expect(() => second.prepare('select * from t')).toThrow('no such table');
  });

  it('serves Knex: migrations, returning, conflicts, transactions, a pool', async () => {
    const knex = knexFactory({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true, pool: { min: 0, max: 4 } });
    try {
      await knex.schema.createTable('t', table => {
        table.increments('id');
        table.string('name').unique();
        table.boolean('on');
        table.datetime('at');
      });
      await knex.schema.alterTable('t', table => table.string('more').nullable());
      expect(await knex('t').insert({ name: 'a', on: true }).returning(['id', 'name'])).toEqual([{ id: 1, name: 'a' }]);
      await knex('t').insert({ name: 'a', more: 'merged' }).onConflict('name').merge(['more']);
      await expect(knex('t').insert({ name: 'a' })).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
      await expect(
        knex.transaction(async trx => {
          await trx('t').insert({ name: 'b' });
          throw new Error('undo');
        }),
      ).rejects.toThrow('undo');
      expect(await knex('t').select('name', 'on', 'more')).toEqual([{ name: 'a', on: 1, more: 'merged' }]);
      expect(await knex('t').update({ on: false }).where({ name: 'a' })).toBe(1);
      const counts = await Promise.all(Array.from({ length: 8 }, () => knex('t').count({ n: '*' }).first()));
      expect(counts).toEqual(Array(8).fill({ n: 1 }));
    } finally {
      await knex.destroy();
    }
  });
});
