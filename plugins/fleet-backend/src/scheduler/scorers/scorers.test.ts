import { sentence } from '@flotilla/backstage-plugin-fleet-common';
import { aCluster, aNode, anInput, GIB, GPU, NOW, SEEN } from '../examples';
import { schedule } from '../schedule';
import type { ClusterFacts, PlacementRequest, Scorer } from '../types';

const part = (scorer: Scorer, request: Partial<PlacementRequest>, cluster: Partial<ClusterFacts>) => {
  const { parts } = schedule(anInput(request, [aCluster('c1', cluster)])).verdicts[0];
  return parts.find(one => one.scorer === scorer)!;
};
const gpuNodes = (...free: number[]) => ({
  value: free.map((gpus, i) => aNode(`n${i}`, { [GPU]: gpus }, { allocatable: { cpu: 32_000, memory: 128 * GIB, pods: 110, [GPU]: 8 } })),
  seenAt: SEEN,
});
const job = { kind: 'Job', whole: true, requests: { [GPU]: 2, pods: 1 }, replicas: 4 };
const only = (metric: string, value: number) => ({ performance: { [metric]: { value, seenAt: SEEN } } });

const CASES: [string, Scorer, Partial<PlacementRequest>, Partial<ClusterFacts>, number, string][] = [
  ['a Job that uses up what is free fits best', 'resource', job, { nodes: gpuNodes(8, 0) }, 100, 'Takes 8 of 8 GPUs free and leaves 0; then 100 % is asked for'],
  ['the emptier the cluster, the lower', 'resource', job, { nodes: gpuNodes(8, 8) }, 50, 'Takes 8 of 16 GPUs free and leaves 8; then 50 % is asked for'],
  ['what is left in pieces too small is stranded', 'resource', job, { nodes: gpuNodes(3, 3, 3, 3) }, 75, 'Takes 8 of 12 GPUs free; 4 of the 4 left fit no further replica'],
  ['a Deployment that eats the headroom loses', 'resource', { requests: { [GPU]: 1, pods: 1 }, replicas: 8 }, { nodes: gpuNodes(8, 0) }, 0, 'Takes 8 of 8 GPUs free and leaves 0; then 100 % is asked for'],
  ['a Deployment that just leaves the headroom is at its best', 'resource', { requests: { cpu: 1_000, pods: 1 }, replicas: 17 }, { nodes: { value: [aNode('n', {}, { allocatable: { cpu: 20_000 } })], seenAt: SEEN } }, 100, 'Takes 17 of 20 CPU free and leaves 3; then 85 % is asked for'],
  ['no room to grow to the maximum costs a fifth', 'resource', { requests: { cpu: 1_000, pods: 1 }, replicas: 17, maxReplicas: 23 }, { nodes: { value: [aNode('n', {}, { allocatable: { cpu: 20_000 } })], seenAt: SEEN } }, 90, 'Takes 17 of 20 CPU free and leaves 3; then 85 % is asked for'],
  ['unknown nodes count as 50', 'resource', {}, { nodes: 'unknown' }, 50, 'Its nodes are not known, so room counts as 50'],
  ['old nodes count as 50', 'resource', {}, { nodes: { value: [aNode('n')], seenAt: NOW - 301_000 } }, 50, 'What is known of its nodes is old, so room counts as 50'],
  ['latency at the best anchor, the rest not measured', 'performance', {}, only('p95-latency', 10), 70, 'p95 10 ms, 3 not measured'],
  ['latency beyond the worst anchor is clamped', 'performance', {}, only('p95-latency', 9_999), 30, 'p95 9,999 ms, 3 not measured'],
  ['no speed at all counts as 50', 'performance', {}, { performance: {} }, 50, 'No speed is known, so performance counts as 50'],
  ['an old speed counts as 50', 'performance', {}, { performance: { 'p95-latency': { value: 10, seenAt: NOW - 3_600_001 } } }, 50, 'What is known of its speed is old, so performance counts as 50'],
  ['the price by resources', 'cost', { requests: { [GPU]: 2, pods: 1 }, replicas: 4 }, { nodes: gpuNodes(8) }, 71, '¥160/h for 4 replicas, on a scale from ¥32.00 to ¥480'],
  ['the price by share of a node', 'cost', { requests: { cpu: 16_000, pods: 1 }, replicas: 1 }, { prices: { value: { currency: 'CNY', perNodeHour: 12.8, source: 'declared' } } }, 53, '¥6.40/h for 1 replica, on a scale from ¥0.80 to ¥12.80 (declared)'],
  ['no price counts as 50', 'cost', {}, { prices: 'unknown' }, 50, 'Price not known, so cost counts as 50'],
  ['a price in another currency counts as 50', 'cost', {}, { prices: { value: { currency: 'USD', perCpuHour: 0.01, perGiBHour: 0 } } }, 50, 'Its price is in USD, the scale in CNY, so cost counts as 50'],
  ['a GPU without a price counts as 50', 'cost', { requests: { [GPU]: 1, pods: 1 } }, { nodes: gpuNodes(8), prices: { value: { currency: 'CNY', perCpuHour: 0.01 } } }, 50, 'Price not known, so cost counts as 50'],
  ['standards, version and findings', 'compliance', {}, {}, 70, 'Certified for iso27001, Kubernetes v1.36.3, 1 finding open'],
  ['a standard that was asked for and is not held', 'compliance', { standards: ['pci', 'iso27001'] }, {}, 77, 'Certified for iso27001, lacks pci, Kubernetes v1.36.3, 1 finding open'],
  ['an old Kubernetes', 'compliance', {}, { compliance: { standards: [], version: { value: 'v1.33.1' }, findings: 'unknown' } }, 50, 'Kubernetes v1.33.1'],
  ['nothing known of compliance', 'compliance', {}, { compliance: { standards: [], version: 'unknown', findings: 'unknown' } }, 50, 'No standard, version or finding is known, so compliance counts as 50'],
  ['one zone of three', 'topology', {}, {}, 33, 'Its nodes stand in 1 zone'],
  ['the same region as its data', 'topology', { near: [{ what: 'data', name: 'oss', region: 'cn-north-1' }] }, {}, 66, 'Same region as its data oss, nodes in 1 zone'],
  ['far from its data', 'topology', { near: [{ what: 'data', name: 'oss', region: 'eu-1' }] }, {}, 21, 'Far from its data oss, nodes in 1 zone'],
  ['nodes that name no zone', 'topology', {}, { nodes: { value: [aNode('n', {}, { labels: {} })], seenAt: SEEN } }, 50, 'Its nodes name no zone, so topology counts as 50'],
];

