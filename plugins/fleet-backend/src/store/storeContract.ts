import type { ActivityLimits } from './activity';
import type { MemberKey, Reservation, StoredDecision, Stores, Work } from './types';

/** Stores to test, on an empty database, with a clock the test turns. */
export interface StoresUnderTest {
  stores: Stores;
  clock: { now: number };
  /** Cuts the audit trail now; gives how many entries went. */
  cut(limits: ActivityLimits, now: number): Promise<number>;
  close(): Promise<void>;
}

const decision = (target: string, n: number): StoredDecision => ({
  target,
  targetUid: `uid-of-${target}`,
  hash: `hash-${n}`,
  inputsHash: `inputs-${n}`,
  decidedAt: 1_700_000_000_000 + n,
  body: { n, chosen: ['a'] },
});
const reservation = (target: string, cluster: string, replicas: number): Reservation => ({
  target,
  cluster,
  replicas,
  requests: { cpu: 250, memory: 8_589_934_592, 'nvidia.com/gpu': 2 },
});
const key = (name: string, cluster = 'east'): MemberKey => ({ cluster, apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name });
const work = (name: string, rest: Partial<Work> = {}): Work => ({
  ...key(name, rest.cluster),
  clusterUid: 'cluster-uid',
  target: 'Application/default/shop/web',
  ownerUid: 'owner-1',
  state: 'wanted',
  revision: 'r1',
  wantedHash: 'w1',
  appliedHash: '',
  memberUid: '',
  sent: false,
  error: '',
  since: 1_700_000_000_000,
  ...rest,
});

/** The tests every implementation of {@link Stores} passes; the API's storage has its own, `storageContract`. */
export function storeContract(name: string, make: () => Promise<StoresUnderTest>): void {
  describe(`${name} keeps the contract of the stores`, () => {
    let under: StoresUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.close());
    const current = () => under;

    describe('leases', () => declareLeaseTests(current));
    describe('decisions', () => declareDecisionTests(current));
    describe('revisions', () => declareRevisionTests(current));
    describe('works', () => declareWorkTests(current));
    describe('facts, activity, settings', () => declareRecordTests(current));
    describe('reachability', () => declareReachabilityTests(current));
  });
}

function declareLeaseTests(current: () => StoresUnderTest): void {
  it('gives a lease to one holder until it runs out, and renews it with the same epoch', async () => {
    const { stores: { leases }, clock } = current();
    const first = (await leases.acquire('loop', 'p1', 10))!;
    expect(await leases.acquire('loop', 'p2', 10)).toBeUndefined();
    clock.now += 9_000;
    expect(await leases.acquire('loop', 'p1', 10)).toEqual(first);
    clock.now += 9_000;
    expect(await leases.acquire('loop', 'p2', 10)).toBeUndefined();
    clock.now += 1_001;
    const second = (await leases.acquire('loop', 'p2', 10))!;
    expect(second.epoch).toBeGreaterThan(first.epoch);
    expect(await leases.acquire('loop', 'p1', 10)).toBeUndefined();
  });

  it('never gives two leases one epoch, and a released one at once', async () => {
    const { stores: { leases } } = current();
    const fences = [await leases.acquire('a', 'p1', 10), await leases.acquire('b', 'p1', 10)];
    await leases.release('a', 'p2');
    expect(await leases.acquire('a', 'p2', 10)).toBeUndefined();
    await leases.release('a', 'p1');
    fences.push(await leases.acquire('a', 'p2', 10));
    expect(new Set(fences.map(fence => fence!.epoch)).size).toBe(3);
  });

  it('refuses every write of a lease that has gone, and stores nothing of it', async () => {
    const { stores, clock } = current();
    const old = (await stores.leases.acquire('loop', 'p1', 10))!;
    await stores.works.save([work('kept')], old);
    clock.now += 11_000;
    await stores.leases.acquire('loop', 'p2', 10);
    const fenced = { name: 'StorageError', reason: 'fenced' };
    await expect(stores.works.save([work('late')], old)).rejects.toMatchObject(fenced);
    await expect(stores.works.remove([key('kept')], old)).rejects.toMatchObject(fenced);
    await expect(stores.decisions.save(decision('t', 1), {}, [reservation('t', 'a', 1)], old)).rejects.toMatchObject(fenced);
    await expect(stores.decisions.remove('t', old)).rejects.toMatchObject(fenced);
    await expect(stores.revisions.save('t', 'r', {}, old)).rejects.toMatchObject(fenced);
    await expect(stores.revisions.remove('t', old)).rejects.toMatchObject(fenced);
    expect((await stores.works.byCluster('east')).map(each => each.name)).toEqual(['kept']);
    expect([await stores.decisions.latest('t'), await stores.decisions.inputs('inputs-1')]).toEqual([undefined, undefined]);
    expect(await stores.decisions.reservations()).toEqual([]);
  });

  it('of many who ask at once one gets it', async () => {
    const { stores: { leases } } = current();
    const got = await Promise.all(Array.from({ length: 8 }, (_, n) => leases.acquire('loop', `p${n}`, 10)));
    expect(got.filter(Boolean)).toHaveLength(1);
  });
}

