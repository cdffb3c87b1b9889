import { sentence } from '@flotilla/backstage-plugin-fleet-common';
import { aCluster, aNode, aRequest, anInput, GPU, NOW, SEEN } from '../examples';
import { schedule } from '../schedule';
import type { ClusterFacts, PlacementRequest } from '../types';

/** What keeps one cluster out: filter, sentence, remedy; and the fix that was found. */
function verdictOn(request: Partial<PlacementRequest>, cluster: Partial<ClusterFacts>) {
  const [verdict] = schedule(anInput(request, [aCluster('c1', cluster)])).verdicts;
  return {
    rejections: verdict.rejections.map(({ by, because, remedy }) => `${by}: ${sentence(because)} [${remedy}]`),
    fix: verdict.fix.map(change => sentence(change)),
  };
}

const component = { source: 'component' as const, name: 'web' };
const gpuNodes = (...free: number[]) => ({
  value: free.map((gpus, i) => aNode(`n${i}`, { [GPU]: gpus }, { allocatable: { cpu: 32_000, memory: 2 ** 37, pods: 110, [GPU]: 8 } })),
  seenAt: SEEN,
});
const eightGpus = { requests: { [GPU]: 8, pods: 1 }, replicas: 1 };

const CASES: [string, Partial<PlacementRequest>, Partial<ClusterFacts>, string[], string[]][] = [
  ['a cluster that the policy does not name', { bounds: [{ source: 'policy', name: 'p', clusterNames: ['c2'] }] }, {}, ['names: Not among the clusters that policy p names [changeRequest]'], ['Let policy p name c1']],
  ['a cluster that the fleet excludes', { bounds: [{ source: 'fleet', name: 'f', exclude: ['c1'] }] }, {}, ['names: Excluded by fleet f [changeRequest]'], ['Let fleet f name c1']],
  ['a label that is absent', { bounds: [{ ...component, labelSelector: { matchLabels: { 'has-gpu': 'true' } } }] }, {}, ['labels: Label has-gpu=true is absent (asked by component web) [changeCluster]'], ['Label c1 with has-gpu=true']],
  ['a label that differs', { bounds: [{ ...component, labelSelector: { matchLabels: { tier: 'a' } } }] }, { labels: { tier: 'b' } }, ['labels: Label tier=a is asked by component web, but the cluster has b [changeCluster]'], ['Label c1 with tier=a']],
  ['a label that must not be there', { bounds: [{ ...component, labelSelector: { matchExpressions: [{ key: 'edge', operator: 'DoesNotExist' }] } }] }, { labels: { edge: 'yes' } }, ['labels: component web asks for !edge, but the cluster has yes [changeCluster]'], ['Remove label edge from c1']],
  ['a protected label, for which no change is proposed', { bounds: [{ ...component, labelSelector: { matchLabels: { region: 'eu' } } }] }, { protectedLabels: ['region'] }, ['labels: Label region=eu is absent (asked by component web) [changeCluster]'], []],
  ['a taint that nobody tolerates', {}, { taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] }, ['taints: Taint dedicated=batch:NoSchedule is not tolerated [changeRequest]'], ['Tolerate dedicated=batch:NoSchedule']],
  ['a taint that the fleet does not allow to tolerate', { allowedClusterTolerations: [], clusterTolerations: [{ operator: 'Exists' }] }, { taints: [{ key: 'dedicated', effect: 'NoExecute' }] }, ['taints: Taint dedicated:NoExecute is tolerated by the application, but the fleet does not allow it [changeRequest]'], ['Remove taint dedicated:NoExecute from c1']],
  ['a taint that the fleet tolerates for applications that name none', { allowedClusterTolerations: [{ key: 'dedicated', operator: 'Exists' }] }, { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] }, [], []],
  ['a taint that only prefers', {}, { taints: [{ key: 'dedicated', effect: 'PreferNoSchedule' }] }, [], []],
  ['a cluster that is only observed', {}, { mode: 'Observe' }, ['mode: The cluster is only observed, nothing is written to it [changeCluster]'], ['Set mode of c1 to Manage']],
  ['a cluster that is held', {}, { held: 'it answers as another cluster' }, ['mode: The cluster is held: it answers as another cluster [changeCluster]'], []],
  ['a cluster never seen', {}, { reachable: 'unknown' }, ['reachable: Not seen yet, so it is not known whether it answers [wait]'], []],
  ['a cluster that does not answer', {}, { reachable: { ok: false, since: NOW - 840_000, reason: 'TimedOut' } }, ['reachable: No answer since 2026-08-01 11:48 UTC: timed out [wait]'], []],
  ['a kind that is not served', { apis: ['apps/v1/Deployment', 'x.io/v1/Thing'] }, {}, ['apis: Kind x.io/v1/Thing is not served [changeCluster]'], ['Install x.io/v1/Thing on c1']],
  ['kinds not read yet, which pass', { apis: ['x.io/v1/Thing'] }, { apis: 'unknown' }, [], []],
  ['a jurisdiction that is not allowed, for which no change is proposed', { residency: ['CN'] }, { jurisdiction: 'SG' }, ['residency: Lies in SG, data may only be in CN [changeRequest]'], []],
  ['a jurisdiction that is not declared', { residency: ['CN'] }, { jurisdiction: 'unknown' }, ['residency: Its jurisdiction is not declared; CN is allowed [wait]'], []],
  ['nodes not known, which pass', eightGpus, { nodes: 'unknown' }, [], []],
  ['no GPU free', eightGpus, { nodes: gpuNodes(0, 0) }, ['capacity: 8 GPUs short on c1: 8 asked, 0 free [wait]'], ['Free 8 GPUs on c1']],
  ['some GPUs free, too few', eightGpus, { nodes: gpuNodes(3, 0) }, ['capacity: 5 GPUs short on c1: 8 asked, 3 free [wait]'], ['Free 5 GPUs on c1']],
  ['enough GPUs free, on no single node', eightGpus, { nodes: gpuNodes(5, 6) }, ['capacity: No node of c1 has 8 GPUs free for one replica: the most on one node is 6 [wait]'], ['Free 2 GPUs on c1']],
  ['a request larger than any node', { requests: { [GPU]: 16, pods: 1 }, replicas: 1 }, { nodes: gpuNodes(8, 8) }, ['capacity: No node of c1 has 16 GPUs free for one replica: the most on one node is 8 [changeRequest]'], ['Ask for 8 GPUs a replica in place of 16']],
  ['a Job that must stay whole', { requests: { [GPU]: 2, pods: 1 }, replicas: 4, whole: true }, { nodes: gpuNodes(4, 3) }, ['capacity: 1 GPU short on c1: 8 asked, 7 free [wait]'], ['Free 1 GPU on c1']],
  ['free GPUs in pieces too small for a whole Job', { requests: { [GPU]: 2, pods: 1 }, replicas: 4, whole: true }, { nodes: gpuNodes(3, 3, 3) }, ['capacity: c1 has room for 3 of 4 replicas: its free 9 GPUs are scattered over nodes, each replica needs 2 on one [wait]'], ['Free 1 GPU on c1']],
  ['room that a node group could make', { ...eightGpus, requests: { [GPU]: 8, pods: 1 } }, { nodes: gpuNodes(0), nodeGroups: [{ name: 'v100', shape: { [GPU]: 8, cpu: 32_000 }, min: 1, max: 4, size: 1, price: 48 }] }, ['capacity: 8 GPUs short on c1: 8 asked, 0 free [wait]'], ['Fits after 1 node more in group v100 of c1, +¥48.00/h']],
  ['a node group at its limit', eightGpus, { nodes: gpuNodes(0), nodeGroups: [{ name: 'v100', shape: { [GPU]: 8 }, min: 1, max: 1 }] }, ['capacity: 8 GPUs short on c1: 8 asked, 0 free [wait]'], ['Free 8 GPUs on c1']],
  ['tainted nodes', {}, { nodes: { value: [aNode('n', {}, { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })], seenAt: SEEN } }, ['capacity: Taint gpu:NoSchedule keeps it off 1 of 1 node of c1, the others do not fit either [changeRequest]'], ['Tolerate gpu:NoSchedule in the pod template']],
  ['nodes that the selector does not mean', { nodeSelector: { disk: 'ssd' } }, {}, ['capacity: None of 2 nodes of c1 meets the node selector [changeCluster]'], ['Label nodes of c1 with disk=ssd']],
  ['nodes that are not ready', {}, { nodes: { value: [aNode('n', {}, { ready: false })], seenAt: SEEN } }, ['capacity: None of 1 node of c1 is ready [wait]'], []],
  ['two causes, mended by a pair of changes', { bounds: [{ ...component, labelSelector: { matchLabels: { fast: 'true' } } }] }, { mode: 'Observe' }, ['labels: Label fast=true is absent (asked by component web) [changeCluster]', 'mode: The cluster is only observed, nothing is written to it [changeCluster]'], ['Label c1 with fast=true', 'Set mode of c1 to Manage']],
  ['three causes, which no pair mends', { bounds: [{ ...component, labelSelector: { matchLabels: { fast: 'true' } } }], apis: ['x/v1/Y'] }, { mode: 'Observe' }, ['labels: Label fast=true is absent (asked by component web) [changeCluster]', 'mode: The cluster is only observed, nothing is written to it [changeCluster]', 'apis: Kind x/v1/Y is not served [changeCluster]'], []],
];

