import fc from 'fast-check';
import { sentence, type Decision } from '@flotilla/backstage-plugin-fleet-common';
import { untolerated } from '../model/taints';
import { aCluster, aNode, aRequest, GPU, NOW } from './examples';
import { DEFAULT_PROFILE } from './profile';
import { schedule, scheduleCompact } from './schedule';
import { expand } from './storage';
import type { ClusterFacts, Placed, PlacementRequest, ReplicaScheduling, SchedulingInput } from './types';

const ALLOCATABLE = { cpu: 8_000, memory: 32 * 2 ** 30, pods: 20, [GPU]: 4 };

const nodes = fc.array(
  fc.record({ cpu: fc.integer({ min: 0, max: 8 }), gpu: fc.integer({ min: 0, max: 4 }), ready: fc.boolean(), zone: fc.constantFrom('a', 'b', 'c'), tainted: fc.boolean() }),
  { maxLength: 5 },
);

const facts = fc.record({
  nodes: fc.option(nodes, { freq: 8 }),
  fast: fc.boolean(),
  tainted: fc.boolean(),
  manage: fc.boolean(),
  answers: fc.constantFrom('yes', 'yes', 'yes', 'no', 'unknown'),
  jurisdiction: fc.constantFrom('CN', 'CN', 'SG', 'unknown'),
  region: fc.constantFrom('north', 'east', undefined),
  price: fc.option(fc.integer({ min: 0, max: 90 }), { freq: 4 }),
  latency: fc.option(fc.integer({ min: 0, max: 300 }), { freq: 4 }),
  promised: fc.array(fc.record({ replicas: fc.integer({ min: 1, max: 4 }), gpu: fc.integer({ min: 0, max: 4 }) }), { maxLength: 2 }),
  old: fc.boolean(),
  /** Like the one before it in everything but the name, so that ties happen. */
  twin: fc.boolean(),
});

const clusters = fc.array(facts, { minLength: 1, maxLength: 6 }).map(all => all.map((drawn, i): ClusterFacts => {
  const one = drawn.twin && i > 0 ? all[i - 1] : drawn;
  const seenAt = one.old ? NOW - 900_000 : NOW - 1_000;
  return aCluster(`c${i}`, {
    labels: one.fast ? { fast: 'true' } : {},
    taints: one.tainted ? [{ key: 'dedicated', effect: 'NoSchedule' }] : [],
    mode: one.manage ? 'Manage' : 'Observe',
    reachable: one.answers === 'unknown' ? 'unknown' : { ok: one.answers === 'yes', since: NOW - 5_000 },
    jurisdiction: one.jurisdiction,
    region: one.region,
    nodes: one.nodes === null ? 'unknown' : {
      seenAt,
      value: one.nodes.map((node, n) => aNode(`c${i}-n${n}`, { cpu: node.cpu * 1_000, [GPU]: node.gpu }, {
        allocatable: ALLOCATABLE, ready: node.ready, labels: { 'topology.kubernetes.io/zone': node.zone }, taints: node.tainted ? [{ key: 'gpu', effect: 'NoSchedule' }] : [],
      })),
    },
    prices: one.price === null ? 'unknown' : { value: { currency: 'CNY', perCpuHour: one.price / 100, perGiBHour: 0.01, perGpuHour: one.price }, seenAt },
    performance: one.latency === null ? {} : { 'p95-latency': { value: one.latency, seenAt } },
    promised: one.promised.map(({ replicas, gpu }) => ({ replicas, requests: { [GPU]: gpu, cpu: 500 } })),
  });
}));

const fixedWeights = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })).map((weights): ReplicaScheduling => ({
  type: 'Divided', preference: 'Weighted', staticWeights: weights.map((weight, i) => ({ clusters: { clusterNames: [`c${i}`] }, weight })),
}));

const scheduling: fc.Arbitrary<ReplicaScheduling> = fc.oneof(
  fc.constantFrom<ReplicaScheduling[]>({ type: 'Divided', preference: 'Aggregated' }, { type: 'Divided', preference: 'Weighted', dynamicWeight: 'AvailableReplicas' }, { type: 'Duplicated' }),
  fixedWeights,
);

