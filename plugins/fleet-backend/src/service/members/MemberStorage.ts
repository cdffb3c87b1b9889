import { LABEL_CLUSTER } from '@flotilla/backstage-plugin-fleet-common';
import {
  decodeContinue,
  encodeContinue,
  kubeError,
  matchesFields,
  matchesLabels,
  StorageError,
  type Change,
  type FieldRequirement,
  type KubeObject,
  type LabelRequirement,
  type ListOptions,
  type ListPage,
  type ObjectKey,
  type ObjectRange,
  type ResourceStorage,
} from '@flotilla/kube-api';
import { setImmediate as turn } from 'node:timers/promises';
import type { MemberChange, MemberKind, MemberObject, MemberObjects, MemberSnapshot } from '../../observe/types';
import { memberKindOf } from './kinds';
import { portalName, readPortalName } from './names';
import { render } from './render';

/** Objects looked at before other work gets its turn. */
const AT_ONCE = 1_000;
/** Objects of one answer at most, whatever is asked: the rest is on the next page. */
const MOST_OF_A_PAGE = 20_000;
const CHANGES_AT_ONCE = 500;
const HEARTBEAT_MS = 5_000;

/** Where a list stands: everything up to and with this object is given. */
interface Position {
  namespace: string;
  cluster: string;
  name: string;
}

const readOnly = () => kubeError(405, 'MethodNotAllowed', 'what the members hold is shown here and changed there');
const expired = (version: number) => new StorageError('expired', `too old resource version: ${version}`);

/**
 * What the observer saw in the members, as a storage that can be read. Objects lie in the order of namespace, cluster and name. No call
 * asks a cluster anything.
 */
export class MemberStorage implements ResourceStorage {
  constructor(private readonly objects: MemberObjects) {}

  async get({ resource, namespace, name }: ObjectKey): Promise<KubeObject | undefined> {
    const kind = memberKindOf(resource);
    const named = readPortalName(name);
    if (!kind || !named) return undefined;
    const own = named.name ?? this.hidden(kind, namespace, named.cluster, name);
    const object = own === undefined ? undefined : this.objects.get(kind, named.cluster, namespace, own);
    return object && render(kind, named.cluster, object, this.objects.seenAt(kind, named.cluster));
  }

  async version(): Promise<string> {
    return String(this.objects.version());
  }

  async list({ resource, namespace }: ObjectRange, options: ListOptions = {}): Promise<ListPage> {
    const kind = memberKindOf(resource);
    const token = options.continue ? decodeContinue(options.continue) : undefined;
    const version = token?.version ?? (options.at === undefined ? this.objects.version() : Number(options.at));
    const limit = Math.min(options.limit || Infinity, MOST_OF_A_PAGE);
    const items: KubeObject[] = [];
    const resourceVersion = String(version);
    if (!kind) return { items, resourceVersion };
    const shows = this.filter(kind, options);
    for (let position = token && positionOf(token); ; await turn()) {
      const snapshot = this.objects.at(kind, version);
      if (!snapshot) throw expired(version);
      let looked = 0;
      for (const each of walk(snapshot, namespace, position, shows.cluster)) {
        looked++;
        position = each;
        const object = shows.object(snapshot.get(each.namespace, each.cluster, each.name)!, each.cluster);
        if (object) items.push(object);
        if (items.length === limit || looked === AT_ONCE) break;
      }
      if (items.length < limit && looked < AT_ONCE) return { items, resourceVersion };
      if (items.length === limit) return more(snapshot, namespace, position, shows.cluster) ? { items, resourceVersion, continue: tokenOf(version, position!) } : { items, resourceVersion };
    }
  }

  async *changes(range: ObjectRange | 'all', since: string, signal: AbortSignal): AsyncIterable<Change | { bookmark: string }> {
    const kind = range === 'all' ? undefined : memberKindOf(range.resource);
    if (range === 'all' || !kind) return;
    let cursor = Number(since);
    let spokeAt = Date.now();
    while (!signal.aborted) {
      const upTo = this.objects.version();
      const changes = this.objects.after(kind, cursor, CHANGES_AT_ONCE);
      if (!changes) throw expired(cursor);
      for (const change of changes) {
        if (signal.aborted) return;
        cursor = change.version;
        if (range.namespace !== undefined && (change.after ?? change.before)!.namespace !== range.namespace) continue;
        yield this.change(kind, range, change);
        spokeAt = Date.now();
      }
      if (changes.length === CHANGES_AT_ONCE) continue;
      cursor = Math.max(cursor, upTo);
      if (Date.now() - spokeAt >= HEARTBEAT_MS) {
        yield { bookmark: String(cursor) };
        spokeAt = Date.now();
      }
      if (this.objects.version() === upTo) await this.objects.next(kind, HEARTBEAT_MS, signal);
    }
  }

