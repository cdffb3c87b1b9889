import type { Change, KubeObject, ListOptions, ListPage, ObjectKey, ObjectRange, ResourceStorage } from '@flotilla/kube-api';
import type { Database } from '../sql/Database';
import type { ActivityRecord } from '../types';
import { ChangeFeed } from './ChangeFeed';
import type { ChangeFeedOptions } from './ChangeFeed';
import { commitWrites, WentBack } from './commitWrites';
import { decodeContinue, encodeContinue } from './continueToken';
import type { ObjectCodec } from './ObjectCodec';
import { readChunk } from './readChunk';
import { readState } from './readState';
import { pathOf } from './rows';
import type { ObjectRow } from './rows';
import { WriteQueue } from './WriteQueue';

/** The most objects one statement reads: a long list is read in parts, so that the event loop turns between them. */
const CHUNK = 500;

export interface ResourceStoreOptions extends ChangeFeedOptions {
  database: Database;
  codec: ObjectCodec;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The API's storage on SQLite or PostgreSQL. */
export class ResourceStore implements ResourceStorage {
  readonly #database: Database;
  readonly #codec: ObjectCodec;
  readonly #feed: ChangeFeed;
  readonly #queue: WriteQueue;

  constructor({ database, codec, now, ...options }: ResourceStoreOptions) {
    this.#database = database;
    this.#codec = codec;
    this.#feed = new ChangeFeed(database, codec, options);
    this.#queue = new WriteQueue(async writes => {
      const commit = () => commitWrites({ database, codec, now: now(), seen: this.#feed.newest }, writes);
      const { outcomes, entries } = await commit().catch(async error => {
        if (!(error instanceof WentBack)) throw error;
        await this.#feed.lookAgain();
        return commit();
      });
      this.#feed.publish(entries);
      return outcomes;
    });
  }

  async get(key: ObjectKey): Promise<KubeObject | undefined> {
    const [row] = await this.#database.rows<ObjectRow>(
      'objects.get',
      'SELECT version, body FROM objects WHERE api_group = ? AND resource = ? AND path = ?',
      [key.group, key.resource, pathOf(key)],
    );
    return row && this.#codec.decode(key, Number(row.version), row.body);
  }

  async create(key: ObjectKey, object: KubeObject, record?: ActivityRecord): Promise<KubeObject> {
    return this.#queue.submit({ kind: 'create', key, object, text: this.#codec.encode(key, object), record });
  }

  async update(key: ObjectKey, object: KubeObject, expected: string, record?: ActivityRecord): Promise<KubeObject> {
    return this.#queue.submit({ kind: 'update', key, object, text: this.#codec.encode(key, object), expected, record });
  }

  async remove(key: ObjectKey, expected: string, record?: ActivityRecord): Promise<KubeObject> {
    return this.#queue.submit({ kind: 'remove', key, expected, record });
  }

  async version(): Promise<string> {
    return String((await readState(this.#database)).version);
  }

  async list(range: ObjectRange, { limit, continue: token, at, ...selectors }: ListOptions = {}): Promise<ListPage> {
    const from = token ? decodeContinue(token) : undefined;
    // With a selector nobody knows how many of the rest match, and Kubernetes then says nothing.
    const count = Boolean(limit) && !from && at === undefined && !selectors.labels?.length && !selectors.fields?.length;
    const most = limit || Infinity;
    const found: { path: string; object: KubeObject }[] = [];
    let version = from?.version ?? (at === undefined ? undefined : Number(at));
    let total: number | undefined;
    let after: string | undefined = from?.path ?? '';
    do {
      const size = Math.min(CHUNK, most + 1 - found.length);
      const chunk = await readChunk(
        { session: this.#database, codec: this.#codec },
        { range, selectors, after, size, version, count: count && total === undefined },
      );
      version = chunk.version;
      total ??= count ? chunk.total : undefined;
      for (const item of chunk.items) found.push(item);
      after = chunk.next;
    } while (after !== undefined && found.length <= most);
    const items = found.slice(0, most).map(({ object }) => object);
    if (found.length <= most) return { items, resourceVersion: String(version) };
    const left = from?.remaining ?? total;
    const remaining = left === undefined ? undefined : left - items.length;
    const next = encodeContinue({ version: version!, path: found[items.length - 1].path, remaining });
    return { items, resourceVersion: String(version), continue: next, ...(remaining === undefined ? {} : { remaining }) };
  }

  changes(range: ObjectRange | 'all', since: string, signal: AbortSignal): AsyncIterable<Change | { bookmark: string }> {
    return this.#feed.read(range, since, signal);
  }

  /** Resolves when every write given so far has ended; polling stops. */
  async close(): Promise<void> {
    this.#feed.close();
    await this.#queue.idle();
  }
}
