// @ts-check

/** @typedef {import('knex').Knex} Knex */
/** @typedef {import('knex').Knex.CreateTableBuilder} Table */
/** @typedef {(table: Table, name: string) => import('knex').Knex.ColumnBuilder} Column */

/** The API's objects, their labels, and what happened to them.
 *
 * @param {Knex} knex
 * @param {{whole: Column, text: Column, wholeType: string}} columns
 */
async function createObjects(knex, { whole, text, wholeType }) {
  await knex.schema.createTable('counter', table => {
    table.comment('One row. A write locks it until commit, so that versions become visible in their order.');
    table.integer('id').notNullable().primary();
    whole(table, 'version').comment('The newest committed version.');
    whole(table, 'compacted').comment('Changes up to this version are gone.');
    whole(table, 'epoch').comment('The newest epoch given to a lease.');
  });
  await knex('counter').insert({ id: 1, version: 0, compacted: 0, epoch: 0 });

  await knex.schema.createTable('objects', table => {
    table.comment('The objects of the API as they are now.');
    whole(table, 'id').primary().comment('The version of its creation: unique, and never used again.');
    text(table, 'api_group');
    text(table, 'resource');
    text(table, 'path').comment('namespace/name, or the name alone for cluster-scoped kinds; lists are in its order.');
    text(table, 'namespace');
    text(table, 'name');
    text(table, 'uid');
    whole(table, 'version');
    table.boolean('deleting').notNullable().comment('Whether metadata.deletionTimestamp is set.');
    table.text('body').notNullable();
    table.unique(['api_group', 'resource', 'path'], { indexName: 'objects_key' });
    table.index('uid', 'objects_uid');
  });

  await knex.schema.createTable('object_labels', table => {
    table.comment('The labels of objects, for selectors.');
    whole(table, 'object_id');
    text(table, 'label');
    text(table, 'value');
    table.primary(['object_id', 'label']);
    table.index(['label', 'value', 'object_id'], 'object_labels_value');
  });

  await knex.schema.createTable('changes', table => {
    table.comment('Every change in order, one row a version, until history is compacted.');
    whole(table, 'version').primary();
    text(table, 'api_group');
    text(table, 'resource');
    text(table, 'path');
    text(table, 'namespace');
    text(table, 'name');
    table.specificType('before_version', wholeType);
    table.text('body_before').comment('Absent for a creation.');
    table.text('body_after').comment('Absent for a deletion.');
    whole(table, 'at');
    table.index(['api_group', 'resource', 'path', 'version'], 'changes_key');
    table.index('at', 'changes_at');
  });
}

/** What was decided, on what, and what it promised.
 *
 * @param {Knex} knex
 * @param {{whole: Column, text: Column, wholeType: string}} columns
 */
async function createDecisions(knex, { whole, text }) {
  await knex.schema.createTable('decisions', table => {
    table.comment('The newest decisions of each target.');
    table.bigIncrements('id');
    text(table, 'target');
    text(table, 'target_uid');
    text(table, 'hash');
    text(table, 'inputs_hash');
    whole(table, 'decided_at');
    table.text('body').notNullable();
    table.index(['target', 'id'], 'decisions_target');
    table.index('target_uid', 'decisions_owner');
    table.index('inputs_hash', 'decisions_inputs');
  });

  await knex.schema.createTable('decision_inputs', table => {
    table.comment('What was decided on, once per content.');
    text(table, 'hash').primary();
    table.text('body').notNullable();
  });

  await knex.schema.createTable('reservations', table => {
    table.comment('Room promised by the newest decision of each target.');
    text(table, 'target');
    text(table, 'cluster');
    table.integer('replicas').notNullable();
    table.text('requests').notNullable();
    table.primary(['target', 'cluster']);
  });

  await knex.schema.createTable('revisions', table => {
    table.comment('What a target looked like at its newest revisions.');
    table.bigIncrements('id');
    text(table, 'target');
    text(table, 'revision');
    table.text('body').notNullable();
    table.unique(['target', 'revision'], { indexName: 'revisions_key' });
  });
}

/** What we put into members, what was seen there, who did what, and who may act.
 *
 * @param {Knex} knex
 * @param {{whole: Column, text: Column, wholeType: string}} columns
 */
async function createRecords(knex, { whole, text }) {
  await knex.schema.createTable('works', table => {
    table.comment('Every object we put, or want to put, into a member cluster.');
    for (const name of ['cluster', 'api_version', 'kind', 'namespace', 'name']) text(table, name);
    for (const name of ['cluster_uid', 'target', 'owner_uid', 'state', 'revision', 'wanted_hash', 'applied_hash', 'member_uid']) text(table, name);
    table.boolean('sent').notNullable();
    table.text('error').notNullable();
    whole(table, 'since');
    table.primary(['cluster', 'api_version', 'kind', 'namespace', 'name']);
    table.index('target', 'works_target');
    table.index('owner_uid', 'works_owner');
  });

  await knex.schema.createTable('facts', table => {
    table.comment('What was last seen of each cluster.');
    text(table, 'cluster').primary();
    table.text('facts').notNullable();
    whole(table, 'seen_at');
  });

  await knex.schema.createTable('activity', table => {
    table.comment('Who did what, and how it ended.');
    table.bigIncrements('id');
    whole(table, 'at');
    for (const name of ['actor', 'verb', 'api_group', 'resource', 'namespace', 'name', 'outcome']) text(table, name);
    table.text('why').notNullable();
    table.index(['api_group', 'resource', 'namespace', 'name', 'at'], 'activity_object');
    table.index('at', 'activity_at');
  });

  await knex.schema.createTable('leases', table => {
    table.comment('Who may act.');
    text(table, 'name').primary();
    text(table, 'holder');
    whole(table, 'epoch').comment('Unique over all leases; grows with every new holder.');
    whole(table, 'expires_at');
    table.unique(['epoch'], { indexName: 'leases_epoch' });
  });

  await knex.schema.createTable('settings', table => {
    table.comment('Things made once: the instance id, proofs of the encryption keys.');
    text(table, 'name').primary();
    table.text('value').notNullable();
  });
}

/**
 * All tables of the control plane. Times are milliseconds since the epoch; versions, epochs and times are 64-bit integers.
 * Bodies are JSON as text: the database never looks inside, and Secrets' data in them is sealed.
 *
 * @param {Knex} knex
 */
exports.up = async function up(knex) {
  const postgres = knex.client.config.client === 'pg';
  // SQLite keeps a table in the order of a column only if that column is declared exactly "integer".
  const wholeType = postgres ? 'bigint' : 'integer';
  // Keys are ordered by bytes on both databases, or pages would skip and repeat objects.
  const textType = postgres ? 'text collate "C"' : 'text';
  const columns = {
    wholeType,
    /** @type {Column} */
    whole: (table, name) => table.specificType(name, wholeType).notNullable(),
    /** @type {Column} */
    text: (table, name) => table.specificType(name, textType).notNullable(),
  };
  await createObjects(knex, columns);
  await createDecisions(knex, columns);
  await createRecords(knex, columns);
};

/** Forward only: going back would throw away what the clusters run by. */
exports.down = async function down() {
  throw new Error('The fleet database cannot be migrated backwards; restore a backup instead.');
};
