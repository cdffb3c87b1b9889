import { StorageError, type KubeObject, type ObjectKey } from '@flotilla/kube-api';
import { addActivity } from '../activity';
import type { Database, Session } from '../sql/Database';
import { lockCounter } from '../sql/lockCounter';
import type { ActivityRecord } from '../types';
import type { Entry } from './ChangeFeed';
import type { ObjectCodec } from './ObjectCodec';
import { planWrites } from './planWrites';
import type { Plan, PlannedChange, Stored, Write } from './planWrites';
import { describeKey, keyOf, pathOf } from './rows';
import type { ObjectRow } from './rows';

const OBJECT_COLUMNS = ['id', 'api_group', 'resource', 'path', 'namespace', 'name', 'uid', 'version', 'deleting', 'body'];
const OBJECT_UPSERT = `ON CONFLICT (id) DO UPDATE SET uid = excluded.uid, version = excluded.version, deleting = excluded.deleting, body = excluded.body`;
const CHANGE_COLUMNS = ['version', 'api_group', 'resource', 'path', 'namespace', 'name', 'before_version', 'body_before', 'body_after', 'at'];

/** The database is older than what was seen of it: a backup was put back, and its versions would be given out a second time. */
export class WentBack extends Error {}

/**
 * Carries out a batch of writes in one transaction: all of it is stored, or none.
 * The counter row is locked first and until commit, so batches of all processes follow one another.
 *
 * @param now - milliseconds since the epoch, for the age of history
 * @param seen - the newest version that this process knows of
 * @returns one outcome a write; a refused write (`exists`, `missing`, `conflict`) does not hinder the others
 * @throws WentBack before anything is written
 */
export async function commitWrites(
  { database, codec, now, seen }: { database: Database; codec: ObjectCodec; now: number; seen: number },
  writes: Write[],
): Promise<{ outcomes: (KubeObject | StorageError)[]; entries: Entry[] }> {
  const plan = await database.transaction('resources', async tx => {
    const { version: newest } = await lockCounter(tx);
    if (newest < seen) throw new WentBack();
    const planned = planWrites(writes, await readCurrent(tx, codec, writes), newest);
    const count = planned.changes.length;
    if (count === 0) return planned;
    await storeObjects(tx, planned);
    await storeLabels(tx, planned);
    await storeChanges(tx, planned, now);
    await addActivity(tx, recordsIn(writes, planned).map(({ key, record }) => record.entryOf(key)));
    await tx.run('counter.update', tx.sql('counter').where({ id: 1 }).update({ version: newest + count }));
    return planned;
  });
  for (const { record } of recordsIn(writes, plan)) record.stored = true;
  for (const { was, is } of plan.after.values()) {
    if (was) codec.drop(was.version);
    if (is) codec.keep(is.version, is.object, is.text.length);
  }
  return { outcomes: plan.outcomes, entries: plan.changes.map(entryOf) };
}

async function readCurrent(tx: Session, codec: ObjectCodec, writes: Write[]): Promise<Map<string, Stored>> {
  const keys = [...new Map(writes.map(({ key }) => [describeKey(key), key])).values()];
  const rows = await tx.rows<ObjectRow & { api_group: string; resource: string }>(
    'objects.select',
    `SELECT id, api_group, resource, path, namespace, name, version, body FROM objects
     WHERE (api_group, resource, path) IN (VALUES ${keys.map(() => '(?, ?, ?)').join(', ')})`,
    keys.flatMap(key => [key.group, key.resource, pathOf(key)]),
  );
  return new Map(
    rows.map(row => {
      const key = keyOf(row);
      const version = Number(row.version);
      return [describeKey(key), { id: Number(row.id), version, text: row.body, object: codec.decode(key, version, row.body) }];
    }),
  );
}

/** An object that came and went within the batch has no row to take away. */
const touched = (plan: Plan) => [...plan.after.values()];

async function storeObjects(tx: Session, plan: Plan): Promise<void> {
  // A key that was removed and made again has a new id; the old row must go before the new one may come.
  const gone = touched(plan).filter(({ was, is }) => was && was.id !== is?.id).map(({ was }) => was!.id);
  if (gone.length) await tx.run('objects.delete', tx.sql('objects').whereIn('id', gone).delete());
  const rows = touched(plan).flatMap(({ key, is }) => {
    if (!is) return [];
    const { uid = '', deletionTimestamp } = is.object.metadata;
    return [[is.id, key.group, key.resource, pathOf(key), key.namespace, key.name, uid, is.version, deletionTimestamp !== undefined, is.text]];
  });
  await tx.insert('objects', OBJECT_COLUMNS, tx.postgres ? rows : rows.map(row => row.map(numeric)), OBJECT_UPSERT);
}

async function storeLabels(tx: Session, plan: Plan): Promise<void> {
  const changed = touched(plan).filter(({ was, is }) => was?.id !== is?.id || !sameLabels(was?.object, is?.object));
  const stale = changed.flatMap(({ was }) => (was && labelsOf(was.object).length ? [was.id] : []));
  if (stale.length) await tx.run('object_labels.delete', tx.sql('object_labels').whereIn('object_id', stale).delete());
  const rows = changed.flatMap(({ is }) => (is ? labelsOf(is.object).map(([label, value]) => [is.id, label, value]) : []));
  if (rows.length) await tx.insert('object_labels', ['object_id', 'label', 'value'], rows);
}

async function storeChanges(tx: Session, plan: Plan, now: number): Promise<void> {
  const rows = plan.changes.map(({ change: { version, key }, at }) => [
    version, key.group, key.resource, at.path, key.namespace, key.name, at.beforeVersion, at.textBefore, at.textAfter, now,
  ]);
  await tx.insert('changes', CHANGE_COLUMNS, rows);
}

/** What the writes that are stored put on record; each record once. */
function recordsIn(writes: Write[], { outcomes }: Plan): { key: ObjectKey; record: ActivityRecord }[] {
  const keys = new Map<ActivityRecord, ObjectKey>();
  writes.forEach(({ key, record }, at) => {
    if (record && !record.stored && !keys.has(record) && !(outcomes[at] instanceof StorageError)) keys.set(record, key);
  });
  return [...keys].map(([record, key]) => ({ key, record }));
}

function entryOf({ change, at }: PlannedChange): Entry {
  const size = (at.textBefore?.length ?? 0) + (at.textAfter?.length ?? 0);
  return { version: change.version, key: change.key, size, read: () => change };
}

const labelsOf = (object: KubeObject) => Object.entries(object.metadata.labels ?? {});

function sameLabels(a: KubeObject | undefined, b: KubeObject | undefined): boolean {
  return JSON.stringify(a?.metadata.labels) === JSON.stringify(b?.metadata.labels);
}

/** SQLite has no booleans. */
const numeric = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value);
