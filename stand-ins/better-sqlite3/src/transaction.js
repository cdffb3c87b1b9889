'use strict';

const SAVEPOINT = '"_stand_in"';

/**
 * Wraps `work` so that calling it runs it in a transaction, or in a savepoint if one is open already.
 * As in better-sqlite3, `work` must be synchronous; variants `.deferred`, `.immediate` and `.exclusive` choose how it begins.
 */
function transaction(database, work) {
  const variant = begin =>
    function sqliteTransaction(...args) {
      const nested = database.inTransaction;
      database.exec(nested ? `SAVEPOINT ${SAVEPOINT}` : begin);
      try {
        const result = work.apply(this, args);
        if (typeof result?.then === 'function') throw new TypeError('Transaction function cannot return a promise');
        database.exec(nested ? `RELEASE ${SAVEPOINT}` : 'COMMIT');
        return result;
      } catch (error) {
        // SQLite itself rolls back on some errors (disk full): then nothing is left to undo.
        if (database.inTransaction) database.exec(nested ? `ROLLBACK TO ${SAVEPOINT}; RELEASE ${SAVEPOINT}` : 'ROLLBACK');
        throw error;
      }
    };
  return Object.assign(variant('BEGIN'), {
    deferred: variant('BEGIN DEFERRED'),
    immediate: variant('BEGIN IMMEDIATE'),
    exclusive: variant('BEGIN EXCLUSIVE'),
    database,
  });
}

module.exports = { transaction };