describe('scorers say', () => {
  it.each(CASES)('%s', (_, scorer, request, cluster, score, because) => {
    const found = part(scorer, request, cluster);
    expect({ score: found.score, because: sentence(found.because) }).toEqual({ score, because });
  });

  it.each(CASES.filter(([, , , , , because]) => because.includes('counts as 50')))('%s, and is flagged unsure', (_, scorer, request, cluster) => {
    expect(part(scorer, request, cluster)).toMatchObject({ score: 50, unsure: true });
  });

  it('under Pack strands less than under Spread, where the pieces differ', () => {
    const nodes = gpuNodes(3, 8);
    const request = { ...job, replicas: 1 };
    const spread = part('resource', request, { nodes, nodePolicy: 'Spread' });
    const pack = part('resource', request, { nodes, nodePolicy: 'Pack' });
    expect([spread.because.values.stranded, pack.because.values.stranded]).toEqual([0, 1]);
  });

  const CHANGES: [Scorer, Partial<ClusterFacts>][] = [
    ['resource', { nodes: { value: [aNode('c1-1', { cpu: 9_000 }), aNode('c1-2')], seenAt: SEEN } }],
    ['performance', { performance: { 'p95-latency': { value: 200, seenAt: SEEN } } }],
    ['cost', { prices: { value: { currency: 'CNY', perCpuHour: 0.6, perGiBHour: 0.04 }, seenAt: SEEN } }],
    ['compliance', { compliance: { standards: [], version: { value: 'v1.30.0', seenAt: SEEN }, findings: { value: 9, seenAt: SEEN } } }],
    ['topology', { nodes: { value: [aNode('c1-1', {}, { labels: { 'topology.kubernetes.io/zone': 'b' } }), aNode('c1-2')], seenAt: SEEN } }],
  ];
  it.each(CHANGES)('one fact changed moves only %s', (scorer, change) => {
    const before = schedule(anInput({}, [aCluster('c1')])).verdicts[0];
    const after = schedule(anInput({}, [aCluster('c1', change)])).verdicts[0];
    const moved = before.parts.filter((one, i) => one.score !== after.parts[i].score).map(one => one.scorer);
    expect(moved).toEqual([scorer]);
    expect(after.total).not.toBe(before.total);
  });
});