const requests = fc.record({
  replicas: fc.integer({ min: 0, max: 12 }), cpu: fc.integer({ min: 1, max: 6 }), gpu: fc.integer({ min: 0, max: 4 }), whole: fc.boolean(), fast: fc.boolean(), tolerant: fc.boolean(),
  podTolerant: fc.boolean(), resident: fc.boolean(), wish: fc.boolean(), minGroups: fc.option(fc.integer({ min: 1, max: 3 })), by: fc.constantFrom('cluster', 'region'), scheduling,
}).map((r): PlacementRequest => aRequest({
  replicas: r.replicas,
  requests: { cpu: r.cpu * 1_000, pods: 1, ...(r.gpu > 0 && { [GPU]: r.gpu }) },
  whole: r.whole,
  kind: r.whole ? 'Job' : 'Deployment',
  bounds: r.fast ? [{ source: 'component', name: 'web', labelSelector: { matchLabels: { fast: 'true' } } }] : [],
  clusterTolerations: r.tolerant ? [{ key: 'dedicated', operator: 'Exists' }] : [],
  tolerations: r.podTolerant ? [{ key: 'gpu', operator: 'Exists' }] : [],
  residency: r.resident ? ['CN'] : undefined,
  availability: r.wish ? 'multi-cluster' : undefined,
  spreadConstraints: r.minGroups === null ? [] : [{ by: r.by, minGroups: r.minGroups }],
  replicaScheduling: r.scheduling,
}));

const harsh: fc.Arbitrary<SchedulingInput> = fc.record({ request: requests, clusters }).map(({ request, clusters: all }) => ({ request, clusters: all, profile: DEFAULT_PROFILE, now: NOW }));

/** Drawn alike, but most clusters may be used: laws about division are idle where everything is rejected. */
const roomy = harsh.map((input): SchedulingInput => ({
  ...input,
  request: { ...input.request, bounds: [], residency: undefined, whole: false, kind: 'Deployment', requests: { cpu: 1_000, pods: 1 } },
  clusters: input.clusters.map((cluster, i): ClusterFacts => ({ ...cluster, mode: 'Manage', taints: [], reachable: i === 4 ? cluster.reachable : { ok: true, since: NOW }, promised: [] })),
}));

const inputs = fc.oneof(harsh, roomy);

const shares = (decision: Decision) => new Map(decision.verdicts.filter(({ outcome }) => outcome === 'chosen').map(({ cluster, replicas }) => [cluster, replicas]));
const held = (decision: Decision): Placed[] => [...shares(decision)].map(([cluster, replicas]) => ({ cluster, replicas }));

/** Room by brute force: replicas put one by one onto nodes that may run them. Promises are checked elsewhere. */
function bruteRoom(request: PlacementRequest, cluster: ClusterFacts): number {
  if (cluster.nodes === 'unknown') return Infinity;
  let room = 0;
  for (const node of cluster.nodes.value) {
    if (!node.ready || untolerated(node.taints, request.tolerations ?? []).length > 0) continue;
    const free = { ...node.free };
    while (Object.entries(request.requests).every(([name, wanted]) => (free[name] ?? 0) >= wanted)) {
      for (const [name, wanted] of Object.entries(request.requests)) free[name] -= wanted;
      room += 1;
    }
  }
  return room;
}

/** More with `LAW_RUNS=100000`, as the nightly run does. */
const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 100) };

