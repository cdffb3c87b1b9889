import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const FOLDER = join(__dirname, '../../../examples/article');

/** sha256 of the article's manifests as published. They must never be "improved". */
const PUBLISHED: Record<string, string> = {
  'application-intelligent-ai-platform.yaml': '9bbc2015048f4d4c4abb554a2229c848683d62b1305aa5582a1efb4217206178',
  'crossclusterendpoint-huawei-to-aliyun.yaml': '19e2b3298df1fdc8f5e67ffc99e1689454d7b93185186d44d5b25fe144ea04f9',
  'fleet-ai-platform.yaml': '1444eaa02efeadd59567e1bca1e71b3b1d00d5e97e44304300bda796a5be64d5',
  'fleet-global-production.yaml': '614853d38d7c0c77745022623d06cb33142ac7e79b60997c9c0db8d66fd0c880',
  'networkoptimizationpolicy-cross-cloud-optimization.yaml': 'd4387688bc2344be747efe78d5ac81fb9ed4eaf62f8705aa14f113cdd0b84dfd',
  'networkpartitionpolicy-network-partition-recovery.yaml': '40600a3f15f52f085b019030e880f1c75cf8eff0b4199bfc3217d53b322f85fd',
  'performanceprofile-high-performance.yaml': '99306fb40d1876a415caa365800a2939c097106756eceb5b3a6f75e7c64f8a2a',
  'propagationpolicy-cross-cloud-app.yaml': '9b652e801a68af35a153aae88231181a638bcc4b6c69c1f591f76ed6843abb19',
  'propagationpolicy-intelligent-ai-rollout.yaml': '2721fd84bff82efd1ef165ec4420715f5f880f069441f77a2b9607c5f9894f8d',
  'schedulingprofile-cost-aware-scheduling.yaml': '59324a6705e84ee2eaecce7a9dce81c834001e38c57e37157fd40a483058a52d',
};

type Amounts = Record<string, string>;
interface MemberGroup {
  name: string;
  count: number;
  min?: number;
  max?: number;
  capacity: Amounts;
  reserved: Amounts;
  labels?: Record<string, string>;
  taints?: unknown[];
  price: number;
}
interface Member {
  name: string;
  provider: string;
  region: string;
  latency: string;
  nodeGroups: MemberGroup[];
  workloads: { name: string; replicas: number; requests: Amounts }[];
}

const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const documents = (file: string) => parseAllDocuments(read(file)).map(document => document.toJS());
const members: Member[] = parse(read('clusters.yaml')).clusters;
/** CPU in cores. */
const amount = (cpu: string) => (cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu));
const memberNamed = (name: string) => members.find(member => member.name === name)!;
const fleetClusters: any[] = ['fleet-ai-platform.yaml', 'fleet-global-production.yaml'].flatMap(file => parse(read(file)).spec.clusters);
const clusterObjects: any[] = documents('demo/clusters.yaml');

describe('the article example', () => {
  it('holds the ten manifests byte for byte, and nothing else under such a name', () => {
    const found = readdirSync(FOLDER).filter(name => name.includes('-') && name.endsWith('.yaml'));
    const hashes = found.map(name => [name, createHash('sha256').update(readFileSync(join(FOLDER, name))).digest('hex')]);
    expect(Object.fromEntries(hashes)).toEqual(PUBLISHED);
  });

  it('registers each cluster once: by the fleet that brings its kubeconfig, or by a Cluster object', () => {
    const byFleet = fleetClusters.filter(entry => entry.kubeconfigRef).map(entry => entry.name);
    const byObject = clusterObjects.map(object => object.metadata.name);
    expect([...byFleet, ...byObject].sort()).toEqual(members.map(member => member.name).sort());
    expect(fleetClusters.map(entry => entry.name).filter(name => ![...byFleet, ...byObject].includes(name))).toEqual([]);
  });

  it.each(clusterObjects.map(object => [object.metadata.name, object]))('describes %s as the cluster is', (name, object) => {
    const member = memberNamed(name);
    expect(object.spec).toMatchObject({
      provider: member.provider,
      region: member.region,
      mode: 'Manage',
      kubeconfigRef: { name: `${name}-kubeconfig`, namespace: 'kurator-system' },
      allowedNamespaces: ['default', 'kurator-system'],
    });
    expect(object.metadata.labels['fleet.kurator.dev/jurisdiction']).toMatch(/^[A-Z]{2}$/);
    const groups = member.nodeGroups.map(group => ({ name: group.name, min: group.min ?? group.count, max: group.max ?? group.count }));
    expect(object.spec.nodeGroups.map(({ name: group, min, max }: MemberGroup) => ({ name: group, min, max }))).toEqual(groups);
    expect(object.spec.nodeGroups.map((group: any) => group.labels)).toEqual(
      member.nodeGroups.map(group => ({ 'fleet.kurator.dev/node-group': group.name, ...group.labels })),
    );
    expect(object.spec.nodeGroups.map((group: any) => group.price)).toEqual(member.nodeGroups.map(group => group.price));
    expect(object.spec.nodeGroups.map((group: any) => amount(group.shape.cpu))).toEqual(
      member.nodeGroups.map(group => amount(group.capacity.cpu) - amount(group.reserved.cpu)),
    );
  });

  it('gives low-latency to gpu-cluster-huawei itself and to inference-cluster-aliyun by the fleet only', () => {
    const own = clusterObjects.filter(object => object.metadata.labels['low-latency']).map(object => object.metadata.name);
    const fromFleet = fleetClusters.filter(entry => entry.attributes?.['low-latency']).map(entry => entry.name);
    expect([own, fromFleet]).toEqual([['gpu-cluster-huawei'], ['inference-cluster-aliyun']]);
  });

  it('has room on gpu-cluster-huawei for the training Job and as much again, two GPUs on a node', () => {
    const { nodeGroups, workloads } = memberNamed('gpu-cluster-huawei');
    const nodes = nodeGroups.filter(group => group.capacity['nvidia.com/gpu']);
    const pairs = nodes.reduce((sum, group) => sum + group.count * Math.floor(Number(group.capacity['nvidia.com/gpu']) / 2), 0);
    // At worst each GPU of the background load breaks another pair.
    const broken = workloads.reduce((sum, load) => sum + load.replicas * Number(load.requests['nvidia.com/gpu'] ?? 0), 0);
    expect(pairs - broken).toBeGreaterThanOrEqual(8);
  });

  it('taints no cluster with what the fleet tolerates: the finding must be there', () => {
    expect(clusterObjects.flatMap(object => object.spec.taints ?? [])).toEqual([]);
  });

  it('has no two clusters alike in latency, price or place', () => {
    const distinct = (of: (member: Member) => unknown) => new Set(members.map(of)).size;
    expect(distinct(member => member.latency)).toBe(members.length);
    expect(distinct(member => member.nodeGroups.map(group => group.price).join())).toBe(members.length);
    expect(distinct(member => member.region)).toBeGreaterThan(1);
    expect(new Set(clusterObjects.map(object => object.metadata.labels['fleet.kurator.dev/jurisdiction'])).size).toBeGreaterThan(1);
  });
});
