import type { SeenSpan } from '../store/types';
import { createClusterObserver } from './observer';
import { expired, FakeCluster, FakeDirectory, forbidden, notServed } from './testing/FakeCluster';
import { DEPLOYMENTS, MemoryFacts, node, pod, SERVED, TARGET, workload, HUB } from './testing/member';
import { VirtualClock } from './testing/VirtualClock';
import type { ClusterObserver, ClusterSeen, Observation } from './types';

describe('watching a member', () => {
  let clock: VirtualClock;
  let cluster: FakeCluster;
  let directory: FakeDirectory;
  let facts: MemoryFacts;
  let observer: ClusterObserver;
  let observed: Observation[];

  const open = () => createClusterObserver({ directory, facts, hub: HUB, clock, random: () => 0.5 });
  const seen = () => observer.seen('one') as ClusterSeen;
  const types = () => observed.map(each => each.type);

  beforeEach(async () => {
    clock = new VirtualClock();
    cluster = new FakeCluster(clock, [...SERVED]);
    directory = new FakeDirectory(cluster.connection());
    facts = new MemoryFacts();
    observed = [];
    observer = await open();
    observer.on(each => observed.push(each));
  });

  afterEach(() => observer.close());

  const start = async () => {
    observer.watch('one');
    await clock.advance(300);
  };

  it('knows nothing before it asked', () => {
    expect(observer.seen('one')).toBeUndefined();
    observer.watch('one');
    expect(observer.seen('one')).toBeUndefined();
  });

  it('sees nodes with what is free, kinds, version and identity', async () => {
    cluster.put('nodes', node('n1'));
    cluster.put('nodes', node('n2', '2', { conditions: [] }));
    cluster.put('pods', pod('a', { node: 'n1' }));
    cluster.put('pods', pod('done', { node: 'n1', phase: 'Succeeded' }));
    cluster.put('pods', pod('waiting'));
    await start();
    expect(seen()).toMatchObject({
      uid: 'uid-1',
      version: 'v1.36.3',
      reachable: { ok: true, latencyMs: 5 },
      nodes: { value: [
        { name: 'n1', ready: true, allocatable: { cpu: 4000, memory: 8 * 2 ** 30, pods: 110 }, free: { cpu: 3500, memory: 7 * 2 ** 30, pods: 109 } },
        { name: 'n2', ready: false, free: { cpu: 2000 } },
      ] },
      room: { nodes: 2, readyNodes: 1, pods: 1, allocatable: { cpu: 6000 }, asked: { cpu: 500 } },
      apis: { value: ['apps/v1/Deployment', 'batch/v1/Job', 'v1/Pod'] },
    });
    expect(observer.served('one')).toEqual(SERVED);
  });

  it('follows pods as they come, move and go, to the millicore', async () => {
    cluster.put('nodes', node('n1'));
    await start();
    const free = () => seen().nodes!.value[0].free;
    cluster.put('pods', pod('a'));
    expect(free().cpu).toBe(4000);
    cluster.put('pods', pod('a', { node: 'n1' }));
    expect(free()).toMatchObject({ cpu: 3500, pods: 109 });
    cluster.put('pods', pod('a', { node: 'n1', cpu: '750m' }));
    expect(free().cpu).toBe(3250);
    cluster.put('pods', pod('a', { node: 'n1', phase: 'Failed' }));
    expect(free()).toMatchObject({ cpu: 4000, pods: 110 });
    cluster.put('pods', pod('b', { node: 'n1' }));
    cluster.remove('pods', 'shop', 'b');
    expect(free()).toMatchObject({ cpu: 4000, memory: 8 * 2 ** 30, pods: 110 });
  });

  it('counts pods by the selector of our workload, also where they carry no label of ours', async () => {
    cluster.put('nodes', node('n1'));
    cluster.put('deployments', workload('Deployment'));
    cluster.put('pods', pod('a', { node: 'n1' }));
    cluster.put('pods', pod('b', { node: 'n1', ready: false }));
    cluster.put('pods', pod('c', { phase: 'Pending', ready: false }));
    cluster.put('pods', pod('leaving', { node: 'n1', deleted: true }));
    cluster.put('pods', pod('other', { node: 'n1', labels: { app: 'other' } }));
    await start();
    expect(seen().pods).toEqual({ [TARGET]: { bound: 2, pending: 1, ready: 1 } });
  });

  it('counts pods that were there before their workload was seen', async () => {
    await start();
    cluster.put('pods', pod('a', { node: 'n1' }));
    expect(seen().pods).toEqual({});
    cluster.put('deployments', workload('Deployment'));
    expect(seen().pods).toEqual({ [TARGET]: { bound: 1, pending: 0, ready: 1 } });
    cluster.remove('deployments', 'shop', 'web');
    expect(seen().pods).toEqual({});
  });

  it("counts a Job's pods by the selector its controller gave it, or by the Job's name", async () => {
    cluster.put('jobs', workload('Job', 'train', { spec: { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } } } }));
    cluster.put('pods', pod('t', { node: 'n1', labels: { 'batch.kubernetes.io/controller-uid': 'u' } }));
    await start();
    expect(seen().pods[TARGET]).toMatchObject({ bound: 1 });
    cluster.put('jobs', workload('Job', 'plain', { spec: { selector: undefined } }));
    cluster.put('pods', pod('p', { node: 'n1', labels: { 'job-name': 'plain' } }));
    expect(seen().pods[TARGET]).toMatchObject({ bound: 2 });
  });

  it("says in the member's words why a pod is not well", async () => {
    cluster.put('deployments', workload('Deployment'));
    const waiting = { containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } }] };
    cluster.put('pods', pod('a', { node: 'n1', ready: false, status: waiting }));
    await start();
    expect(seen().pods[TARGET].trouble).toBe('ImagePullBackOff: no such image');
    cluster.put('pods', pod('a', { node: 'n1' }));
    expect(seen().pods[TARGET].trouble).toBeUndefined();
  });

  it('tells of our objects at once, once, and of nobody else\'s', async () => {
    await start();
    observed.length = 0;
    const made = cluster.put('deployments', workload('Deployment'));
    cluster.put('deployments', workload('Deployment', 'foreign', { metadata: { labels: {} } }));
    expect(observed.filter(each => each.type === 'object')).toEqual([{ type: 'object', cluster: 'one', target: TARGET, live: made, gone: false }]);
    expect([...observer.live('one').keys()]).toEqual(['apps/v1/Deployment/shop/web']);
    cluster.endWatches('deployments', expired);
    await clock.advance(5_000);
    expect(observed.filter(each => each.type === 'object')).toHaveLength(1);
  });

  it('tells of an autoscaler of somebody else under the target it scales', async () => {
    cluster.put('deployments', workload('Deployment'));
    await start();
    observed.length = 0;
    cluster.put('horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h', namespace: 'shop' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    });
    expect(observed).toMatchObject([{ type: 'object', target: TARGET, live: { kind: 'HorizontalPodAutoscaler' } }]);
    expect([...observer.live('one').keys()]).toContain('autoscaling/v2/HorizontalPodAutoscaler/shop/h');
  });

  it('tells of facts four times a second at most', async () => {
    await start();
    observed.length = 0;
    for (let i = 0; i < 100; i++) {
      cluster.put('pods', pod(`p${i}`, { node: 'n1' }));
      await clock.advance(10);
    }
    expect(types().filter(type => type === 'facts').length).toBeLessThanOrEqual(4);
    await clock.advance(300);
    expect(types().filter(type => type === 'facts').length).toBeLessThanOrEqual(5);
  });

  it('says nothing new at a node\'s heartbeat', async () => {
    cluster.put('nodes', node('n1'));
    await start();
    observed.length = 0;
    cluster.put('nodes', node('n1'));
    await clock.advance(1_000);
    expect(types()).toEqual([]);
  });

  describe('that stops answering', () => {
    it.each(['silent', 'refusing'] as const)('is shown within ten seconds when it is %s, and keeps its facts with their age', async mode => {
      cluster.put('nodes', node('n1'));
      await start();
      await clock.advance(60_000);
      const before = clock.now();
      cluster.mode = mode;
      let shown = 0;
      for (let i = 0; i < 100 && !shown; i++) {
        await clock.advance(100);
        if (types().includes('unreachable')) shown = clock.now() - before;
      }
      expect(shown).toBeGreaterThan(0);
      expect(shown).toBeLessThanOrEqual(10_000);
      expect(seen().reachable).toMatchObject({ ok: false, reason: mode === 'silent' ? 'TimedOut' : 'Unreachable' });
      await clock.advance(120_000);
      expect(seen().nodes!.value).toHaveLength(1);
      expect(seen().nodes!.seenAt).toBeLessThanOrEqual(before);
      expect(seen().reachable.lastAnswerAt).toBe(seen().nodes!.seenAt);
      expect(cluster.watching()).toEqual([]);
    });

    it('is not shown for one lost answer', async () => {
      await start();
      cluster.mode = 'refusing';
      for (let i = 0; i < 30 && cluster.calls.filter(call => call === 'identity').length < 2; i++) await clock.advance(100);
      cluster.mode = 'well';
      await clock.advance(10_000);
      expect(types()).not.toContain('unreachable');
    });

    it('is not blamed for a moment in which this process was held up, but is shown when it stays silent', async () => {
      await start();
      await clock.advance(10_000);
      cluster.mode = 'silent';
      for (let i = 0; i < 30 && cluster.calls[cluster.calls.length - 1] !== 'identity'; i++) await clock.advance(100);
      for (let i = 0; i < 2; i++) {
        clock.stall(1_500);
        await clock.advance(3_000);
        expect(types()).not.toContain('unreachable');
      }
      for (let i = 0; i < 60; i++) {
        clock.stall(400);
        await clock.advance(300);
      }
      expect(types()).toContain('unreachable');
    });

    it('is seen again within a few seconds, and goes on from the version it had', async () => {
      cluster.put('nodes', node('n1'));
      await start();
      cluster.mode = 'refusing';
      await clock.advance(20_000);
      cluster.put('nodes', node('n2'), true);
      cluster.calls.length = 0;
      cluster.mode = 'well';
      await clock.advance(4_000);
      expect(seen().reachable.ok).toBe(true);
      expect(types().slice(-2)).toContain('reachable');
      expect(cluster.calls).toContain('watch nodes 101');
      expect(cluster.calls).not.toContain('list nodes');
    });

    it('deletes nothing by its absence, and nothing by an empty or failed list', async () => {
      cluster.put('deployments', workload('Deployment'));
      await start();
      observed.length = 0;
      cluster.lists.set('deployments', forbidden);
      cluster.endWatches('deployments', expired);
      await clock.advance(60_000);
      cluster.mode = 'silent';
      await clock.advance(60_000);
      expect(observed.filter(each => each.type === 'object')).toEqual([]);
      expect(observer.live('one').size).toBe(1);
    });
  });

  it('finds out by a whole list what went while nobody watched', async () => {
    cluster.put('nodes', node('n1'));
    cluster.put('deployments', workload('Deployment'));
    cluster.put('pods', pod('a', { node: 'n1' }));
    await start();
    observed.length = 0;
    cluster.remove('deployments', 'shop', 'web', true);
    cluster.remove('pods', 'shop', 'a', true);
    for (const resource of ['deployments', 'pods']) cluster.endWatches(resource, expired);
    await clock.advance(3_000);
    expect(observed.filter(each => each.type === 'object')).toMatchObject([{ target: TARGET, gone: true }]);
    expect(seen().nodes!.value[0].free.cpu).toBe(4000);
    expect(seen().pods).toEqual({});
  });

  it('does not run hot against a watch that closes at once, or always says 410', async () => {
    await start();
    for (const outcome of [{ ok: true, value: undefined, ms: 1 } as const, expired]) {
      cluster.calls.length = 0;
      for (let i = 0; i < 600; i++) {
        cluster.endWatches('pods', outcome);
        await clock.advance(100);
      }
      expect(cluster.calls.filter(call => call.includes('pods')).length).toBeLessThan(30);
    }
  });

  it('ignores old versions that a watch plays again, and the end of a former object', async () => {
    await start();
    const old = cluster.put('deployments', workload('Deployment', 'web', { spec: { replicas: 1 } }));
    cluster.put('deployments', workload('Deployment', 'web', { spec: { replicas: 2 } }));
    cluster.tell('deployments', 'MODIFIED', old);
    cluster.tell('deployments', 'DELETED', { ...old, metadata: { ...old.metadata, uid: 'former' } });
    expect(observer.live('one').get('apps/v1/Deployment/shop/web')!.spec.replicas).toBe(2);
  });

  it('holds another cluster that answers at its address, and trusts the old one when it is back', async () => {
    cluster.put('nodes', node('n1'));
    await start();
    cluster.uid = 'uid-2';
    cluster.put('nodes', node('other'), true);
    await clock.advance(4_000);
    expect(seen()).toMatchObject({ uid: 'uid-1', reachable: { ok: false, reason: 'Held', because: expect.stringContaining('UID uid-2, and had uid-1 before') } });
    expect(seen().nodes!.value.map(each => each.name)).toEqual(['n1']);
    expect(cluster.watching()).toEqual([]);
    cluster.uid = 'uid-1';
    await clock.advance(4_000);
    expect(seen().reachable.ok).toBe(true);
  });

  it('trusts nothing between a new kubeconfig and the look at who answers', async () => {
    await start();
    const other = new FakeCluster(clock, [...SERVED]);
    other.uid = 'uid-2';
    directory.now = other.connection();
    expect(seen().reachable).toMatchObject({ ok: false, because: expect.stringContaining('its identity is being checked') });
    await clock.advance(4_000);
    expect(seen().reachable).toMatchObject({ ok: false, reason: 'Held' });
    expect(other.calls).not.toContain('list nodes');
    await observer.forget('one');
    observer.watch('one');
    await clock.advance(300);
    expect(seen()).toMatchObject({ uid: 'uid-2', reachable: { ok: true } });
  });

  it('answers, but says what it may not read', async () => {
    cluster.lists.set('pods', forbidden);
    cluster.put('nodes', node('n1'));
    await start();
    expect(seen()).toMatchObject({ reachable: { ok: true, reason: 'NoPermission', because: 'v1/Pod cannot be read: planted NoPermission' } });
    expect(seen().nodes).toBeUndefined();
    cluster.lists.clear();
    await clock.advance(60_000);
    expect(seen().reachable.reason).toBeUndefined();
    expect(seen().nodes!.value).toHaveLength(1);
  });

  it('asks anew which kinds are served each minute, and soon after a 404', async () => {
    await start();
    const count = () => cluster.calls.filter(call => call === 'resources').length;
    expect(count()).toBe(1);
    await clock.advance(65_000);
    expect(count()).toBe(2);
    cluster.lists.set('jobs', notServed);
    cluster.served.push({ apiVersion: 'x.test/v1', kind: 'X', resource: 'xs', namespaced: true });
    cluster.endWatches('jobs', expired);
    await clock.advance(12_000);
    expect(count()).toBeGreaterThanOrEqual(3);
    expect(seen().apis!.value).toContain('x.test/v1/X');
  });

  it('watches kinds of interest as soon as they are served, and all of it until it is stopped', async () => {
    const always = ['deployments', 'horizontalpodautoscalers', 'jobs', 'nodes', 'pods'];
    await start();
    expect(cluster.watching()).toEqual(always);
    observer.interest('one', [{ apiVersion: 'x.test/v1', kind: 'X' }, DEPLOYMENTS]);
    await clock.advance(10_000);
    expect(cluster.watching()).toEqual(always);
    cluster.served.push({ apiVersion: 'x.test/v1', kind: 'X', resource: 'xs', namespaced: true });
    await clock.advance(65_000);
    expect(cluster.watching()).toEqual([...always, 'xs']);
    observer.stop('one');
    await clock.advance(60_000);
    expect(cluster.watching()).toEqual([]);
  });

  describe('and keeping what was seen', () => {
    it('saves it at most every ten seconds, and at the end', async () => {
      cluster.put('nodes', node('n1'));
      await start();
      for (let i = 0; i < 60; i++) {
        cluster.put('pods', pod(`p${i}`, { node: 'n1' }));
        await clock.advance(1_000);
      }
      expect(facts.saves).toBeGreaterThanOrEqual(4);
      expect(facts.saves).toBeLessThanOrEqual(6);
      cluster.put('nodes', node('n2'));
      await observer.close();
      expect((facts.kept.get('one')!.facts as ClusterSeen).nodes!.value).toHaveLength(2);
    });

    it('knows after a restart what was seen and when, and that nobody asked yet', async () => {
      cluster.put('nodes', node('n1'));
      await start();
      await observer.close();
      const at = (facts.kept.get('one')!.facts as ClusterSeen).nodes!.seenAt;
      await clock.advance(3_600_000);
      cluster.mode = 'refusing';
      observer = await open();
      expect(seen()).toMatchObject({ uid: 'uid-1', nodes: { value: [{ name: 'n1' }], seenAt: at }, reachable: { ok: false, lastAnswerAt: at } });
      observer.watch('one');
      expect(seen().reachable).toMatchObject({ ok: false, lastAnswerAt: at });
      expect(seen().reachable.reason).toBeUndefined();
      await clock.advance(10_000);
      expect(seen()).toMatchObject({ reachable: { ok: false, reason: 'Unreachable' }, nodes: { seenAt: at } });
    });

    it('tells after a restart how the cluster was reached, with the time between the processes unseen', async () => {
      const kept = new Map<string, SeenSpan[]>();
      const reachability = {
        load: async () => new Map(kept),
        save: async (name: string, spans: readonly SeenSpan[]) => void kept.set(name, [...(kept.get(name) ?? []).filter(each => !spans.some(span => span.from === each.from)), ...spans]),
        remove: async (name: string) => void kept.delete(name),
      };
      await observer.close();
      observer = await createClusterObserver({ directory, facts, reachability, hub: HUB, clock, random: () => 0.5 });
      expect(observer.history('one')).toBeUndefined();
      observer.watch('one');
      await clock.advance(3_600_000);
      cluster.mode = 'silent';
      await clock.advance(3_600_000);
      expect(observer.history('one')).toMatchObject({ state: 'Silent', flaps24h: 1 });
      await observer.close();
      await clock.advance(3_600_000);
      observer = await createClusterObserver({ directory, facts, reachability, hub: HUB, clock, random: () => 0.5 });
      cluster.mode = 'well';
      observer.watch('one');
      await clock.advance(3_600_000);
      const { uptime24h, flaps24h, spans } = observer.history('one')!;
      expect(spans.map(each => each.state)).toEqual(['Unseen', 'Answers', 'Silent', 'Unseen', 'Answers']);
      expect([uptime24h!.toFixed(1), flaps24h]).toEqual(['0.7', 1]);
      await observer.forget('one');
      expect([kept.size, observer.history('one')]).toEqual([0, undefined]);
    });

    it('says of a cluster that nobody watches any more that it is not known to answer', async () => {
      cluster.put('nodes', node('n1'));
      await start();
      expect(seen().reachable.ok).toBe(true);
      observer.stop('one');
      expect(seen()).toMatchObject({ nodes: { value: [{ name: 'n1' }] }, reachable: { ok: false } });
    });

    it('holds another cluster that took the address while the portal was down', async () => {
      await start();
      await observer.close();
      cluster.uid = 'uid-2';
      observer = await open();
      observer.watch('one');
      await clock.advance(300);
      expect(seen()).toMatchObject({ uid: 'uid-1', reachable: { ok: false, reason: 'Held' } });
    });
  });
});
