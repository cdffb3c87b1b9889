import type { KubeObject } from '@flotilla/kube-api';
import { diffObjects } from '../diff';
import { applyObject, ensureNamespace, removeObject, type ApplyResult } from '../dispatch';
import { contentHash } from '../model/hash';
import type { MemberKey, Work } from '../model/work';
import { asStanding } from '../workloads/asStanding';
import { renderFor } from '../workloads/render';
import { scaledBy } from '../workloads/scaledBy';
import type { Target } from '../workloads/types';
import { KINDS, type Engine } from './engine';
import { keyOf } from './HubCache';
import { isWritable, liveObject } from './inMember';
import { leftBehind } from './Tidier';

/** Many writes are counted once. */
const COUNTED_SOON_MS = 1_000;

/** Writes one target's objects into one cluster, and keeps the record of it true before and after. */
export interface Order {
  cluster: string;
  clusterUid: string;
  /** False: only recorded as wanted (debt), nothing is sent. */
  send: boolean;
  replicas: number;
  /** The workload's name there. */
  name: string;
}

/** What became of an order, in words for the status; `because` is empty when all is as wanted. */
export interface OrderOutcome {
  cluster: string;
  state: 'applied' | 'waiting' | 'failed';
  because: string;
}

const keyIn = (cluster: string, object: KubeObject): MemberKey => ({
  cluster,
  apiVersion: object.apiVersion,
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name!,
});

export const workId = (key: MemberKey) => [key.cluster, key.apiVersion, key.kind, key.namespace, key.name].join('/');

/** Fields that an autoscaler in the member owns. */
function leftAlone(engine: Engine, cluster: string, object: KubeObject): string[] {
  return scaledBy(engine.observer.live(cluster).values(), object) ? ['spec.replicas'] : [];
}

/** Whether the member already shows every field we name, and so nothing has to be sent. */
function isAsWanted(engine: Engine, work: Work | undefined, object: KubeObject, hash: string, leave: string[]): boolean {
  if (!work || work.state !== 'wanted' || work.appliedHash !== hash || work.memberUid === '' || work.error !== '') return false;
  const live = liveObject(engine, work);
  if (!live || live.metadata.uid !== work.memberUid) return false;
  return diffObjects(asStanding(object, live), live).every(change => leave.some(path => change.path === path));
}

const outcomeOf = (cluster: string, key: MemberKey, result: ApplyResult): OrderOutcome => {
  switch (result.did) {
    case 'left':
      return { cluster, state: 'failed', because: `${key.kind} ${key.namespace}/${key.name} is there already and belongs to ${result.owner}: it is left alone (adoption decides)` };
    case 'refused':
      return { cluster, state: 'failed', because: `${key.kind} ${key.namespace}/${key.name}: ${result.because}` };
    case 'failed':
      return { cluster, state: 'waiting', because: result.because };
    default:
      return { cluster, state: 'applied', because: '' };
  }
};

function recordOf(target: Target, order: Order, object: KubeObject, hash: string, before: Work | undefined, now: number): Work {
  const known = before && before.state !== 'removing' ? before : undefined;
  return {
    ...keyIn(order.cluster, object),
    clusterUid: order.clusterUid || known?.clusterUid || '',
    target: target.key,
    ownerUid: target.owner.uid,
    state: 'wanted',
    revision: target.revision,
    wantedHash: hash,
    appliedHash: known?.appliedHash ?? '',
    memberUid: before?.memberUid ?? '',
    sent: known?.sent || order.send,
    error: order.send ? '' : 'the cluster does not answer',
    since: before?.state === 'wanted' && before.wantedHash === hash ? before.since : now,
  };
}

/**
 * Records are written before the first remote write and again after the last: whatever happens between, a later look finds
 * every object that may stand in a member, and does what is missing once. Server-side apply makes the repeat harmless.
 */
export async function carryOut(engine: Engine, target: Target, order: Order, works: readonly Work[]): Promise<OrderOutcome> {
  const objects = renderFor(target, order.replicas, engine.hubId, order.name);
  engine.observer.interest(order.cluster, objects);
  const known = new Map(works.map(work => [workId(work), work]));
  const wanted = objects.map(object => {
    const leave = leftAlone(engine, order.cluster, object);
    const hash = contentHash(object);
    return { object, hash, leave, before: known.get(workId(keyIn(order.cluster, object))) };
  });
  const open = wanted.filter(each => !isAsWanted(engine, each.before, each.object, each.hash, each.leave));
  if (open.length === 0) return { cluster: order.cluster, state: 'applied', because: '' };

  const now = engine.clock.now();
  const records = open.map(each => recordOf(target, order, each.object, each.hash, each.before, now));
  const other = await claim(engine, target, records, open.map(each => each.before));
  if (other) return { cluster: order.cluster, ...other };
  // The Cluster keeps count of what stands there and what it is owed, and its own deletion has work to do from now on.
  engine.loop.addAfter(keyOf({ ...KINDS.cluster, namespace: '', name: order.cluster }), COUNTED_SOON_MS);
  if (!order.send) return { cluster: order.cluster, state: 'waiting', because: 'the cluster does not answer; it is owed this change' };

  const connection = engine.directory.get(order.cluster)!;
  const namespace = await ensureNamespace(connection, target.owner.namespace, engine.hubId, engine.trace);
  if (!namespace.ok) return { cluster: order.cluster, state: 'waiting', because: namespace.because };
  let outcome: OrderOutcome = { cluster: order.cluster, state: 'applied', because: '' };
  for (const [i, each] of open.entries()) {
    const result = await applyObject(
      connection,
      { object: each.object, hub: engine.hubId, adoption: target.adoption, leave: each.leave, memberUid: records[i].memberUid, once: each.object.kind === 'Job' },
      engine.trace,
    );
    const said = outcomeOf(order.cluster, records[i], result);
    if (said.state !== 'applied') outcome = said;
    const live = 'live' in result && result.did !== 'left' ? result.live : undefined;
    records[i] = { ...records[i], error: said.because, ...(live ? { appliedHash: each.hash, memberUid: live.metadata.uid! } : {}) };
    // What the pods need must be there before them.
    if (said.state !== 'applied') break;
  }
  await engine.stores.works.save(records, engine.fence());
  return outcome;
}

