import { kindDefinitions } from '@flotilla/backstage-plugin-fleet-common';
import { admit } from './admit';
import type { KubeObject } from './kinds';
import { aWorld, articleObjects, changed, pick } from './testing/aWorld';
import type { World } from './world';

const objects = articleObjects();
const app = pick(objects, 'Application', 'intelligent-ai-platform');
const fleet = pick(objects, 'Fleet', 'ai-platform');
const production = pick(objects, 'Fleet', 'global-production');
const gpu = pick(objects, 'Cluster', 'gpu-cluster-huawei');
const placing = pick(objects, 'PropagationPolicy', 'cross-cloud-app');
const rolling = pick(objects, 'PropagationPolicy', 'intelligent-ai-rollout');
const costAware = pick(objects, 'SchedulingProfile', 'cost-aware-scheduling');
const tunnel = pick(objects, 'CrossClusterEndpoint', 'huawei-to-aliyun');
const partition = pick(objects, 'NetworkPartitionPolicy', 'network-partition-recovery');
const performance = pick(objects, 'PerformanceProfile', 'high-performance');
const site: KubeObject = { apiVersion: 'edge.kurator.dev/v1alpha1', kind: 'EdgeSite', metadata: { name: 'shenzhen' }, spec: { cluster: 'edge-cluster-shenzhen', updates: { windows: [{ start: '22:00', end: '04:00', timeZone: 'Asia/Shanghai' }] } } };
const network = pick(objects, 'NetworkOptimizationPolicy', 'cross-cloud-optimization');

const causesOf = (object: KubeObject, world: World = aWorld(objects)) => admit({ operation: 'CREATE', object, world }).causes;
const short = (reason: string, field: string) => ({ reason: `FieldValue${reason}`, field });

const annotate = (name: string, value: string) => (it: any) => (it.metadata.annotations = { ...it.metadata.annotations, [`fleet.kurator.dev/${name}`]: value });
const override = (plaintext: object) => (it: any) => (it.spec.components[1].overrideRules = [{ overriders: { plaintext: [plaintext] } }]);
const stolen: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'stolen', namespace: 'ai-production' }, type: 'fleet.kurator.dev/kubeconfig' };

type Case = [sentence: string, base: KubeObject, change: (copy: any) => void, reason: string, field: string];