function declareDecisionTests(current: () => StoresUnderTest): void {
  it('keeps the newest ten of a target and the inputs they name', async () => {
    const { stores: { decisions, leases } } = current();
    const fence = (await leases.acquire('loop', 'p', 10))!;
    await decisions.save(decision('other', 1), { n: 1 }, [], fence);
    for (let n = 1; n <= 13; n++) expect(await decisions.save(decision('t', n), { n }, [], fence)).toBe('saved');
    expect((await decisions.history('t')).map(each => each.hash)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4].map(n => `hash-${n}`));
    expect(await decisions.latest('t')).toEqual(decision('t', 13));
    expect(await decisions.inputs('inputs-13')).toEqual({ n: 13 });
    expect(await decisions.inputs('inputs-2')).toBeUndefined();
    expect(await decisions.inputs('inputs-1')).toEqual({ n: 1 }); // the other target still names it
    expect(await decisions.targetsOf('uid-of-t')).toEqual(['t']);
  });

  it('does not write an equal decision again, but what it promises', async () => {
    const { stores: { decisions, leases } } = current();
    const fence = (await leases.acquire('loop', 'p', 10))!;
    expect(await decisions.save(decision('t', 1), {}, [reservation('t', 'a', 4), reservation('t', 'b', 2)], fence)).toBe('saved');
    expect(await decisions.save({ ...decision('t', 1), decidedAt: 5 }, {}, [reservation('t', 'a', 1)], fence)).toBe('unchanged');
    expect(await decisions.history('t')).toEqual([decision('t', 1)]);
    expect(await decisions.reservations()).toEqual([reservation('t', 'a', 1)]);
    await decisions.save(decision('u', 1), {}, [reservation('u', 'a', 3)], fence);
    expect(await decisions.reservations()).toEqual([reservation('t', 'a', 1), reservation('u', 'a', 3)]);
  });

  it('forgets a target with everything that was its own', async () => {
    const { stores: { decisions, leases } } = current();
    const fence = (await leases.acquire('loop', 'p', 10))!;
    await decisions.save(decision('t', 1), { shared: true }, [reservation('t', 'a', 1)], fence);
    await decisions.save(decision('t', 2), { own: true }, [reservation('t', 'a', 1)], fence);
    await decisions.save(decision('u', 1), { shared: true }, [], fence);
    await decisions.remove('t', fence);
    expect([await decisions.latest('t'), await decisions.reservations(), await decisions.inputs('inputs-2')]).toEqual([undefined, [], undefined]);
    expect(await decisions.inputs('inputs-1')).toEqual({ shared: true });
    await decisions.remove('t', fence);
  });
}

function declareRevisionTests(current: () => StoresUnderTest): void {
  it('stores a revision once and keeps the newest ten', async () => {
    const { stores: { revisions, leases } } = current();
    const fence = (await leases.acquire('loop', 'p', 10))!;
    for (let n = 1; n <= 12; n++) await revisions.save('t', `r${n}`, { n }, fence);
    await revisions.save('t', 'r12', { n: 'again' }, fence);
    expect(await revisions.get('t', 'r12')).toEqual({ n: 12 });
    expect([await revisions.get('t', 'r2'), await revisions.get('u', 'r12')]).toEqual([undefined, undefined]);
    expect(await revisions.get('t', 'r3')).toEqual({ n: 3 });
    await revisions.remove('t', fence);
    expect(await revisions.get('t', 'r12')).toBeUndefined();
  });
}

function declareWorkTests(current: () => StoresUnderTest): void {
  it('inserts and replaces by key, and finds by target, cluster and owner', async () => {
    const { stores: { works, leases } } = current();
    const fence = (await leases.acquire('loop', 'p', 10))!;
    await works.save([work('b'), work('a'), work('a', { cluster: 'west', ownerUid: 'owner-2', state: 'removing' })], fence);
    const changed = work('a', { appliedHash: 'w1', memberUid: 'm1', sent: true, error: 'it said "no"', since: 1_700_000_000_123 });
    await works.save([work('a'), changed], fence);
    expect(await works.find(key('a'))).toEqual(changed);
    expect(await works.find(key('c'))).toBeUndefined();
    expect(await works.byTarget(changed.target)).toHaveLength(3);
    expect((await works.byCluster('east')).map(each => each.name)).toEqual(['a', 'b']);
    expect((await works.byOwner('owner-2')).map(each => each.cluster)).toEqual(['west']);
    expect(await works.counts()).toEqual([
      { cluster: 'east', state: 'wanted', count: 2 },
      { cluster: 'west', state: 'removing', count: 1 },
    ]);
    await works.remove([key('a'), key('nowhere')], fence);
    expect((await works.byTarget(changed.target)).map(each => [each.cluster, each.name])).toEqual([['east', 'b'], ['west', 'a']]);
    await works.save([], fence);
    await works.remove([], fence);
  });

  it('takes a thousand at once', async () => {
    const { stores: { works, leases } } = current();
    const fence = (await leases.acquire('loop', 'p', 10))!;
    const many = Array.from({ length: 1_000 }, (_, n) => work(`w${n}`));
    await works.save(many, fence);
    expect(await works.counts()).toEqual([{ cluster: 'east', state: 'wanted', count: 1_000 }]);
    await works.remove(many, fence);
    expect(await works.counts()).toEqual([]);
  });
}

