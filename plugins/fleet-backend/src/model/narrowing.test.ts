import type { Placement, Toleration } from '@flotilla/backstage-plugin-fleet-common';
import { membership } from './membership';
import { outOfBounds, tolerationsIn, type PlacementSource } from './narrowing';
import { articleObjects, changed, pick } from './testing/aWorld';

const objects = articleObjects();
const fleet = pick(objects, 'Fleet', 'ai-platform');
const clusters = objects.filter(object => object.kind === 'Cluster');
const gpuOf = (change: (cluster: any) => void = () => undefined) =>
  membership(fleet, clusters.map(cluster => (cluster.metadata.name === 'gpu-cluster-huawei' ? changed(cluster, change) : cluster))).members[0];

const source = (of: PlacementSource['source'], placement: Placement): PlacementSource => ({ source: of, name: of, placement });
const gpuTaint: Toleration = { key: 'has-gpu', operator: 'Equal', value: 'true', effect: 'NoSchedule' };

describe('outOfBounds', () => {
  it.each<[string, PlacementSource[], string[]]>([
    ['lets in what meets all', [source('fleet', { clusterAffinity: { clusterNames: ['gpu-cluster-huawei'] } }), source('component', { clusterSelector: { matchLabels: { 'has-gpu': 'true' } } })], []],
    ['names the label that is missing', [source('component', { clusterSelector: { matchLabels: { moon: 'true' } } })], ['wants moon=true']],
    ['holds the outer bound against the inner wish', [source('fleet', { clusterAffinity: { exclude: ['gpu-cluster-huawei'] } }), source('component', { clusterAffinity: { clusterNames: ['gpu-cluster-huawei'] } })], ['fleet fleet excludes it']],
    ['names every miss, not the first', [source('policy', { clusterAffinity: { clusterNames: ['x'] } }), source('component', { residency: { jurisdictions: ['SG', 'DE'] } })], ['policy policy does not name it', 'wants jurisdiction SG or DE']],
  ])('%s', (_sentence, sources, expected) => {
    expect(outOfBounds(gpuOf(), sources)).toEqual(expected);
  });

  it('rejects a cluster without jurisdiction where one is asked for', () => {
    const unknown = gpuOf(it => delete it.metadata.labels['fleet.kurator.dev/jurisdiction']);
    expect(outOfBounds(unknown, [source('component', { residency: { jurisdictions: ['CN'] } })])).toHaveLength(1);
  });

  it('rejects a taint that is not tolerated, and lets the fleet tolerate it for everyone', () => {
    const tainted = gpuOf(it => (it.spec.taints = [{ key: 'has-gpu', value: 'true', effect: 'NoSchedule' }]));
    expect(outOfBounds(tainted, [source('component', {})])).toEqual(['does not tolerate has-gpu=true:NoSchedule']);
    expect(outOfBounds(tainted, [source('fleet', { clusterTolerations: [gpuTaint] }), source('component', {})])).toEqual([]);
    expect(outOfBounds(tainted, [source('fleet', { clusterTolerations: [] }), source('component', { clusterTolerations: [gpuTaint] })])).toHaveLength(1);
  });
});

describe('tolerationsIn', () => {
  const all: Toleration = { operator: 'Exists' };
  const anyGpu: Toleration = { key: 'has-gpu', operator: 'Exists' };
  it.each<[string, Toleration[] | undefined, Toleration[] | undefined, Toleration[], Toleration[]]>([
    ['an absent fleet list bounds nothing', undefined, [all], [all], []],
    ['an absent own list takes the fleet\'s', [gpuTaint], undefined, [gpuTaint], []],
    ['an empty own list tolerates nothing', [gpuTaint], [], [], []],
    ['the same toleration is allowed', [gpuTaint], [gpuTaint], [gpuTaint], []],
    ['a wider one is refused', [gpuTaint], [anyGpu], [], [anyGpu]],
    ['a narrower one is allowed', [anyGpu], [gpuTaint], [gpuTaint], []],
    ['one of every effect is refused where one effect is allowed', [gpuTaint], [{ ...gpuTaint, effect: undefined }], [], [{ ...gpuTaint, effect: undefined }]],
    ['everything is allowed by everything', [all], [gpuTaint, anyGpu], [gpuTaint, anyGpu], []],
  ])('%s', (_sentence, ofFleet, own, tolerations, refused) => {
    expect(tolerationsIn([source('fleet', { clusterTolerations: ofFleet }), source('component', { clusterTolerations: own })])).toEqual({ tolerations, refused });
  });
});
