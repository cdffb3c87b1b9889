'use strict';

const { resultCodeName } = require('./resultCodes');

class SqliteError extends Error {
  /**
   * @param {string} message
   * @param {string} code for example `SQLITE_CONSTRAINT_UNIQUE`
   */
  constructor(message, code) {
    super(message);
    this.name = 'SqliteError';
    this.code = code;
  }
}

/** Runs `work`; what node:sqlite throws comes out as better-sqlite3 would throw it. */
function asSqliteErrors(work) {
  try {
    return work();
  } catch (error) {
    if (error.code === 'ERR_SQLITE_ERROR') throw new SqliteError(error.message, resultCodeName(error.errcode));
    if (error.code === 'ERR_INVALID_STATE' && /database is not open/.test(error.message)) {
      throw new TypeError('The database connection is not open');
    }
    throw error;
  }
}

module.exports = { SqliteError, asSqliteErrors };