/**
 * Puts the records in place, unless one of the objects is another target's: the second to come is refused, and waits while
 * the first's is being removed. One claim at a time, so that of two that come at once only one finds the place free.
 */
async function claim(engine: Engine, target: Target, records: Work[], before: (Work | undefined)[]): Promise<Pick<OrderOutcome, 'state' | 'because'> | undefined> {
  if (records.every((record, i) => sameRecord(record, before[i]))) return undefined;
  return engine.decideAlone(async () => {
    for (const [i, record] of records.entries()) {
      const holder = before[i] ? undefined : await engine.stores.works.find(record);
      if (!holder || holder.target === target.key) continue;
      const what = `${record.kind} ${record.namespace}/${record.name} belongs to ${holder.target}`;
      return holder.state === 'removing' ? { state: 'waiting', because: `${what} and is being removed` } : { state: 'failed', because: `${what}: two owners cannot write one object` };
    }
    await engine.stores.works.save(records, engine.fence());
    return undefined;
  });
}

const sameRecord = (a: Work, b: Work | undefined) => b !== undefined && contentHash(a) === contentHash(b);

/** Removes recorded objects from the clusters that answer. What cannot be removed now stays recorded as `removing`: debt. */
export async function takeAway(engine: Engine, works: readonly Work[]): Promise<Work[]> {
  // Nothing was ever sent of these: there is nothing to remove, and nothing to wait for.
  const unsent = works.filter(work => !work.sent && work.memberUid === '');
  if (unsent.length > 0) await engine.stores.works.remove(unsent, engine.fence());
  const sent = works.filter(work => !unsent.includes(work));
  const marked = sent.map(work => (work.state === 'removing' ? work : { ...work, state: 'removing' as const, since: engine.clock.now() }));
  const changed = marked.filter((work, i) => work !== sent[i]);
  if (changed.length > 0) await engine.stores.works.save(changed, engine.fence());
  const clusters = [...new Set(marked.map(work => work.cluster))];
  const left = await Promise.all(clusters.map(cluster => takeAwayFrom(engine, cluster, marked.filter(work => work.cluster === cluster))));
  // Each cluster says what it is owed: more of it now, or less.
  const turned = clusters.filter((cluster, i) => left[i].length === 0 || changed.some(work => work.cluster === cluster));
  for (const cluster of turned) engine.loop.add(keyOf({ ...KINDS.cluster, namespace: '', name: cluster }));
  return left.flat();
}

async function takeAwayFrom(engine: Engine, cluster: string, works: Work[]): Promise<Work[]> {
  const connection = engine.directory.get(cluster);
  const seen = engine.observer.seen(cluster);
  // Debt is paid only to the cluster it is owed to, not to another one behind the same address.
  if (!connection || !isWritable(engine, cluster)) return works;
  const payable = works.filter(work => work.clusterUid === '' || work.clusterUid === seen?.uid);
  const done: Work[] = [];
  const kept: Work[] = [];
  // Workloads first, then what their pods named.
  for (const work of [...payable].sort((a, b) => Number(isCopy(a)) - Number(isCopy(b)))) {
    const result = await removeObject(connection, work, engine.hubId, engine.trace);
    // Perhaps made and never answered for: found by its name and our mark, since no UID is known.
    if (result.did === 'failed' || result.did === 'refused') kept.push({ ...work, error: result.because });
    else done.push(work);
  }
  // Why it stays is on record. The namespace is on record before what was in it is not, so that a crash between leaves nothing behind.
  const told = kept.filter(work => !payable.some(before => workId(before) === workId(work) && before.error === work.error));
  const changed = [...told, ...leftBehind(done, engine.clock.now())];
  if (changed.length > 0) await engine.stores.works.save(changed, engine.fence());
  if (done.length > 0) await engine.stores.works.remove(done, engine.fence());
  return [...works.filter(work => !payable.includes(work)), ...kept];
}

const isCopy = (work: Work) => work.kind === 'ConfigMap' || work.kind === 'Secret';
