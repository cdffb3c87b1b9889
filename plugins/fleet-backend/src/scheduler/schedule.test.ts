import { sentence } from '@flotilla/backstage-plugin-fleet-common';
import { aCluster, aNode, aRequest, anInput, GIB, GPU, NOW, SEEN } from './examples';
import type { FirstForm } from './firstForm';
import { explainFix } from './fix';
import { DEFAULT_PROFILE, profileOf } from './profile';
import { render, SHOWN_VERDICTS } from './render';
import { schedule, scheduleCompact } from './schedule';
import { acting, decisionHash, expand } from './storage';
import { filtersOf, funnel, groupRejections, needsOf } from './summary';
import type { ClusterFacts, Placed, PlacementRequest, SchedulingInput } from './types';

const shares = (input: SchedulingInput) =>
  Object.fromEntries(schedule(input).verdicts.filter(({ outcome }) => outcome === 'chosen').map(({ cluster, replicas }) => [cluster, replicas]).sort());
const decide = (request: Partial<PlacementRequest>, clusters: ClusterFacts[], placed?: Placed[]) => shares(anInput(request, clusters, { placed }));
const small = (name: string, cpus: number, over: Partial<ClusterFacts> = {}) => aCluster(name, { nodes: { value: [aNode(name, { cpu: cpus * 1000 })], seenAt: SEEN }, ...over });
const down = { reachable: { ok: false, since: NOW - 60_000 } };
const cheap = { prices: { value: { currency: 'CNY', perCpuHour: 0.05, perGiBHour: 0.005 }, seenAt: SEEN } };

describe('spreading', () => {
  const two = [aCluster('a'), aCluster('b', cheap)];
  const cases: [string, Partial<PlacementRequest>, ClusterFacts[], Record<string, number>][] = [
    ['one cluster, the best, when it holds all', {}, two, { b: 2 }],
    ['as few as hold all', { replicas: 9 }, [small('a', 4), small('b', 8), small('c', 3)], { a: 4, b: 5 }],
    ['two clusters where two were wished for', { replicas: 6, availability: 'multi-cluster' }, two, { a: 3, b: 3 }],
    ['one cluster when the wish cannot be met', { replicas: 6, availability: 'multi-cluster' }, [aCluster('a')], { a: 6 }],
    ['one replica needs one cluster, whatever the wish', { replicas: 1, availability: 'multi-cluster' }, two, { b: 1 }],
    ['nothing when the hard minimum cannot be met', { spreadConstraints: [{ by: 'cluster', minGroups: 3 }], replicas: 3 }, two, {}],
    ['two regions of three', { replicas: 2, spreadConstraints: [{ by: 'region', minGroups: 2 }] }, [aCluster('a'), aCluster('b', cheap), aCluster('c', { region: 'eu' })], { b: 1, c: 1 }],
    ['at most one cluster', { replicas: 9, spreadConstraints: [{ by: 'cluster', maxGroups: 1 }] }, [small('a', 4), small('b', 8)], { b: 8 }],
    ['… with weights that would give all to one', { replicas: 2, spreadConstraints: [{ by: 'cluster', minGroups: 2 }], replicaScheduling: { type: 'Divided', preference: 'Weighted', staticWeights: [{ clusters: { clusterNames: ['a'] }, weight: 99 }, { clusters: { clusterNames: ['b'] }, weight: 1 }] } }, two, { a: 1, b: 1 }],
    ['a label as the group', { replicas: 2, spreadConstraints: [{ by: 'rack', minGroups: 2 }] }, [aCluster('a', { labels: { rack: '1' } }), aCluster('b', { labels: { rack: '2' } }), aCluster('c')], { a: 1, b: 1 }],
    ['everywhere when duplicated', { replicaScheduling: { type: 'Duplicated' } }, two, { a: 2, b: 2 }],
    ['by fixed weights', { replicas: 5, replicaScheduling: { type: 'Divided', preference: 'Weighted', staticWeights: [{ clusters: { clusterNames: ['a'] }, weight: 60 }, { clusters: { clusterNames: ['b'] }, weight: 40 }] } }, [...two, aCluster('c')], { a: 3, b: 2 }],
    ['by room', { replicas: 6, replicaScheduling: { type: 'Divided', preference: 'Weighted', dynamicWeight: 'AvailableReplicas' } }, [small('a', 4), small('b', 2)], { a: 4, b: 2 }],
    ['a Job whole, never in parts', { replicas: 6, whole: true, kind: 'Job' }, [small('a', 4), small('b', 4)], {}],
    ['an object without pods needs no node', { requests: {}, replicas: 1, replicaScheduling: { type: 'Duplicated' } }, [aCluster('a', { nodes: { value: [], seenAt: SEEN } })], { a: 1 }],
    ['a workload scaled to nothing has a home', { replicas: 0 }, two, { b: 0 }],
  ];
  it.each(cases)('%s', (_, request, clusters, expected) => {
    expect(decide(request, clusters)).toEqual(expected);
  });
});