describe('laws of the scheduler', () => {
  it('P1: no hard rule is ever broken', () => {
    fc.assert(fc.property(inputs, input => {
      const { request } = input;
      const given = shares(schedule(input));
      for (const [name, replicas] of given) {
        const cluster = input.clusters.find(one => one.name === name)!;
        expect(cluster.mode).toBe('Manage');
        expect(cluster.reachable).toMatchObject({ ok: true });
        if (request.bounds.length > 0) expect(cluster.labels.fast).toBe('true');
        if (request.clusterTolerations!.length === 0) expect(cluster.taints).toEqual([]);
        if (request.residency) expect(cluster.jurisdiction).toBe('CN');
        expect(replicas).toBeLessThanOrEqual(bruteRoom(request, cluster));
      }
      const total = [...given.values()].reduce((sum, replicas) => sum + replicas, 0);
      if (request.whole) expect([0, request.replicas]).toContain(total);
      if (request.whole) expect(given.size).toBeLessThanOrEqual(1);
      if (request.whole || request.replicas === 0 || request.replicaScheduling.type === 'Duplicated' || total === 0) return;
      for (const { by, minGroups = 1 } of request.spreadConstraints) {
        const groups = new Set([...given.keys()].map(name => (by === 'cluster' ? name : input.clusters.find(one => one.name === name)!.region)));
        expect(groups.size).toBeGreaterThanOrEqual(Math.min(minGroups, request.replicas, total));
      }
    }), RUNS);
  });

  it('P2: one replica more never takes one from another cluster, though prices, speeds and load have changed', () => {
    fc.assert(fc.property(inputs, fc.infiniteStream(fc.integer({ min: 0, max: 8 })), (input, numbers) => {
      fc.pre(!input.request.whole && input.request.replicas > 0);
      const before = schedule(input);
      const next = () => numbers.next().value;
      // Fixed ratios and wishes for several clusters are honoured as soon as there is room for them: there, room is kept as it was.
      const { replicaScheduling, availability, spreadConstraints } = input.request;
      const fixed = 'staticWeights' in replicaScheduling || availability !== undefined || spreadConstraints.length > 0;
      const later = input.clusters.map((cluster): ClusterFacts => ({
        ...cluster,
        prices: { value: { currency: 'CNY', perCpuHour: next() / 10, perGiBHour: 0, perGpuHour: next() * 8 } },
        performance: { 'p95-latency': { value: next() * 30 } },
        nodes: cluster.nodes === 'unknown' || fixed ? cluster.nodes : { ...cluster.nodes, value: cluster.nodes.value.map(node => ({ ...node, free: { ...node.free, cpu: next() * 1_000 } })) },
      }));
      const placed = held(before).map(one => ({ ...one, seen: fixed ? 0 : one.replicas }));
      const after = shares(schedule({ ...input, clusters: later, placed, request: { ...input.request, replicas: input.request.replicas + 1 } }));
      for (const [cluster, replicas] of shares(before)) expect(after.get(cluster) ?? 0).toBeGreaterThanOrEqual(replicas);
    }), RUNS);
  });

  it('P3: equal input gives equal output, through JSON and through storage', () => {
    fc.assert(fc.property(inputs, input => {
      const decision = schedule(input);
      expect(schedule(JSON.parse(JSON.stringify(input)))).toEqual(decision);
      expect(expand(JSON.parse(JSON.stringify(scheduleCompact(input))))).toEqual(decision);
    }), RUNS);
  });

  it('P4: the order of clusters, nodes and promises does not matter', () => {
    fc.assert(fc.property(inputs, input => {
      const reversed = [...input.clusters].reverse().map((cluster): ClusterFacts => ({ ...cluster, promised: [...cluster.promised].reverse() }));
      expect(schedule({ ...input, clusters: reversed })).toEqual(schedule(input));
      const turned = input.clusters.map((cluster): ClusterFacts => (cluster.nodes === 'unknown' ? cluster : { ...cluster, nodes: { ...cluster.nodes, value: [...cluster.nodes.value].reverse() } }));
      expect(shares(schedule({ ...input, clusters: turned }))).toEqual(shares(schedule(input)));
    }), RUNS);
  });

  it('P7: what is missing or old scores 50 and is flagged, never 0 or 100', () => {
    fc.assert(fc.property(inputs, input => {
      for (const { cluster: name, parts } of schedule(input).verdicts) {
        const cluster = input.clusters.find(one => one.name === name)!;
        for (const { scorer, score, unsure } of parts) {
          if (unsure) expect(score).toBe(50);
          if (scorer === 'cost' && cluster.prices === 'unknown') expect(unsure).toBe(true);
          if (scorer === 'performance' && Object.keys(cluster.performance).length === 0) expect(unsure).toBe(true);
          if (scorer === 'resource' && (cluster.nodes === 'unknown' || NOW - cluster.nodes.seenAt! > 300_000)) expect(unsure).toBe(true);
        }
      }
    }), RUNS);
  });

  it('P8: what was promised is taken at once, and free again when the promise is gone', () => {
    fc.assert(fc.property(inputs, input => {
      fc.pre(input.request.replicaScheduling.type === 'Divided');
      const first = schedule(input);
      const given = shares(first);
      const after = input.clusters.map(cluster => ({ ...cluster, promised: [...cluster.promised, { requests: input.request.requests, replicas: given.get(cluster.name) ?? 0 }] }));
      const second = shares(schedule({ ...input, clusters: after }));
      for (const cluster of input.clusters) {
        const both = (given.get(cluster.name) ?? 0) + (second.get(cluster.name) ?? 0);
        if (cluster.promised.length === 0) expect(both).toBeLessThanOrEqual(bruteRoom(input.request, cluster));
      }
      expect(schedule(input)).toEqual(first);
    }), RUNS);
  });

  it('P10: what has no place has a reason on every cluster, and each fix told does admit the cluster', () => {
    fc.assert(fc.property(inputs, input => {
      const decision = schedule(input);
      if (decision.unplaced > 0) expect(decision.notes.length).toBeGreaterThan(0);
      for (const { outcome, rejections, replicas, room, fix, cluster } of decision.verdicts) {
        if (outcome === 'rejected') expect(rejections.length).toBeGreaterThan(0);
        // A cluster that is used and could hold more would have been given more.
        const unbound = input.request.spreadConstraints.length === 0 && input.request.replicaScheduling.type === 'Divided' && !('staticWeights' in input.request.replicaScheduling);
        if (decision.unplaced > 0 && unbound && !input.request.whole && outcome !== 'rejected') expect(replicas).toBe(room);
        for (const change of fix) expect(sentence(change)).not.toMatch(/[{}]|undefined|NaN/);
        if (fix.some(({ code }) => code === 'FixLabel')) expect(input.clusters.find(one => one.name === cluster)!.labels.fast).toBeUndefined();
      }
    }), RUNS);
  });

  it('P10: the smallest fix, carried out by hand, admits the cluster', () => {
    fc.assert(fc.property(inputs, input => {
      for (const { cluster: name, fix, outcome } of schedule(input).verdicts) {
        if (outcome !== 'rejected' || fix.length === 0) continue;
        const changed = { ...input, request: { ...input.request }, clusters: input.clusters.map(cluster => ({ ...cluster })) };
        const cluster = changed.clusters.find(one => one.name === name)!;
        const known = fix.map(({ code, values }) => carryOut(code, values, changed.request, cluster));
        if (known.some(done => !done)) continue;
        expect(schedule(changed).verdicts.find(one => one.cluster === name)!.outcome).not.toBe('rejected');
      }
    }), RUNS);
  });
});

/** Does what a fix says, independently of the code that proposed it; false for those that need more than the sentence says. */
function carryOut(code: string, values: Record<string, string | number>, request: PlacementRequest, cluster: ClusterFacts): boolean {
  switch (code) {
    case 'FixLabel':
      cluster.labels = { ...cluster.labels, fast: 'true' };
      return true;
    case 'FixManage':
      cluster.mode = 'Manage';
      return true;
    case 'FixTolerate':
      request.clusterTolerations = [{ key: 'dedicated', operator: 'Exists' }];
      return true;
    case 'FixTolerateNodes':
      request.tolerations = [{ key: 'gpu', operator: 'Exists' }];
      return true;
    case 'FixFewerReplicas':
      request.replicas = Number(values.to);
      return true;
    case 'FixSmallerReplicas':
      request.requests = { ...request.requests, [String(values.resource)]: Number(values.to) };
      return true;
    default:
      return false;
  }
}
