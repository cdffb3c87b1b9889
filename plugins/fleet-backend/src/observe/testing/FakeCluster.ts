import type { KubeObject } from '@flotilla/kube-api';
import type { ClusterConnection, ClusterDirectory, FailureReason, MemberResource, MemberWatchEvent, Outcome, RequestLimits } from '../../clusters/types';
import type { VirtualClock } from './VirtualClock';

type Failure = Extract<Outcome<never>, { ok: false }>;
interface Watcher {
  resource: string;
  labelSelector?: string;
  onEvent(event: MemberWatchEvent): void;
  end(outcome: Outcome<void>): void;
}

const failure = (reason: FailureReason, code?: number): Failure => ({
  ok: false,
  reason,
  because: `planted ${reason}`,
  ms: 1,
  ...(code ? { status: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code } as const } : {}),
});

/** A member in memory that answers, hangs, refuses, or lies as it is told. Only what the observer calls is there. */
export class FakeCluster {
  uid = 'uid-1';
  version = 100;
  mode: 'well' | 'silent' | 'refusing' = 'well';
  /** Planted answers of lists and watches by resource. */
  readonly lists = new Map<string, Failure>();
  readonly calls: string[] = [];
  readonly objects = new Map<string, KubeObject>();
  private readonly watchers = new Set<Watcher>();

  constructor(
    private readonly clock: VirtualClock,
    readonly served: MemberResource[],
  ) {}

  put(resource: string, object: KubeObject, silently = false): KubeObject {
    const key = `${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const known = this.objects.get(key);
    const stored = { ...object, metadata: { uid: `${key}-${this.version}`, ...object.metadata, resourceVersion: String(++this.version) } };
    if (known?.metadata.uid) stored.metadata.uid = known.metadata.uid;
    this.objects.set(key, stored);
    if (!silently) this.tell(resource, known ? 'MODIFIED' : 'ADDED', stored);
    return stored;
  }

  remove(resource: string, namespace: string, name: string, silently = false): void {
    const key = `${resource}/${namespace}/${name}`;
    const known = this.objects.get(key)!;
    this.objects.delete(key);
    this.version++;
    if (!silently) this.tell(resource, 'DELETED', { ...known, metadata: { ...known.metadata, resourceVersion: String(this.version) } });
  }

  tell(resource: string, type: MemberWatchEvent['type'], object: KubeObject): void {
    for (const watcher of this.watchers) if (watcher.resource === resource && selects(watcher.labelSelector, object)) watcher.onEvent({ type, object });
  }

  /** Ends the watches of a resource, as a server does. */
  endWatches(resource: string, outcome: Outcome<void> = { ok: true, value: undefined, ms: 1 }): void {
    for (const watcher of [...this.watchers]) if (watcher.resource === resource) watcher.end(outcome);
  }

  watching(): string[] {
    return [...this.watchers].map(watcher => watcher.resource).sort();
  }

  connection(): ClusterConnection {
    return {
      cluster: 'one',
      identity: limits => this.answer('identity', limits, () => this.uid),
      version: limits => this.answer('version', limits, () => ({ gitVersion: 'v1.36.3' })),
      resources: limits => this.answer('resources', limits, () => this.served),
      list: (of, options, limits) => this.list(of, options, limits),
      watch: (of, options, onEvent, signal) => this.watch(of, options, onEvent, signal),
      close: () => {},
    } as Partial<ClusterConnection> as ClusterConnection;
  }

  private async answer<T>(call: string, limits: RequestLimits | undefined, value: () => T): Promise<Outcome<T>> {
    this.calls.push(call);
    if (this.mode === 'refusing') return failure('Unreachable');
    if (this.mode === 'silent') {
      await new Promise<void>(resolve => this.clock.after(limits?.timeoutMs ?? 10_000, resolve));
      return failure('TimedOut');
    }
    return { ok: true, value: value(), ms: 5 };
  }

  private list(of: MemberResource, options: { labelSelector?: string; each?: (object: KubeObject) => void }, limits?: RequestLimits) {
    const planted = this.lists.get(of.resource);
    if (planted) {
      this.calls.push(`list ${of.resource}`);
      return Promise.resolve(planted);
    }
    return this.answer(`list ${of.resource}`, limits, () => {
      for (const [key, object] of this.objects) if (key.startsWith(`${of.resource}/`) && selects(options.labelSelector, object)) options.each!(object);
      return { items: [], resourceVersion: String(this.version) };
    });
  }

  private watch(of: MemberResource, options: { labelSelector?: string; resourceVersion: string }, onEvent: (event: MemberWatchEvent) => void, signal: AbortSignal): Promise<Outcome<void>> {
    this.calls.push(`watch ${of.resource} ${options.resourceVersion}`);
    if (this.mode !== 'well') return Promise.resolve(failure('Unreachable'));
    return new Promise(resolve => {
      const watcher: Watcher = {
        resource: of.resource,
        labelSelector: options.labelSelector,
        onEvent,
        end: outcome => {
          this.watchers.delete(watcher);
          resolve(outcome);
        },
      };
      this.watchers.add(watcher);
      signal.addEventListener('abort', () => watcher.end(failure('Cancelled')), { once: true });
    });
  }
}

const selects = (selector: string | undefined, object: KubeObject) =>
  (selector ?? '').split(',').filter(Boolean).every(part => object.metadata.labels?.[part.split('=')[0]] === part.split('=')[1]);

/** A directory whose connection to `one` can be swapped. */
export class FakeDirectory implements ClusterDirectory {
  constructor(public now?: ClusterConnection) {}
  get = () => this.now;
  use = () => failure('BadKubeconfig');
  open = () => failure('BadKubeconfig');
  credentials = () => undefined;
  drop = () => {};
  names = () => ['one'];
  close = () => {};
}

export const expired = failure('Refused', 410);
export const forbidden = failure('NoPermission', 403);
export const notServed = failure('Refused', 404);