describe('staying', () => {
  const label = { bounds: [{ source: 'component' as const, name: 'web', labelSelector: { matchLabels: { fast: 'true' } } }] };
  const fast = { labels: { fast: 'true' } };
  const cases: [string, Partial<PlacementRequest>, ClusterFacts[], Placed[], Record<string, number>][] = [
    ['a better price moves nothing', {}, [aCluster('a'), aCluster('b', cheap)], [{ cluster: 'a', replicas: 2 }], { a: 2 }],
    ['a full cluster keeps what runs', {}, [small('a', 0), aCluster('b')], [{ cluster: 'a', replicas: 2 }], { a: 2 }],
    ['growth goes elsewhere when there is no room', { replicas: 4 }, [small('a', 1), aCluster('b')], [{ cluster: 'a', replicas: 2 }], { a: 3, b: 1 }],
    ['a lost label drains a Deployment', label, [aCluster('a'), aCluster('b', fast)], [{ cluster: 'a', replicas: 2 }], { b: 2 }],
    ['… which stays where it has no target', label, [aCluster('a'), aCluster('b')], [{ cluster: 'a', replicas: 2 }], { a: 2 }],
    ['… the part that has none', { ...label, replicas: 3 }, [aCluster('a'), small('b', 1, fast)], [{ cluster: 'a', replicas: 3 }], { a: 2, b: 1 }],
    ['a StatefulSet stays until a recorded wish', label, [aCluster('a'), aCluster('b', fast)], [{ cluster: 'a', replicas: 2, keep: 'StatefulSet' }], { a: 2 }],
    ['a running Job stays whole', { ...label, kind: 'Job', whole: true }, [aCluster('a'), aCluster('b', fast)], [{ cluster: 'a', replicas: 2, keep: 'JobUntilFinished' }], { a: 2 }],
    ['residency evicts even that', { residency: ['CN'] }, [aCluster('a', { jurisdiction: 'US' }), aCluster('b')], [{ cluster: 'a', replicas: 2, keep: 'StatefulSet' }], { b: 2 }],
    ['residency evicts without a target', { residency: ['CN'] }, [aCluster('a', { jurisdiction: 'US' })], [{ cluster: 'a', replicas: 2 }], {}],
    ['a cluster that does not answer keeps its replicas', {}, [aCluster('a', down), aCluster('b')], [{ cluster: 'a', replicas: 2 }], { a: 2 }],
    ['… but gets no new ones', { replicas: 3 }, [aCluster('a', down), aCluster('b')], [{ cluster: 'a', replicas: 2 }], { a: 2, b: 1 }],
    ['what was orphaned outside the fleet counts', { replicas: 3 }, [aCluster('b')], [{ cluster: 'gone', replicas: 2, keep: 'Orphaned' }], { b: 1 }],
    ['a wish for two that can be met only now is met', { replicas: 6, availability: 'multi-cluster' }, [aCluster('a'), aCluster('b')], [{ cluster: 'a', replicas: 6 }], { a: 3, b: 3 }],
    ['scaling down takes from the smallest holding', { replicas: 3 }, [aCluster('a'), aCluster('b')], [{ cluster: 'a', replicas: 3 }, { cluster: 'b', replicas: 2 }], { a: 3 }],
    ['scaling down reaches what does not answer last', { replicas: 2 }, [aCluster('a', down), aCluster('b')], [{ cluster: 'a', replicas: 2 }, { cluster: 'b', replicas: 2 }], { a: 2 }],
  ];
  it.each(cases)('%s', (_, request, clusters, placed, expected) => {
    expect(decide(request, clusters, placed)).toEqual(expected);
  });

  it('shows what stays as chosen, with the rejection and a note', () => {
    const decision = schedule(anInput(label, [aCluster('a')], { placed: [{ cluster: 'a', replicas: 2 }] }));
    expect(decision.verdicts[0]).toMatchObject({ outcome: 'chosen', replicas: 2, rejections: [{ by: 'labels' }] });
    expect(decision.notes.map(note => sentence(note))).toEqual(['2 replicas stay on a against the rules: no other cluster has room']);
    expect(decision.unplaced).toBe(0);
  });

  it('computes shares anew when the wish about division changed', () => {
    const input = anInput({ replicas: 6, replicaScheduling: { type: 'Divided', preference: 'Weighted', dynamicWeight: 'AvailableReplicas' } }, [aCluster('a'), aCluster('b')], { placed: [{ cluster: 'a', replicas: 6 }] });
    expect(shares(input)).toEqual({ a: 6 });
    expect(shares({ ...input, assignment: 'Fresh' })).toEqual({ a: 3, b: 3 });
  });
});