const refused: Case[] = [
  // Application
  ['an application name that is no DNS label', app, it => (it.metadata.name = 'Intelligent.AI'), 'Invalid', 'metadata.name'],
  ['an application name of 53 characters', app, it => (it.metadata.name = 'a'.repeat(53)), 'Invalid', 'metadata.name'],
  ['a component name of 53 characters', app, it => (it.spec.components[0].name = 'a'.repeat(53)), 'Invalid', 'spec.components[0].name'],
  ['two components of one name', app, it => (it.spec.components[1].name = 'model-training'), 'Duplicate', 'spec.components[1].name'],
  ["a component named like another's canary", app, it => it.spec.components.push({ ...it.spec.components[1], name: 'model-inference-canary' }), 'Forbidden', 'spec.components[2].name'],
  ['a template of another kind than its component', app, it => (it.spec.components[0].template.kind = 'Deployment'), 'Invalid', 'spec.components[0].template.kind'],
  ['a template of an API version that is not the kind\'s', app, it => (it.spec.components[0].template.apiVersion = 'batch/v1beta1'), 'NotSupported', 'spec.components[0].template.apiVersion'],
  ['a template that goes to another namespace', app, it => (it.spec.components[0].template.metadata = { namespace: 'kube-system' }), 'Invalid', 'spec.components[0].template.metadata.namespace'],
  ['a fleet of three parts', app, it => (it.spec.destination = { fleet: 'a/b/c' }), 'Invalid', 'spec.destination.fleet'],
  ['an availability word nobody knows', app, it => (it.metadata.annotations = { 'fleet.kurator.dev/availability': 'always' }), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/availability]'],
  ['maxReplicas under minReplicas', app, it => (it.spec.components[1].placement.autoscaling.maxReplicas = 2), 'Invalid', 'spec.components[1].placement.autoscaling.maxReplicas'],
  ['a long metric without its resource', app, it => delete it.spec.components[1].placement.autoscaling.metrics[0].resource, 'Required', 'spec.components[1].placement.autoscaling.metrics[0].resource'],
  ['a selector that wants In without values', app, it => (it.spec.components[0].placement.clusterSelector = { matchExpressions: [{ key: 'a', operator: 'In' }] }), 'Required', 'spec.components[0].placement.clusterSelector.matchExpressions[0].values'],
  ['a label value that is none', app, it => (it.spec.components[0].placement.clusterSelector.matchLabels = { zone: 'a b' }), 'Invalid', 'spec.components[0].placement.clusterSelector.matchLabels.zone'],
  ['a spread over a label that is no key', app, it => (it.spec.components[1].placement.spreadConstraints = [{ spreadByLabel: 'a b' }]), 'Invalid', 'spec.components[1].placement.spreadConstraints[0].spreadByLabel'],
  ['a cluster name that no cluster can have', app, it => (it.spec.components[1].placement.clusterAffinity = { clusterNames: ['Beijing'] }), 'Invalid', 'spec.components[1].placement.clusterAffinity.clusterNames[0]'],
  ['an excluded name that no cluster can have', app, it => (it.spec.components[1].placement.clusterAffinity = { exclude: ['a_b'] }), 'Invalid', 'spec.components[1].placement.clusterAffinity.exclude[0]'],
  ['a jurisdiction that no label can have', app, it => (it.spec.components[1].placement.residency = { jurisdictions: ['P R C'] }), 'Invalid', 'spec.components[1].placement.residency.jurisdictions[0]'],
  ['a queue whose name is none', app, it => (it.spec.components[0].placement.volcano.queue = 'AI training'), 'Invalid', 'spec.components[0].placement.volcano.queue'],
  ['a priority class whose name is none', app, it => (it.spec.components[0].placement.volcano.priorityClassName = '-'), 'Invalid', 'spec.components[0].placement.volcano.priorityClassName'],
  ['one resource followed twice, once in each form', app, it => it.spec.components[1].placement.autoscaling.metrics.push({ type: 'CPU', averageUtilization: 50 }), 'Duplicate', 'spec.components[1].placement.autoscaling.metrics[1]'],
  ['an average value beside a utilization', app, it => (it.spec.components[1].placement.autoscaling.metrics[0].resource.target.averageValue = '1'), 'Forbidden', 'spec.components[1].placement.autoscaling.metrics[0].resource.target.averageValue'],
  ['an average value of nothing', app, it => (it.spec.components[1].placement.autoscaling.metrics[0].resource.target = { type: 'AverageValue', averageValue: '0' }), 'Invalid', 'spec.components[1].placement.autoscaling.metrics[0].resource.target.averageValue'],
  ['both forms of a metric in one', app, it => (it.spec.components[1].placement.autoscaling.metrics[0].averageUtilization = 70), 'Forbidden', 'spec.components[1].placement.autoscaling.metrics[0].averageUtilization'],
  ['a profile whose name is none', app, it => (it.spec.profiles = ['Cost Aware']), 'Invalid', 'spec.profiles[0]'],
  ['an override at no place', app, override({ path: '/spec//~2', operator: 'replace', value: 1 }), 'Invalid', 'spec.components[1].overrideRules[0].overriders.plaintext[0].path'],
  ['an override without its value', app, override({ path: '/spec/replicas', operator: 'replace' }), 'Required', 'spec.components[1].overrideRules[0].overriders.plaintext[0].value'],
  ['an override that removes a value', app, override({ path: '/spec/replicas', operator: 'remove', value: 1 }), 'Forbidden', 'spec.components[1].overrideRules[0].overriders.plaintext[0].value'],
  ['an override of the name', app, override({ path: '/metadata/name', operator: 'replace', value: 'x' }), 'Forbidden', 'spec.components[1].overrideRules[0].overriders.plaintext[0].path'],
  ['an override of the selector', app, override({ path: '/spec/selector/matchLabels/app', operator: 'replace', value: 'x' }), 'Forbidden', 'spec.components[1].overrideRules[0].overriders.plaintext[0].path'],
  ['an override of our marks', app, override({ path: '/spec/template/metadata/labels/fleet.kurator.dev~1track', operator: 'remove' }), 'Forbidden', 'spec.components[1].overrideRules[0].overriders.plaintext[0].path'],
  ['a kubeconfig Secret brought in by an override', app, override({ path: '/spec/template/spec/volumes', operator: 'add', value: [{ name: 'k', secret: { secretName: 'stolen' } }] }), 'Forbidden', 'spec.components[1].overrideRules[0].overriders.plaintext[0].value'],
  // annotations, on any kind
  ['a lock that locks nothing', app, annotate('deletion-lock', 'yes'), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/deletion-lock]'],
  ['a lock that locks nothing on a template', pick(objects, 'Deployment', 'critical-app'), annotate('deletion-lock', 'True'), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/deletion-lock]'],
  ['a default that is none', costAware, annotate('is-default', '1'), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/is-default]'],
  ['a waiver that waives nothing', gpu, annotate('waive-debt', 'all'), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/waive-debt]'],
  ['a release that releases nothing', fleet, annotate('release', 'on'), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/release]'],
  ['a Namespace that names no fleet', pick(objects, 'Namespace', 'ai-production'), annotate('fleet', 'a/b/c'), 'Invalid', 'metadata.annotations[fleet.kurator.dev/fleet]'],
  ['a Namespace with an availability word nobody knows', pick(objects, 'Namespace', 'ai-production'), annotate('availability', 'high'), 'NotSupported', 'metadata.annotations[fleet.kurator.dev/availability]'],
  ['profiles that are no names', pick(objects, 'Namespace', 'ai-production'), annotate('profiles', 'a; b'), 'Invalid', 'metadata.annotations[fleet.kurator.dev/profiles]'],
  // Fleet
  ['a region that no label can have', fleet, it => (it.spec.clusters[0].region = 'north 1'), 'Invalid', 'spec.clusters[0].region'],
  ['a Secret whose name is none', production, it => (it.spec.clusters[0].kubeconfigRef.name = '../etc'), 'Invalid', 'spec.clusters[0].kubeconfigRef.name'],
  ['a Secret key that is none', production, it => (it.spec.clusters[0].kubeconfigRef.key = 'a/b'), 'Invalid', 'spec.clusters[0].kubeconfigRef.key'],
  ['a namespace that can be none', fleet, it => (it.spec.allowedNamespaces = ['*', 'team-*']), 'Invalid', 'spec.allowedNamespaces[1]'],
  ['a default queue whose name is none', fleet, it => (it.spec.addons.volcano.defaultQueue = 'a b'), 'Invalid', 'spec.addons.volcano.defaultQueue'],
  ['a policy template whose name is none', production, it => (it.spec.policyTemplates[0].name = 'Base'), 'Invalid', 'spec.policyTemplates[0].name'],
  ['one rule twice', production, it => it.spec.policyTemplates[0].spec.rules.push({ rule: 'require-resource-requests' }), 'Duplicate', 'spec.policyTemplates[0].spec.rules[1].rule'],
  ['a profile whose name is none in a fleet', fleet, it => (it.spec.profiles = ['A']), 'Invalid', 'spec.profiles[0]'],
  ['two entries of one cluster', fleet, it => it.spec.clusters.push({ name: 'data-cluster-onprem' }), 'Duplicate', 'spec.clusters[3].name'],
  ['a cluster that another fleet registers', fleet, it => it.spec.clusters.push({ name: 'aliyun-shanghai', kubeconfigRef: { name: 'mine' } }), 'Duplicate', 'spec.clusters[3].name'],
  ['a cluster that is registered by itself', fleet, it => (it.spec.clusters[0].kubeconfigRef = { name: 'mine' }), 'Duplicate', 'spec.clusters[0].name'],
  ['a toleration with Exists and a value', fleet, it => (it.spec.placement.clusterTolerations[0].operator = 'Exists'), 'Invalid', 'spec.placement.clusterTolerations[0].value'],
  ['a toleration without key that compares', fleet, it => delete it.spec.placement.clusterTolerations[0].key, 'Invalid', 'spec.placement.clusterTolerations[0].operator'],
  ['two policy templates of one name', production, it => it.spec.policyTemplates.push(it.spec.policyTemplates[0]), 'Duplicate', 'spec.policyTemplates[1].name'],
  ['one cluster named twice', production, it => it.spec.placement.clusterAffinity.clusterNames.push('aliyun-shanghai'), 'Duplicate', 'spec.placement.clusterAffinity.clusterNames[2]'],
  ['a spread rule over nothing', production, it => (it.spec.placement.spreadConstraints = [{ minGroups: 2 }]), 'Required', 'spec.placement.spreadConstraints[0].spreadByField'],
  ['a spread rule over two things', production, it => (it.spec.placement.spreadConstraints = [{ spreadByField: 'region', spreadByLabel: 'rack' }]), 'Forbidden', 'spec.placement.spreadConstraints[0].spreadByLabel'],
  ['more groups at least than at most', production, it => (it.spec.placement.spreadConstraints = [{ spreadByField: 'region', minGroups: 3, maxGroups: 2 }]), 'Invalid', 'spec.placement.spreadConstraints[0].minGroups'],
  // Cluster
  ['a cluster name with a dot', gpu, it => (it.metadata.name = 'gpu.huawei'), 'Invalid', 'metadata.name'],
  ['a cluster that a fleet registers', gpu, it => (it.metadata.name = 'aliyun-shanghai'), 'Duplicate', 'metadata.name'],
  ['a forged owner', gpu, it => (it.metadata.annotations = { 'fleet.kurator.dev/registered-by': 'mine/mine' }), 'Forbidden', 'metadata.annotations[fleet.kurator.dev/registered-by]'],
  ['one taint twice', gpu, it => (it.spec.taints = [1, 2].map(() => ({ key: 'a', effect: 'NoSchedule' }))), 'Duplicate', 'spec.taints[1]'],
  ['two node groups of one name', gpu, it => it.spec.nodeGroups.push(it.spec.nodeGroups[0]), 'Duplicate', 'spec.nodeGroups[2].name'],
  ['more nodes at least than at most', gpu, it => (it.spec.nodeGroups[0].min = 11), 'Invalid', 'spec.nodeGroups[0].min'],
  ['a protected label that is no key', gpu, it => (it.spec.protectedLabels = ['a b']), 'Invalid', 'spec.protectedLabels[0]'],
  ['a provider that no label can have', gpu, it => (it.spec.provider = 'huawei/cloud'), 'Invalid', 'spec.provider'],
  ['a taint whose key is none', gpu, it => (it.spec.taints = [{ key: 'a b', effect: 'NoSchedule' }]), 'Invalid', 'spec.taints[0].key'],
  ['a taint whose value is none', gpu, it => (it.spec.taints = [{ key: 'a', value: 'b c', effect: 'NoSchedule' }]), 'Invalid', 'spec.taints[0].value'],
  ['nodes that hold nothing', gpu, it => (it.spec.nodeGroups[0].shape = {}), 'Required', 'spec.nodeGroups[0].shape'],
  ['nodes with less than nothing', gpu, it => (it.spec.nodeGroups[0].shape.cpu = '-1'), 'Invalid', 'spec.nodeGroups[0].shape.cpu'],
  ['nodes with a label that is none', gpu, it => (it.spec.nodeGroups[0].labels = { 'a b': 'c' }), 'Invalid', 'spec.nodeGroups[0].labels'],
  ['nodes with one taint twice', gpu, it => (it.spec.nodeGroups[0].taints = [1, 2].map(() => ({ key: 'a', effect: 'NoSchedule' }))), 'Duplicate', 'spec.nodeGroups[0].taints[1]'],
  ['a Secret in a namespace that can be none', gpu, it => (it.spec.kubeconfigRef.namespace = '*'), 'Invalid', 'spec.kubeconfigRef.namespace'],
  ['a fleet namespace that can be none', gpu, it => (it.spec.allowedNamespaces = ['a.b']), 'Invalid', 'spec.allowedNamespaces[0]'],
  // PropagationPolicy
  ['an API version that can be none', placing, it => (it.spec.resourceSelectors[0].apiVersion = 'a/b/v1'), 'Invalid', 'spec.resourceSelectors[0].apiVersion'],
  ['a kind that can be none', placing, it => (it.spec.resourceSelectors[0].kind = 'deployments'), 'Invalid', 'spec.resourceSelectors[0].kind'],
  ['an object whose name is none', placing, it => (it.spec.resourceSelectors[0].name = 'Critical'), 'Invalid', 'spec.resourceSelectors[0].name'],
  ['a split to what can be no cluster', placing, it => (it.spec.placement.distribution.trafficSplit = { Beijing: 100 }), 'Invalid', 'spec.placement.distribution.trafficSplit'],
  ['a target whose name no Application can have', rolling, it => (it.spec.targetRef.name = 'a'.repeat(53)), 'Invalid', 'spec.targetRef.name'],
  ['a stage in what can be no cluster', rolling, it => (it.spec.rollout.stages[0].clusters = ['GPU']), 'Invalid', 'spec.rollout.stages[0].clusters[0]'],
  ['a stage that lasts no time', rolling, it => (it.spec.rollout.stages[0].validation.duration = '0s'), 'Invalid', 'spec.rollout.stages[0].validation.duration'],
  ['a stage that lasts for ever', rolling, it => (it.spec.rollout.stages[0].validation.duration = '9999h'), 'Invalid', 'spec.rollout.stages[0].validation.duration'],
  ['both forms at once', placing, it => (it.spec.rollout = rolling.spec.rollout), 'Forbidden', 'spec.rollout'],
  ['neither form', placing, it => (it.spec = {}), 'Required', 'spec.resourceSelectors'],
  ['a rollout without its target', rolling, it => delete it.spec.targetRef, 'Required', 'spec.targetRef'],
  ['a roll-back without a rollout', rolling, it => delete it.spec.rollout, 'Required', 'spec.rollout'],
  ['a placement without objects', placing, it => delete it.spec.resourceSelectors, 'Required', 'spec.resourceSelectors'],
  ['a split that adds up to 99', placing, it => (it.spec.placement.distribution.trafficSplit['aliyun-shanghai'] = 39), 'Invalid', 'spec.placement.distribution.trafficSplit'],
  ['one selector twice', placing, it => it.spec.resourceSelectors.push(it.spec.resourceSelectors[0]), 'Duplicate', 'spec.resourceSelectors[1]'],
  ['objects of another namespace', placing, it => (it.spec.resourceSelectors[0].namespace = 'default'), 'Forbidden', 'spec.resourceSelectors[0].namespace'],
  ["the hub's own kinds", placing, it => (it.spec.resourceSelectors[0] = { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet' }), 'Forbidden', 'spec.resourceSelectors[0].kind'],
  ['Events', placing, it => (it.spec.resourceSelectors[0] = { apiVersion: 'v1', kind: 'Event' }), 'Forbidden', 'spec.resourceSelectors[0].kind'],
  ['kinds without namespace', placing, it => (it.spec.resourceSelectors[0] = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'admin' }), 'Forbidden', 'spec.resourceSelectors[0].kind'],
  ['a target that is no Application', rolling, it => (it.spec.targetRef.kind = 'Deployment'), 'NotSupported', 'spec.targetRef.kind'],
  ['two stages of one name', rolling, it => (it.spec.rollout.stages[1].name = 'canary-stage-1'), 'Duplicate', 'spec.rollout.stages[1].name'],
  ['a stage without clusters', rolling, it => (it.spec.rollout.stages[0].clusters = []), 'Required', 'spec.rollout.stages[0].clusters'],
  ['a cluster twice in a stage', rolling, it => it.spec.rollout.stages[0].clusters.push('gpu-cluster-huawei'), 'Duplicate', 'spec.rollout.stages[0].clusters[1]'],
  ['stages that overlap in part', rolling, it => (it.spec.rollout.stages[1].clusters = ['gpu-cluster-huawei', 'x']), 'Invalid', 'spec.rollout.stages[2].clusters'],
  ['a stage that goes back', rolling, it => (it.spec.rollout.stages[0].trafficPercent = 60), 'Invalid', 'spec.rollout.stages[1].trafficPercent'],
  ['a success rate of 101 %', rolling, it => (it.spec.rollout.stages[0].validation.metrics[0].minimum = 101), 'Invalid', 'spec.rollout.stages[0].validation.metrics[0].minimum'],
  ['a measure without a limit', rolling, it => delete it.spec.rollout.stages[0].validation.metrics[0].minimum, 'Required', 'spec.rollout.stages[0].validation.metrics[0].minimum'],
  // the rest
  ['one resource twice', costAware, it => it.spec.resources.push({ name: 'cpu', weight: 2 }), 'Duplicate', 'spec.resources[4].name'],
  ['weights that are all zero', costAware, it => (it.spec.weights = { resource: 0, performance: 0, cost: 0, compliance: 0, topology: 0 }), 'Invalid', 'spec.weights'],
  ['resources that all count nothing', costAware, it => it.spec.resources.forEach((each: any) => (each.weight = 0)), 'Invalid', 'spec.resources[0].weight'],
  ['measures that all count nothing', costAware, it => it.spec.performanceAware.metrics.forEach((each: any) => (each.weight = 0)), 'Invalid', 'spec.performanceAware.metrics[0].weight'],
  ['prices asked for without a pause', costAware, it => (it.spec.costAware.updateInterval = '0s'), 'Invalid', 'spec.costAware.updateInterval'],
  ['a scheduler that waits no time', performance, it => (it.spec.scheduler.delay = '0ms'), 'Invalid', 'spec.scheduler.delay'],
  ['disks that are given no time', performance, it => (it.spec.storage.ioTimeout = '0s'), 'Invalid', 'spec.storage.ioTimeout'],
  ['a cache of less than nothing', performance, it => (it.spec.storage.cacheSize = '-1Gi'), 'Invalid', 'spec.storage.cacheSize'],
  ['a tunnel from what can be no cluster', tunnel, it => (it.spec.sourceCluster = 'A'), 'Invalid', 'spec.sourceCluster'],
  ['a site in what can be no cluster', site, it => (it.spec.cluster = 'A'), 'Invalid', 'spec.cluster'],
  ['a site with half a place', site, it => (it.spec.location = { latitude: 22.5 }), 'Required', 'spec.location.longitude'],
  ['a window without length', site, it => (it.spec.updates.windows[0].end = '22:00'), 'Invalid', 'spec.updates.windows[0].end'],
  ['a time zone nobody knows', site, it => (it.spec.updates.windows[0].timeZone = 'Mars/Olympus'), 'Invalid', 'spec.updates.windows[0].timeZone'],
  ['a site that is away no time', site, it => (it.spec.link = { expectedOffline: '0s' }), 'Invalid', 'spec.link.expectedOffline'],
  ['a connection that is idle no time', network, it => (it.spec.connection.idleTimeout = '0s'), 'Invalid', 'spec.connection.idleTimeout'],
  ['a failover that is given no time', network, it => (it.spec.routing.failover.timeout = '0s'), 'Invalid', 'spec.routing.failover.timeout'],
  ['a probe without a pause', partition, it => (it.spec.detection.interval = '0s'), 'Invalid', 'spec.detection.interval'],
  ['an anchor whose ends are one', costAware, it => (it.spec.anchors = [{ metric: 'disk-iops', best: 5, worst: 5 }]), 'Invalid', 'spec.anchors[0].worst'],
  ['a tunnel to itself', tunnel, it => (it.spec.targetCluster = 'huawei-cluster'), 'Invalid', 'spec.targetCluster'],
  ['a probe that takes longer than its interval', partition, it => (it.spec.detection.timeout = '31s'), 'Invalid', 'spec.detection.timeout'],
  ['more idle connections than connections', network, it => (it.spec.connection.maxIdle = 501), 'Invalid', 'spec.connection.maxIdle'],
];

/** Written by the engine alone: nobody else gets so far. */
const ENGINE_WRITTEN = ['Rollout', 'PlacementDecision'];

describe('admit', () => {
  it.each(kindDefinitions.map(definition => definition.spec.names.kind).filter(kind => !ENGINE_WRITTEN.includes(kind)))('has something to refuse of %s', kind => {
    expect(refused.some(([, base, , , field]) => base.kind === kind && field.startsWith('spec'))).toBe(true);
  });

  it.each(refused)('refuses %s', (_sentence, base, change, reason, field) => {
    const others = objects.filter(object => object !== base);
    expect(causesOf(base, aWorld(others))).toEqual([]);
    expect(causesOf(changed(base, change), aWorld([...others, stolen])).map(cause => short(cause.reason.replace('FieldValue', ''), cause.field))).toContainEqual(short(reason, field));
  });

  it('says what was found and what is wanted', () => {
    const [cause] = causesOf(changed(placing, it => (it.spec.placement.distribution.trafficSplit['aliyun-shanghai'] = 39)));
    expect(cause.message).toBe('Invalid value: {"huawei-cloud-beijing":60,"aliyun-shanghai":39}: must add up to 100, adds up to 99');
  });

  it.each(refused)('says of %s what is wrong in words', (_sentence, base, change) => {
    for (const { message, field } of causesOf(changed(base, change), aWorld([...objects.filter(object => object !== base), stolen]))) {
      expect(field).toMatch(/^(metadata|spec)\./);
      expect(message).toMatch(/^(Invalid value: .+: .*(must|operator|value|effect)|Unsupported value: .+: supported values: |Required value: .+|Duplicate value: .+|Forbidden: .+)/);
      expect(message.length).toBeLessThan(600);
    }
  });

  it('accepts disjoint stages and a stage that only names the rest', () => {
    const disjoint = changed(rolling, it => {
      it.spec.rollout.stages[1].clusters = ['inference-cluster-aliyun'];
    });
    expect(causesOf(disjoint)).toEqual([]);
  });

  it('refuses the second application that would write one object, and names the first', () => {
    const second = changed(app, it => (it.metadata.name = 'other'));
    expect(causesOf(second)[0]).toEqual({
      reason: 'FieldValueDuplicate',
      field: 'spec.components[0].name',
      message: 'Duplicate value: "model-training": Application ai-production/intelligent-ai-platform writes the Job of this name in namespace ai-production',
    });
  });

  it('refuses a component that a policy already places as a plain object', () => {
    const template = { type: 'Deployment', name: 'critical-app', template: { spec: {} } };
    const beside = changed(app, it => Object.assign(it, { metadata: { name: 'other', namespace: 'production' }, spec: { components: [template] } }));
    expect(causesOf(beside)[0].message).toContain('PropagationPolicy production/cross-cloud-app writes');
  });

  it('lets applications of other namespaces and kinds share a name', () => {
    expect(causesOf(changed(app, it => Object.assign(it.metadata, { name: 'other', namespace: 'default' })))).toEqual([]);
  });

  it.each([
    ['a component', changed(app, it => (it.spec.components[0].template.spec.template.spec.volumes = [{ name: 'k', secret: { secretName: 'stolen' } }])), 'spec.components[0].template.spec'],
    ['a selector', changed(placing, it => Object.assign(it, { metadata: { ...it.metadata, namespace: 'ai-production' }, spec: { ...it.spec, resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret', name: 'stolen' }] } })), 'spec.resourceSelectors[0].name'],
  ])('refuses a kubeconfig Secret named by %s', (_where, object, field) => {
    expect(causesOf(object, aWorld([...objects.filter(each => each.kind !== 'Application'), stolen])).map(cause => [cause.reason, cause.field])).toEqual([['FieldValueForbidden', field]]);
    const byReference = changed(gpu, it => (it.spec.kubeconfigRef = { name: 'stolen', namespace: 'ai-production' }));
    expect(causesOf(object, aWorld([byReference])).map(cause => cause.field)).toContain(field);
  });

  it("leads Kubernetes' own causes back into the component", () => {
    const checks = { ...aWorld().checks, validateObject: () => [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.template.spec.containers' }] };
    expect(causesOf(app, aWorld([], { checks }))[0].field).toBe('spec.components[0].template.spec.template.spec.containers');
  });

  it.each([
    'ftp://prices.example.com', 'prices', 'https://user:secret@prices.example.com/v1', 'https://user@prices.example.com/v1', 'http://169.254.169.254/latest', 'http://2852039166/latest',
    'http://0xa9fea9fe/', 'http://0251.0376.0251.0376/', 'http://[::ffff:169.254.169.254]/', 'http://[fe80::1]/', 'http://metadata.google.internal./', 'http://100.100.100.200/', 'http://[64:ff9b::a9fe:a9fe]/',
  ])('refuses the price source %s', url => {
    const causes = causesOf(changed(costAware, it => (it.spec.costAware.priceAPI = url)));
    expect(causes.map(cause => [cause.reason, cause.field])).toEqual([['FieldValueInvalid', 'spec.costAware.priceAPI']]);
    expect(causes[0].message).not.toContain('secret');
  });

  it('refuses to delete what is locked, and a Namespace that holds it', () => {
    const locked = changed(app, it => (it.metadata.annotations = { 'fleet.kurator.dev/deletion-lock': 'true' }));
    const world = aWorld([locked]);
    const namespace = pick(objects, 'Namespace', 'ai-production');
    expect(admit({ operation: 'DELETE', old: locked, world }).denied).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(admit({ operation: 'DELETE', old: namespace, world }).denied?.message).toContain('Application ai-production/intelligent-ai-platform in it is locked');
    expect(admit({ operation: 'DELETE', old: app, world: aWorld([app]) }).denied).toBeUndefined();
  });

  it('refuses to delete a Cluster with debt unless it is waived', () => {
    const world = aWorld(objects, { debtOf: cluster => (cluster === 'gpu-cluster-huawei' ? 2 : 0) });
    const waived = changed(gpu, it => (it.metadata.annotations = { 'fleet.kurator.dev/waive-debt': 'true' }));
    expect(admit({ operation: 'DELETE', old: gpu, world }).denied?.message).toContain('2 objects are still to be removed');
    expect(admit({ operation: 'DELETE', old: waived, world }).denied).toBeUndefined();
  });

  it('lets labels and finalizers of an object change that would not be admitted today', () => {
    const bad = changed(placing, it => (it.spec.placement.distribution.trafficSplit = { a: 1 }));
    const released = changed(bad, it => (it.metadata.finalizers = []));
    expect(admit({ operation: 'UPDATE', object: released, old: bad, world: aWorld() }).causes).toEqual([]);
    expect(admit({ operation: 'UPDATE', object: changed(released, it => (it.spec.priority = 1)), old: bad, world: aWorld() }).causes).toHaveLength(1);
  });

  it('lets the engine say which fleet registered a Cluster', () => {
    const registered = pick(objects, 'Cluster', 'aliyun-shanghai');
    expect(admit({ operation: 'CREATE', object: registered, world: aWorld([production]), byEngine: true }).causes).toEqual([]);
    expect(admit({ operation: 'UPDATE', object: changed(registered, it => (it.spec.compliance = ['x'])), old: registered, world: aWorld(objects) }).causes).toEqual([]);
  });
});