  async create(): Promise<never> {
    throw readOnly();
  }

  async update(): Promise<never> {
    throw readOnly();
  }

  async remove(): Promise<never> {
    throw readOnly();
  }

  /** The member's own name behind one that ends in a hash. */
  private hidden(kind: MemberKind, namespace: string, cluster: string, name: string): string | undefined {
    return this.objects.at(kind, this.objects.version())?.names(namespace, cluster).find(each => portalName(cluster, each) === name);
  }

  private change(kind: MemberKind, { group, resource }: ObjectRange, { version, cluster, before, after }: MemberChange): Change {
    const seenAt = this.objects.seenAt(kind, cluster);
    const shown = (object?: MemberObject) => object && render(kind, cluster, object, seenAt);
    const { namespace, name } = (after ?? before)!;
    return {
      version,
      key: { group, resource, namespace, name: portalName(cluster, name) },
      before: shown(before),
      after: shown(after),
      ...(!after && before && { last: render(kind, cluster, before, seenAt, version) }),
    };
  }

  /** What the selectors let through; whole clusters are passed over by what they say of the cluster alone. */
  private filter(kind: MemberKind, { labels = [], fields }: ListOptions) {
    const own = labels.filter(each => each.key !== LABEL_CLUSTER);
    const seenAt = new Map<string, number | undefined>();
    return {
      cluster: (cluster: string) => wantsCluster(cluster, labels, fields),
      object: (found: MemberObject, cluster: string): KubeObject | undefined => {
        // Most that are looked at are not asked for, and making an object of each would cost ten times as much.
        if (!matchesLabels({ metadata: found } as unknown as KubeObject, own)) return undefined;
        if (!seenAt.has(cluster)) seenAt.set(cluster, this.objects.seenAt(kind, cluster));
        const object = render(kind, cluster, found, seenAt.get(cluster));
        return matchesLabels(object, labels) && matchesFields(object, fields) ? object : undefined;
      },
    };
  }
}

/** Whether selectors let anything of a cluster through, as far as they speak of the cluster. */
export function wantsCluster(cluster: string, labels: LabelRequirement[] = [], fields: FieldRequirement[] = []): boolean {
  const alone = { metadata: { labels: { [LABEL_CLUSTER]: cluster } }, spec: { cluster } } as unknown as KubeObject;
  return matchesLabels(alone, labels.filter(each => each.key === LABEL_CLUSTER)) && matchesFields(alone, fields.filter(each => each.path === 'spec.cluster'));
}

/** Clusters' names have no slash, nor have objects'. */
const tokenOf = (version: number, { namespace, cluster, name }: Position) => encodeContinue({ version, namespace, name: `${cluster}/${name}` });

function positionOf({ namespace, name }: { namespace: string; name: string }): Position {
  const [cluster, own = ''] = name.split('/', 2);
  return { namespace, cluster, name: own };
}

const more = (...[snapshot, namespace, after, wants]: Parameters<typeof walk>): boolean => !walk(snapshot, namespace, after, wants).next().done;

/** Index of the first name after another in a sorted list. */
function firstAfter(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle] <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every object of a namespace, or of all, after a position, in order. */
function* walk(snapshot: MemberSnapshot, within: string | undefined, after: Position | undefined, wants: (cluster: string) => boolean): Generator<Position> {
  for (const namespace of within === undefined ? snapshot.namespaces() : [within]) {
    if (after && `${namespace}/` < `${after.namespace}/`) continue;
    const here = after?.namespace === namespace ? after : undefined;
    for (const cluster of snapshot.clusters(namespace)) {
      if (!wants(cluster) || (here && `${cluster}.` < `${here.cluster}.`)) continue;
      const names = snapshot.names(namespace, cluster);
      for (let index = here?.cluster === cluster ? firstAfter(names, here.name) : 0; index < names.length; index++) yield { namespace, cluster, name: names[index] };
    }
  }
}