describe('reservations', () => {
  it('places exactly 2 of 20 Deployments of 8 GPUs on 16 free GPUs; 18 say that 8 GPUs are short', () => {
    const gpuNode = (name: string) => aNode(name, {}, { allocatable: { cpu: 64_000, memory: 256 * GIB, pods: 110, [GPU]: 8 } });
    const base = aCluster('gpu', { nodes: { value: [gpuNode('n1'), gpuNode('n2')], seenAt: SEEN } });
    const promised: ClusterFacts['promised'] = [];
    const sentences: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      const request = aRequest({ name: `d${i}`, target: `d${i}`, replicas: 1, requests: { cpu: 1_000, [GPU]: 8, pods: 1 } });
      const decision = schedule({ request, clusters: [{ ...base, promised: [...promised] }], profile: DEFAULT_PROFILE, now: NOW });
      const [verdict] = decision.verdicts;
      if (verdict.replicas > 0) promised.push({ requests: request.requests, replicas: verdict.replicas });
      else sentences.push(sentence(verdict.rejections[0].because));
    }
    expect(promised).toHaveLength(2);
    expect(sentences).toEqual(Array.from({ length: 18 }, () => '8 GPUs short on gpu: 8 asked, 0 free'));
  });
});

describe('sentences of a decision', () => {
  const cases: [string, SchedulingInput, string][] = [
    ['cheapest', anInput({}, [aCluster('a'), aCluster('b', cheap)]), 'web runs on b: the cheapest.'],
    ['the only one', anInput({}, [aCluster('a'), aCluster('b', { mode: 'Observe' })]), 'web runs on a: nothing else of 2 clusters fits.'],
    ['every cluster', anInput({ replicaScheduling: { type: 'Duplicated' } }, [aCluster('a', cheap), aCluster('b')]), 'web runs on 2 clusters, a (2), b (2): every cluster of the fleet fits.'],
    ['nowhere', anInput({}, [aCluster('a', { mode: 'Observe' })]), 'web has no place on any of 1 cluster. Nearest is a: The cluster is only observed, nothing is written to it.'],
    ['no clusters', anInput({}, []), 'web has no place: the fleet has no clusters.'],
    ['in part', anInput({ replicas: 5 }, [small('a', 3)]), '2 of 5 replicas of web have no room; the others run on a (3). Every cluster that fits is full.'],
    ['spread unmet', anInput({ spreadConstraints: [{ by: 'cluster', minGroups: 2 }] }, [aCluster('a')]), 'web has no place: 1 cluster would fit, but the rules on spreading or on staying whole are not met.'],
  ];
  it.each(cases)('%s', (_, input, expected) => {
    expect(sentence(schedule(input).sentence)).toBe(expected);
  });
});

