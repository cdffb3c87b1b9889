// @ts-check

/**
 * When each cluster answered, and what is used by many decisions at once: lists of nodes and of kinds, which are nearly all of what is decided
 * on and the same from one decision to the next.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  const postgres = knex.client.config.client === 'pg';
  const wholeType = postgres ? 'bigint' : 'integer';
  const textType = postgres ? 'text collate "C"' : 'text';

  await knex.schema.createTable('reachability', table => {
    table.comment('Through which times each cluster answered, or was asked and silent.');
    table.specificType('cluster', textType).notNullable();
    table.specificType('from_at', wholeType).notNullable();
    table.specificType('to_at', wholeType).notNullable();
    table.specificType('state', textType).notNullable();
    table.primary(['cluster', 'from_at']);
  });

  await knex.schema.createTable('fact_lists', table => {
    table.comment('Lists that inputs of decisions name, once per content.');
    table.specificType('hash', textType).notNullable().primary();
    table.text('body').notNullable();
    table.specificType('used_at', wholeType).notNullable().comment('Whatever was used lately is named by something.');
    table.index('used_at', 'fact_lists_used');
  });

  await knex.schema.alterTable('decision_inputs', table => {
    table.text('lists').comment('Hashes of the lists it names, with spaces; absent where it names none.');
  });
};

/** Forward only: going back would throw away what the clusters run by. */
exports.down = async function down() {
  throw new Error('The fleet database cannot be migrated backwards; restore a backup instead.');
};