describe('filters reject', () => {
  it.each(CASES)('%s', (_, request, cluster, rejections, fix) => {
    expect(verdictOn(request, cluster)).toEqual({ rejections, fix });
  });

  it('counts a whole node for each replica, not the sum over nodes', () => {
    const [verdict] = schedule(anInput({ requests: { [GPU]: 2, pods: 1 }, replicas: 4 }, [aCluster('c1', { nodes: gpuNodes(3, 3) })])).verdicts;
    expect(verdict).toMatchObject({ outcome: 'chosen', replicas: 2, room: 2 });
  });

  it('takes what was promised to others off the nodes, best fit', () => {
    const promised = [{ requests: { [GPU]: 2 }, replicas: 2 }];
    // Best fit puts both onto the node with 4 free, so 8 stay together on the other.
    expect(verdictOn(eightGpus, { nodes: gpuNodes(8, 4), promised }).rejections).toEqual([]);
    expect(verdictOn(eightGpus, { nodes: gpuNodes(8, 3), promised }).rejections).toHaveLength(1);
  });

  it('counts nothing, not less than nothing, on an overcommitted node that a promise reaches', () => {
    const [overcommitted, roomy] = gpuNodes(2, 2).value;
    const nodes = { value: [{ ...overcommitted, free: { ...overcommitted.free, cpu: -1_500 } }, { ...roomy, free: { ...roomy.free, cpu: 1_000, [GPU]: 0 } }], seenAt: SEEN };
    const [verdict] = schedule(anInput({ requests: { cpu: 1_000 } }, [aCluster('c1', { nodes, promised: [{ requests: { [GPU]: 1 }, replicas: 1 }] })])).verdicts;
    expect(verdict).toMatchObject({ outcome: 'chosen', room: 1 });
  });

  it('takes own replicas not yet seen as pods off the nodes, and counts them as room already had', () => {
    const cluster = aCluster('c1', { nodes: gpuNodes(8, 8) });
    const request = { requests: { [GPU]: 8, pods: 1 }, replicas: 3 };
    const [verdict] = schedule(anInput(request, [cluster], { placed: [{ cluster: 'c1', replicas: 1, seen: 0 }] })).verdicts;
    expect(verdict).toMatchObject({ replicas: 2, room: 2 });
  });

  it('turns a filter from outside that throws into a rejection that names it', () => {
    const broken = { name: 'licence', check: () => { throw new Error('boom'); } };
    const [verdict] = schedule({ request: aRequest(), clusters: [aCluster('c1')], profile: anInput({}, []).profile, now: NOW }, [broken]).verdicts;
    expect(verdict.rejections.map(({ by, because }) => `${by}: ${sentence(because)}`)).toEqual([
      'licence: Filter licence failed, so it is not known whether the cluster may be used',
    ]);
  });
});