function declareRecordTests(current: () => StoresUnderTest): void {
  it('keeps the last facts of each cluster, never older ones over newer', async () => {
    const { stores: { facts } } = current();
    await facts.save('b', { nodes: 3 }, 100);
    await facts.save('a', { nodes: 1 }, 100);
    await facts.save('b', { nodes: 4 }, 200);
    await facts.save('b', { nodes: 2 }, 150);
    expect(await facts.load()).toEqual([{ cluster: 'a', facts: { nodes: 1 }, seenAt: 100 }, { cluster: 'b', facts: { nodes: 4 }, seenAt: 200 }]);
    await facts.remove('a');
    expect((await facts.load()).map(each => each.cluster)).toEqual(['b']);
  });

  it('lists activity, the newest first, of one object or before a time', async () => {
    const { stores: { activity } } = current();
    const entry = (at: number, name: string) => ({
      at, actor: 'user:default/lin', verb: 'update', group: 'apps', resource: 'deployments', namespace: 'default', name, outcome: 'done' as const, why: '',
    });
    await activity.add([]);
    await activity.add([entry(1, 'a'), entry(2, 'b'), entry(3, 'a'), entry(3, 'c')]);
    expect((await activity.list({})).map(each => [each.at, each.name])).toEqual([[3, 'c'], [3, 'a'], [2, 'b'], [1, 'a']]);
    expect(await activity.list({ group: 'apps', name: 'a', before: 3 })).toEqual([entry(1, 'a')]);
    expect(await activity.list({ limit: 1 })).toEqual([entry(3, 'c')]);
    expect(await activity.list({ namespace: 'other' })).toEqual([]);
  });

  it('cuts the trail by age and by number, the oldest first', async () => {
    const { stores: { activity }, cut } = current();
    const entry = (at: number) => ({ at, actor: 'a', verb: 'update', group: '', resource: 'secrets', namespace: 'default', name: `n${at}`, outcome: 'done' as const, why: '' });
    await activity.add(Array.from({ length: 1_200 }, (_, n) => entry(n)));
    expect(await cut({ keepMs: 1_000, keepRows: 5_000 }, 1_300)).toBe(300);
    expect(await cut({ keepMs: 1_000, keepRows: 50 }, 1_300)).toBe(850);
    expect(await cut({ keepMs: 1_000, keepRows: 50 }, 1_300)).toBe(0);
    const left = await activity.list({ limit: 1_000 });
    expect([left.length, left[0].at, left.at(-1)!.at]).toEqual([50, 1_199, 1_150]);
  });

  it('has one instance id, however often and by however many it is asked for', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => current().stores.instanceId()));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
}

function declareReachabilityTests(current: () => StoresUnderTest): void {
  const DAY = 24 * 3_600_000;

  it('keeps spans in order, lets the last go on, and forgets a cluster', async () => {
    const { stores: { reachability } } = current();
    await reachability.save('a', [{ state: 'Answers', from: 100, to: 200 }]);
    await reachability.save('b', [{ state: 'Silent', from: 50, to: 60 }]);
    await reachability.save('a', [{ state: 'Answers', from: 100, to: 300 }, { state: 'Silent', from: 300, to: 400 }]);
    await reachability.save('a', [{ state: 'Silent', from: 300, to: 500 }]);
    expect(await reachability.load()).toEqual(new Map([['a', [{ state: 'Answers', from: 100, to: 300 }, { state: 'Silent', from: 300, to: 500 }]], ['b', [{ state: 'Silent', from: 50, to: 60 }]]]));
    await reachability.remove('a');
    expect([...(await reachability.load()).keys()]).toEqual(['b']);
  });

  it('keeps a week, and of a cluster that flaps the newest four thousand', async () => {
    const { stores: { reachability } } = current();
    const span = (from: number) => ({ state: 'Answers' as const, from, to: from + 1 });
    await reachability.save('a', [span(1), span(3 * DAY)]);
    await reachability.save('a', [span(8 * DAY), span(9 * DAY)]);
    expect((await reachability.load()).get('a')!.map(each => each.from / DAY)).toEqual([3, 8, 9]);
    await reachability.save('b', Array.from({ length: 4_300 }, (_, i) => span(i * 2)));
    const kept = (await reachability.load()).get('b')!;
    expect([kept.length, kept.at(-1)!.from]).toEqual([4_000, 8_598]);
  });
}
