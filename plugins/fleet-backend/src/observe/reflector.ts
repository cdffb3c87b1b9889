/**
 * Keeps a copy of one kind's objects: list once, then watch from that version, and again from the last version seen
 * whenever the watch ends. Only a whole list tells that something is gone; a failed or broken one tells nothing.
 */
import type { KubeObject } from '@flotilla/kube-api';
import type { ClusterConnection, MemberResource, Outcome } from '../clusters/types';
import { type Clock, sleep } from './clock';
import type { Gate } from './gate';

/** Where the objects go. */
export interface Sink {
  /** New or changed. */
  seen(object: KubeObject): void;
  gone(object: KubeObject): void;
  /** A list was whole: what has none of these UIDs is gone. */
  keepOnly(uids: ReadonlySet<string>): void;
}

export interface ReflectorOptions {
  resource: MemberResource;
  labelSelector?: string;
  sink: Sink;
  clock: Clock;
  random(): number;
  /** Lists of all clusters go through it: at a start they are many. */
  lists: Gate;
  /** A list or watch failed; undefined when it works again. */
  onTrouble(failure: Extract<Outcome<void>, { ok: false }> | undefined): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A watch that lived so long was a good one. */
const GOOD_WATCH_MS = 5_000;

export class Reflector {
  /** Version to watch from; '' when a list is needed. */
  private version = '';
  private failures = 0;
  private running: AbortController | undefined;
  private syncedAt: number | undefined;
  private following = false;

  constructor(private readonly options: ReflectorOptions) {}

  /** Milliseconds since the epoch at which the copy was last known to be true; undefined before the first whole list. */
  trueAt(): number | undefined {
    return this.following ? this.options.clock.now() : this.syncedAt;
  }

  /** Begins, or goes on from the last version, over this connection. */
  start(connection: ClusterConnection): void {
    this.pause();
    const running = new AbortController();
    this.running = running;
    this.failures = 0;
    // Nothing in there throws; a rejection would be a bug, and must not end the process.
    this.run(connection, running.signal).catch(() => running.abort());
  }

  /** Stops asking; what was seen stays. */
  pause(): void {
    this.unfollow();
    this.running?.abort();
    this.running = undefined;
  }

  private unfollow() {
    if (this.following) this.syncedAt = this.options.clock.now();
    this.following = false;
  }

  private async run(connection: ClusterConnection, signal: AbortSignal) {
    while (!signal.aborted) {
      const outcome = this.version ? await this.follow(connection, signal) : await this.list(connection, signal);
      if (signal.aborted) return;
      if (!outcome.ok && outcome.status?.code === 410) this.version = '';
      else this.options.onTrouble(outcome.ok ? undefined : outcome);
      // A watch that is allowed again would tell so only at its end; a list tells at once.
      if (!outcome.ok && outcome.reason === 'NoPermission') this.version = '';
      if (this.failures > 0) await sleep(this.options.clock, this.pauseMs(), signal);
    }
  }

  private pauseMs() {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1));
    return longest * (0.5 + this.options.random() / 2);
  }

  private async list(connection: ClusterConnection, signal: AbortSignal): Promise<Outcome<unknown>> {
    const { resource, labelSelector, sink, clock, lists } = this.options;
    const uids = new Set<string>();
    const each = (object: KubeObject) => {
      if (signal.aborted || !object.metadata?.uid) return;
      uids.add(object.metadata.uid);
      sink.seen(object);
    };
    const outcome = await lists.through(() => connection.list(resource, { labelSelector, each }, { signal }));
    if (signal.aborted) return outcome;
    if (!outcome.ok) {
      this.failures++;
      return outcome;
    }
    sink.keepOnly(uids);
    this.version = outcome.value.resourceVersion;
    this.syncedAt = clock.now();
    // A server whose lists have no version cannot be watched; it is listed again after a pause.
    if (!this.version) this.failures = Math.max(1, this.failures);
    return outcome;
  }

  private async follow(connection: ClusterConnection, signal: AbortSignal): Promise<Outcome<void>> {
    const { resource, labelSelector, sink, clock } = this.options;
    const began = clock.now();
    this.following = true;
    const outcome = await connection.watch(
      resource,
      { labelSelector, resourceVersion: this.version },
      event => {
        if (signal.aborted) return;
        if (event.object.metadata.resourceVersion) this.version = event.object.metadata.resourceVersion;
        if (event.type === 'DELETED') sink.gone(event.object);
        else if (event.type !== 'BOOKMARK') sink.seen(event.object);
      },
      signal,
    );
    if (signal.aborted) return outcome;
    this.unfollow();
    const good = clock.now() - began >= GOOD_WATCH_MS;
    // A watch that ends at once, again and again, must not be made again at once.
    this.failures = good ? 0 : this.failures + 1;
    return outcome;
  }
}
