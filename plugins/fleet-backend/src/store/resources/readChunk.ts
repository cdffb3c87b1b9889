import { matchesFields, matchesLabels, StorageError } from '@flotilla/kube-api';
import type { KubeObject, ListOptions, ObjectRange } from '@flotilla/kube-api';
import type { Session } from '../sql/Database';
import type { ObjectCodec } from './ObjectCodec';
import { readState } from './readState';
import type { ObjectRow } from './rows';
import { inRange, selectInSql } from './selection';


/** Some objects of a range, in order, as they were at one version. */
export interface Chunk {
  version: number;
  items: { path: string; object: KubeObject }[];
  /** How many there are in the range at that version; only on request. */
  total?: number;
  /** Go on after this path; absent at the end of the range. */
  next?: string;
}

export interface ChunkQuery {
  range: ObjectRange;
  selectors: ListOptions;
  after: string;
  size: number;
  /** Read as of this version; absent means now. */
  version?: number;
  count?: boolean;
}

interface Source {
  session: Session;
  codec: ObjectCodec;
}

/**
 * Reads one chunk without a transaction, so that a long list holds up no writer.
 * Objects not changed since the version stand in `objects`; for those changed since, the first change after the version
 * holds what was there before. The objects are read first: what changes between the two reads is then in both, not in neither.
 *
 * Throws StorageError `expired` when history no longer reaches back to the version.
 */
export async function readChunk(source: Source, query: ChunkQuery): Promise<Chunk> {
  const rows = await currentRows(source.session, query);
  let { version } = query;
  if (version === undefined) {
    // The statement that reads the rows reads the version, so they belong together; without a row it says nothing.
    if (rows.length === 0) return readChunk(source, { ...query, version: (await readState(source.session)).version });
    version = Number(rows[0].newest);
  }
  const { kept, next } = cut(rows, query.size);
  const key = (row: ObjectRow) => ({ ...query.range, namespace: row.namespace, name: row.name });
  const read = (row: ObjectRow) => ({ path: row.path, object: source.codec.decode(key(row), Number(row.version), row.body) });
  const total = rows.length ? Number(rows[0].total ?? 0) : 0;
  const chunk = { version, total, next };
  const chosen = (items: Chunk['items']) => items.filter(({ object }) => selects(query.selectors, object));
  if (query.version === undefined) return { ...chunk, items: chosen(kept.map(read)) };

  const former = cut(await formerRows(source.session, query, next), query.size);
  await assertReachable(source.session, version);
  const end = former.next ?? next;
  const items = new Map([...former.kept, ...kept.filter(({ path }) => end === undefined || path <= end)].map(row => [row.path, read(row)]));
  const inOrder = [...items.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ...chunk, next: end, items: chosen(inOrder) };
}

/** The rows of the chunk, and where the next one begins: one row more was read to know. */
function cut<T extends ObjectRow>(rows: T[], size: number): { kept: T[]; next?: string } {
  const kept = rows.slice(0, size);
  return rows.length > size ? { kept, next: kept[size - 1].path } : { kept };
}

async function assertReachable(session: Session, version: number): Promise<void> {
  const { compacted, version: newest } = await readState(session);
  if (version >= compacted && version <= newest) return;
  throw new StorageError('expired', `too old resource version: ${version} (${compacted})`);
}

/** The objects of now in the range, not newer than the version: one more than asked for, if there is one. */
function currentRows(session: Session, query: ChunkQuery): Promise<(ObjectRow & { newest: number | string; total?: number | string })[]> {
  const range = inRange(query.range, query.after);
  const selected = selectInSql(query.selectors);
  const total = query.count ? `, (SELECT count(*) FROM objects WHERE ${range.text}) AS total` : '';
  return session.rows(
    'objects.list',
    `SELECT o.path, o.namespace, o.name, o.version, o.body, (SELECT version FROM counter WHERE id = 1) AS newest${total}
     FROM objects o WHERE ${range.text}${selected.text}${query.version === undefined ? '' : ' AND o.version <= ?'}
     ORDER BY o.path LIMIT ?`,
    [
      ...(query.count ? range.bindings : []),
      ...range.bindings,
      ...selected.bindings,
      ...(query.version === undefined ? [] : [query.version]),
      query.size + 1,
    ],
  );
}

/** What stood, at the version, where something changed since; up to and with the path `upTo`, and one more than asked for. */
function formerRows(session: Session, { range, after, version, size }: ChunkQuery, upTo: string | undefined): Promise<ObjectRow[]> {
  const within = inRange(range, after);
  return session.rows(
    'changes.former',
    `SELECT c.path, c.namespace, c.name, c.before_version AS version, c.body_before AS body FROM changes c
     WHERE c.body_before IS NOT NULL AND c.version IN (
       SELECT min(version) FROM changes WHERE ${within.text} AND version > ?${upTo === undefined ? '' : ' AND path <= ?'} GROUP BY path)
     ORDER BY c.path LIMIT ?`,
    [...within.bindings, version, ...(upTo === undefined ? [] : [upTo]), size + 1],
  );
}

function selects({ labels, fields }: ListOptions, object: KubeObject): boolean {
  return matchesLabels(object, labels) && matchesFields(object, fields);
}
