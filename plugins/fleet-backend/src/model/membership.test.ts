import { clusterOfEntry, labelsWithin, membership } from './membership';
import { articleObjects, changed, pick } from './testing/aWorld';

const objects = articleObjects();
const fleet = pick(objects, 'Fleet', 'ai-platform');
const production = pick(objects, 'Fleet', 'global-production');
const gpu = pick(objects, 'Cluster', 'gpu-cluster-huawei');
const clusters = objects.filter(object => object.kind === 'Cluster');

const within = (entry: any, change: (cluster: any) => void = () => undefined) => labelsWithin({ name: 'gpu-cluster-huawei', ...entry }, changed(gpu, change), 0);

describe('membership', () => {
  it('has every cluster of the article, each with its labels within the fleet', () => {
    const { members, refused } = membership(fleet, clusters);
    expect(refused).toEqual([]);
    expect(members.map(member => [member.name, member.labels['low-latency'], member.labels.provider])).toEqual([
      ['gpu-cluster-huawei', 'true', 'huawei'],
      ['inference-cluster-aliyun', 'true', 'aliyun'],
      ['data-cluster-onprem', undefined, 'onprem'],
    ]);
    expect(membership(production, clusters).members).toHaveLength(3);
  });

  it.each([
    ['a cluster nobody registered', (it: any) => it.spec.clusters.push({ name: 'ghost' }), 'NotRegistered'],
    ['a cluster that is being registered', (it: any) => it.spec.clusters.push({ name: 'new', kubeconfigRef: { name: 'k' } }), 'Joining'],
    ['a cluster of another fleet', (it: any) => it.spec.clusters.push({ name: 'aliyun-shanghai', kubeconfigRef: { name: 'k' } }), 'RegisteredByOther'],
    ['a cluster that stands alone, registered anew', (it: any) => (it.spec.clusters = [{ name: 'aliyun-cluster', kubeconfigRef: { name: 'k' } }]), 'RegisteredByOther'],
    ['a cluster that is not open', (it: any) => (it.metadata.namespace = 'team-a'), 'NotAllowed'],
  ])('refuses %s', (_what, change, reason) => {
    expect(membership(changed(fleet, change), clusters).refused.map(each => each.reason)).toContain(reason);
  });

  it("opens a cluster to its owner's namespace without being told", () => {
    const closed = clusters.map(cluster => changed(cluster, it => delete it.spec.allowedNamespaces));
    expect(membership(fleet, closed).members).toHaveLength(3);
    expect(membership(changed(fleet, it => (it.metadata.namespace = 'default')), closed).members).toEqual([]);
  });

  it('opens a cluster to all with *', () => {
    const open = clusters.map(cluster => changed(cluster, it => (it.spec.allowedNamespaces = ['*'])));
    expect(membership(changed(fleet, it => (it.metadata.namespace = 'team-a')), open).members).toHaveLength(3);
  });
});

describe('labels within a fleet', () => {
  it("let the fleet's attribute win over the Cluster's own label", () => {
    expect(within({ attributes: { 'low-latency': 'false' } })).toMatchObject({ labels: { 'low-latency': 'false' }, clashes: [] });
  });

  it('let a protected label win over the attribute, and report the clash', () => {
    const { labels, clashes } = within({ attributes: { 'low-latency': 'false' } }, it => (it.spec.protectedLabels = ['low-latency']));
    expect(labels['low-latency']).toBe('true');
    expect(clashes).toEqual([{ key: 'low-latency', said: 'false', holds: 'true', path: 'spec.clusters[0].attributes.low-latency' }]);
  });

  it('let no fleet claim a jurisdiction that the Cluster does not have', () => {
    const { labels, clashes } = within({ attributes: { 'fleet.kurator.dev/jurisdiction': 'SG' } }, it => delete it.metadata.labels);
    expect(labels['fleet.kurator.dev/jurisdiction']).toBeUndefined();
    expect(clashes).toHaveLength(1);
  });

  it.each([
    ["the Cluster's region before the entry's", { region: 'b' }, 'a', 'a', 1],
    ["the entry's region where the Cluster has none", { region: 'b' }, undefined, 'b', 0],
    ["the attribute's region where neither has one", { attributes: { region: 'c' } }, undefined, 'c', 0],
    ["the entry's region before the attribute's", { region: 'b', attributes: { region: 'c' } }, undefined, 'b', 1],
    ['one region said three times', { region: 'a', attributes: { region: 'a' } }, 'a', 'a', 0],
  ])('take %s', (_what, entry, ofCluster, region, clashes) => {
    const found = within(entry, it => (it.spec.region = ofCluster));
    expect([found.labels.region, found.clashes.length]).toEqual([region, clashes]);
  });

  it("take spec.attributes before the Cluster's metadata labels", () => {
    expect(within({}, it => (it.spec.attributes = { 'low-latency': 'maybe' })).labels['low-latency']).toBe('maybe');
  });
});

describe('the Cluster of a fleet entry', () => {
  it('is managed, and owned by the fleet', () => {
    const cluster = clusterOfEntry(production, production.spec.clusters[0]);
    expect(cluster.metadata.annotations).toEqual({ 'fleet.kurator.dev/registered-by': 'kurator-system/global-production' });
    expect(cluster.spec).toEqual({ provider: 'huawei', region: 'cn-north-1', kubeconfigRef: { name: 'huawei-kubeconfig-secret', namespace: 'kurator-system' }, mode: 'Manage' });
  });
});