describe('a decision', () => {
  const clusters = [aCluster('a'), aCluster('b', cheap), aCluster('c', down), aCluster('d', { taints: [{ key: 'x', effect: 'NoSchedule' }] }), aCluster('e', { taints: [{ key: 'x', effect: 'NoSchedule' }] })];
  const input = anInput({}, clusters);
  const decision = schedule(input);

  it('adds up: points to the total, scores × weights to within a twentieth', () => {
    for (const { parts, total } of decision.verdicts) {
      expect(Math.round(parts.reduce((sum, { points }) => sum + points, 0) * 10) / 10).toBe(total);
      expect(Math.abs(parts.reduce((sum, { score, weight }) => sum + score * weight, 0) - total)).toBeLessThanOrEqual(0.05 + 1e-9);
    }
  });
  it('counts the funnel', () => {
    expect(funnel(decision).map(({ filter, left }) => `${filter} ${left}`)).toEqual(['all 5', 'names 5', 'labels 5', 'taints 3', 'mode 3', 'reachable 2', 'apis 2', 'capacity 2', 'residency 2', 'chosen 1']);
  });
  it('groups what has the same cause and fix', () => {
    expect(groupRejections(decision).map(({ clusters: names, fix }) => [names, fix.map(change => sentence(change))])).toEqual([[['d', 'e'], ['Tolerate x:NoSchedule']], [['c'], []]]);
  });
  it('lists every filter, passed ones included', () => {
    expect(filtersOf(decision.verdicts[2]).filter(({ passed }) => !passed).map(({ filter }) => filter)).toEqual(['reachable']);
    expect(filtersOf(decision.verdicts[2])).toHaveLength(8);
  });
  it('comes back whole from storage, as JSON, and smaller', () => {
    expect(expand(JSON.parse(JSON.stringify(scheduleCompact(input))))).toEqual(decision);
    const many = anInput({}, Array.from({ length: 20 }, (_, i) => aCluster(`c${i}`, i % 3 ? {} : { mode: 'Observe' })));
    expect(JSON.stringify(scheduleCompact(many)).length).toBeLessThan(JSON.stringify(schedule(many)).length / 3);
  });
  it('gives the engine what it acts on, and no verdict that only explains', () => {
    const evicting = anInput({ residency: ['CN'] }, [aCluster('a'), aCluster('b', { jurisdiction: 'US' }), aCluster('c', { mode: 'Observe' })]);
    const whole = schedule(evicting);
    const { verdicts, ...rest } = acting(JSON.parse(JSON.stringify(scheduleCompact(evicting))));
    expect(verdicts).toEqual(whole.verdicts.filter(({ cluster }) => cluster !== 'c'));
    expect({ ...rest, verdicts: whole.verdicts }).toEqual(whole);
  });
  it('is read as it was stored at first, in nested lists', () => {
    const stored: FirstForm = {
      v: 1, shapes: [['Fit', 'resource', 'asked'], ['ObserveOnly'], ['FixManage', 'cluster'], ['RunsOnOne', 'subject', 'cluster']], unplaced: 0, profile: 'p', weights: [1, 0, 0, 0, 0],
      verdicts: [['a', 0, 2, 705, 4, [[70, 705, [0, 'cpu', 2_000], 1_000], [50, 0, [1], null, 1]], [], []], ['b', 2, 0, 0, null, [], [['mode', [1], 2]], [[2, 'b']]]],
      sentence: [3, 'web', 'a'], notes: [],
    };
    expect(expand(stored)).toMatchObject({
      unplaced: 0, profile: 'p', weights: { resource: 1, cost: 0 }, sentence: { code: 'RunsOnOne', values: { subject: 'web', cluster: 'a' } },
      verdicts: [
        { cluster: 'a', outcome: 'chosen', replicas: 2, total: 70.5, room: 4, parts: [{ scorer: 'resource', points: 70.5, factAt: 1_000, because: { code: 'Fit', values: { resource: 'cpu', asked: 2_000 } } }, { score: 50, unsure: true }] },
        { cluster: 'b', outcome: 'rejected', rejections: [{ by: 'mode', remedy: 'changeCluster' }], fix: [{ code: 'FixManage', values: { cluster: 'b' } }] },
      ],
    });
    expect(acting(stored).verdicts.map(({ cluster }) => cluster)).toEqual(['a']);
  });
  it('has a hash that neither time nor a breath of load changes, but a new refusal does', () => {
    const hashOf = (of: SchedulingInput) => decisionHash(scheduleCompact(of));
    const later: SchedulingInput = { ...input, now: NOW + 10_000, clusters: clusters.map(cluster => (cluster.name === 'a' ? aCluster('a', { nodes: { value: [aNode('a-1', { cpu: 31_000 }), aNode('a-2')], seenAt: SEEN + 10_000 } }) : cluster)) };
    expect(schedule(later).verdicts).not.toEqual(decision.verdicts);
    expect(hashOf(later)).toBe(hashOf(input));
    expect(hashOf(anInput({}, clusters.map(cluster => (cluster.name === 'a' ? aCluster('a', { mode: 'Observe' }) : cluster))))).not.toBe(hashOf(input));
  });
  it('finds a fix on demand for any cluster', () => {
    expect(explainFix(input, 'd')!.map(change => sentence(change))).toEqual(['Tolerate x:NoSchedule']);
    expect(explainFix(input, 'a')).toEqual([]);
    expect(explainFix(input, 'nobody')).toBeUndefined();
  });
  it('is rendered with at most 200 verdicts, the rest counted', () => {
    const many = Array.from({ length: 250 }, (_, i) => aCluster(`c${i}`, i % 2 ? { mode: 'Observe' } : {}));
    const status = render(schedule(anInput({}, many)), NOW);
    expect(status.verdicts).toHaveLength(SHOWN_VERDICTS);
    expect(status.omitted).toEqual([{ by: 'mode', count: 50 }]);
    expect(status.decidedAt).toBe('2026-08-01T12:02:00.000Z');
    expect(status.clusters).toMatch(/^c\d+=2$/);
  });
  it('is rendered in Chinese as well', () => {
    expect(render(decision, NOW, 'zh').sentence).toBe('web 运行于 b:最便宜。');
  });
  it('says what was asked', () => {
    const request = aRequest({ whole: true, replicas: 4, requests: { [GPU]: 2, pods: 1, cpu: 100 }, assumed: ['cpu'], bounds: [{ source: 'component', name: 'x', labelSelector: { matchLabels: { 'has-gpu': 'true' } } }], allowedClusterTolerations: [{ key: 'has-gpu', value: 'true' }] });
    expect(needsOf(request).map(need => sentence(need))).toEqual(['4 pods, all or none', '2 GPUs each, on one node', 'must have has-gpu=true', 'tolerates has-gpu=true']);
  });
});

describe('profileOf', () => {
  it('lets costAware.weight replace the cost weight, the others shrinking in proportion', () => {
    const { weights, name } = profileOf({ metadata: { name: 'cost-aware-scheduling' }, spec: { costAware: { weight: 0.3 } } });
    expect(name).toBe('cost-aware-scheduling');
    expect(weights.cost).toBe(0.3);
    expect(weights.resource).toBeCloseTo(0.2625);
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
  });
  it('takes resources, measures, anchors and headroom from the object', () => {
    const profile = profileOf({ spec: { resources: [{ name: 'gpu', weight: 9 }], performanceAware: { metrics: [{ name: 'disk-iops', weight: 1 }] }, anchors: [{ metric: 'disk-iops', best: 100, worst: 0 }], headroomPercent: 30 } });
    expect(profile).toMatchObject({ resourceWeights: { gpu: 9, cpu: 1 }, performance: [{ metric: 'disk-iops', weight: 1 }], headroom: 0.3 });
    expect(profile.anchors['disk-iops']).toEqual({ best: 100, worst: 0 });
  });
});
