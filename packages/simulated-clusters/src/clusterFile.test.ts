import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { nodesOf, readClusters, workloadsOf } from './clusterFile';

const DEMO = resolve(__dirname, '../../../examples/article/clusters.yaml');

describe('a cluster file', () => {
  const read = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'file-'));
    const file = join(folder, 'clusters.yaml');
    writeFileSync(file, text);
    try {
      return readClusters(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it.each([
    ['clusters: 3', 'clusters: found 3, wanted a list'],
    ['clusters: [{ name: "No Name" }]', 'clusters[0].name: found "No Name", wanted a DNS label'],
    ['clusters: [{ name: a, nodeGroups: [] }, { name: a, nodeGroups: [] }]', 'clusters[1].name: a is there twice'],
    ['clusters: [{ name: a }]', 'clusters[0].nodeGroups: wanted a list of node groups'],
  ])('that says %j is refused with path, found and wanted', (text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it('of the demo gives nodes of the same names at every reading, each with zone, group and room less what is reserved', () => {
    const gpu = () => readClusters(DEMO).find(each => each.name === 'gpu-cluster-huawei')!;
    const nodes = nodesOf(gpu());
    expect(nodesOf(gpu()).map(node => node.metadata.name)).toEqual(nodes.map(node => node.metadata.name));
    expect(new Set(nodes.map(node => node.metadata.name)).size).toBe(nodes.length);
    for (const { metadata, status } of nodes) {
      expect(metadata.labels).toMatchObject({ 'kubernetes.io/hostname': metadata.name, 'topology.kubernetes.io/zone': expect.any(String), 'fleet.kurator.dev/node-group': expect.any(String) });
      expect(Number.parseInt(status.allocatable.cpu, 10)).toBeLessThan(Number(status.capacity.cpu) * 1000);
    }
  });

  it('of the demo gives its load: namespaces before what lies in them, limits for GPUs alone', () => {
    for (const cluster of readClusters(DEMO)) {
      const objects = workloadsOf(cluster);
      const known = new Set<string>();
      for (const { kind, metadata, spec } of objects) {
        if (kind === 'Namespace') known.add(metadata.name!);
        else {
          expect(known).toContain(metadata.namespace);
          const { requests, limits } = spec.template.spec.containers[0].resources;
          expect(Object.keys(limits)).toEqual(Object.keys(requests).filter(resource => resource.includes('/')));
        }
      }
    }
  });

  it('may be a number: so many clusters, some with GPUs', () => {
    const clusters = readClusters('8');
    expect(clusters.map(each => each.name)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'].map(n => `cluster-000${n}`));
    expect(clusters.filter(each => each.nodeGroups.some(group => 'nvidia.com/gpu' in group.capacity))).toHaveLength(2);
  });
});
