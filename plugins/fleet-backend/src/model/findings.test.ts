import { kindDefinitions } from '@flotilla/backstage-plugin-fleet-common';
import { findingsOf } from './findings';
import type { KubeObject } from './kinds';
import { aWorld, articleObjects, changed, pick } from './testing/aWorld';

const site: KubeObject = { apiVersion: 'edge.kurator.dev/v1alpha1', kind: 'EdgeSite', metadata: { name: 'shenzhen' }, spec: { cluster: 'edge-cluster-shenzhen' } };
const objects = [...articleObjects(), site];

/** Changes one object of the article's world and says what is then found in another (or the same). */
function found(kind: string, name: string, change: (copy: any) => void = () => undefined, more: KubeObject[] = [], about: [string, string] = [kind, name]): string[] {
  const after = [...objects.map(object => (object.kind === kind && object.metadata.name === name ? changed(object, change) : object)), ...more];
  return findingsOf(pick(after, ...about), aWorld(after)).map(each => `${each.code} ${each.path}`);
}

const APP = ['Application', 'intelligent-ai-platform'] as const;
const FLEET = ['Fleet', 'ai-platform'] as const;
const PLACING = ['PropagationPolicy', 'cross-cloud-app'] as const;
const ROLLING = ['PropagationPolicy', 'intelligent-ai-rollout'] as const;
const COST = ['SchedulingProfile', 'cost-aware-scheduling'] as const;

const NETWORK = ['NetworkOptimizationPolicy', 'cross-cloud-optimization'] as const;
const asDefault = (it: any) => (it.metadata.annotations = { 'fleet.kurator.dev/is-default': 'true' });

const budget = (spec: any): KubeObject => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'keep', namespace: 'ai-production' }, spec: { selector: { matchLabels: { app: 'model-inference' } }, ...spec } });
const override = (targetCluster: any) => (it: any) => (it.spec.components[1].overrideRules = [{ targetCluster, overriders: {} }]);

type Row = [sentence: string, finding: string, ...Parameters<typeof found>];

const rows: Row[] = [
  ['an entry that nobody registered', 'ClusterNotRegistered spec.clusters[3]', ...FLEET, it => it.spec.clusters.push({ name: 'ghost' })],
  ['an entry that is not open to the fleet', 'ClusterNotAllowed spec.clusters[0]', 'Cluster', 'gpu-cluster-huawei', it => (it.spec = { kubeconfigRef: { name: 'k', namespace: 'team-a' } }), [], [...FLEET]],
  ["a region that is not the Cluster's", 'RegionClash spec.clusters[1].attributes.region', ...FLEET, it => (it.spec.clusters[1].attributes.region = 'moon')],
  ["a provider that is not the Cluster's", 'ProtectedLabelClash spec.clusters[0].provider', ...FLEET, it => (it.spec.clusters[0].provider = 'aliyun')],
  ['a kubeconfig Secret that is not there', 'KubeconfigSecretMissing spec.clusters[0].kubeconfigRef', 'Fleet', 'global-production', it => (it.spec.clusters[0].kubeconfigRef.name = 'lost')],
  ['a Cluster that names no kubeconfig', 'KubeconfigMissing spec.kubeconfigRef', 'Cluster', 'aliyun-cluster', it => delete it.spec.kubeconfigRef],
  ['a toleration that the fleet does not allow', 'TolerationNotAllowed spec.components[0].placement.clusterTolerations[0]', ...APP, it => (it.spec.components[0].placement.clusterTolerations = [{ key: 'other', operator: 'Exists' }])],
  ['a bound that names a cluster outside the fleet', 'UnknownCluster spec.placement.clusterAffinity.clusterNames[2]', 'Fleet', 'global-production', it => it.spec.placement.clusterAffinity.clusterNames.push('ghost')],
  ['a split to a cluster outside the fleet', 'UnknownCluster spec.placement.distribution.trafficSplit.ghost', ...PLACING, it => (it.spec.placement.distribution.trafficSplit = { ghost: 100 })],
  ['a stage outside the fleet', 'UnknownCluster spec.rollout.stages[2].clusters[3]', ...ROLLING, it => it.spec.rollout.stages[2].clusters.push('aliyun-cluster')],
  ['a tunnel to a cluster nobody registered', 'UnknownCluster spec.targetCluster', 'CrossClusterEndpoint', 'huawei-to-aliyun', it => (it.spec.targetCluster = 'ghost')],
  ['a component that fits no cluster', 'ComponentFitsNoCluster spec.components[0].placement', ...APP, it => (it.spec.components[0].placement.clusterSelector.matchLabels = { moon: 'true' })],
  ['a component whose only cluster is tainted', 'ComponentFitsNoCluster spec.components[0].placement', 'Cluster', 'gpu-cluster-huawei', it => (it.spec.taints = [{ key: 'x', effect: 'NoSchedule' }]), [], [...APP]],
  ['a component whose data may not be there', 'ComponentFitsNoCluster spec.components[0].placement', ...APP, it => (it.spec.components[0].placement.residency = { jurisdictions: ['SG'] })],
  ['a container without requests', 'RequestsAssumed spec.components[1].template.spec', ...APP, it => delete it.spec.components[1].template.spec.template.spec.containers[0].resources],
  ['replicas outside the range', 'ReplicasOutsideRange spec.components[1].template.spec.replicas', ...APP, it => (it.spec.components[1].template.spec.replicas = 30)],
  ['fewer replicas than clusters that share the traffic', 'MinReplicasUnderSplit spec.placement.distribution.trafficSplit', ...PLACING, it => (it.spec.placement.autoscaling.minReplicas = 1)],
  ['fewer replicas than groups', 'MinReplicasUnderSpread spec.components[1].placement.spreadConstraints', ...APP, it => (it.spec.components[1].placement.spreadConstraints = [{ spreadByField: 'region', minGroups: 4 }])],
  ['a selected object whose replicas have two owners', 'TwoOwnersOfReplicas spec.placement.autoscaling', ...PLACING],
  ['a budget of all replicas', 'BudgetBlocksFailover spec.components[1]', ...APP, () => undefined, [budget({ minAvailable: 6 })]],
  ['a budget of nothing unavailable', 'BudgetBlocksFailover spec.components[1]', ...APP, () => undefined, [budget({ maxUnavailable: '0%' })]],
  ['an override of no cluster', 'OverrideMatchesNothing spec.components[1].overrideRules[0].targetCluster', ...APP, override({ clusterNames: ['ghost'] })],
  ['a rollout of nothing', 'TargetNotFound spec.targetRef.name', ...ROLLING, it => (it.spec.targetRef.name = 'ghost')],
  ['two rollouts of one application', 'SeveralRolloutPolicies spec.targetRef', ...ROLLING, () => undefined, [changed(pick(objects, ...ROLLING), it => (it.metadata.name = 'second'))]],
  ['a selector of nothing', 'SelectsNothing spec.resourceSelectors[0]', ...PLACING, it => (it.spec.resourceSelectors[0].name = 'ghost')],
  ['a tie of two policies', 'PolicyTie spec.priority', ...PLACING, () => undefined, [changed(pick(objects, ...PLACING), it => (it.metadata.name = 'second'))]],
  ['a profile that does not exist', 'ProfileNotFound spec.profiles', ...APP, it => (it.spec.profiles = ['ghost'])],
  ['a fleet that does not exist', 'FleetNotFound spec.destination.fleet', ...APP, it => (it.spec.destination = { fleet: 'ghost' })],
  ['a fleet that cannot be told', 'FleetAmbiguous spec.destination.fleet', 'Namespace', 'ai-production', it => delete it.metadata.annotations, [changed(pick(objects, ...FLEET), it => (it.metadata.name = 'twin'))], [...APP]],
  ['two profiles of different cost weights', 'CostWeightDiffers spec.costAware.weight', ...COST, it => (it.spec.costAware.weight = 0.2), [changed(pick(objects, ...COST), it => Object.assign(it.metadata, { name: 'other' }))]],
  // Placements
  ['a cluster that is named and excluded', 'NamedAndExcluded spec.placement.clusterAffinity.clusterNames[1]', ...PLACING, it => (it.spec.placement.clusterAffinity.exclude = ['aliyun-shanghai'])],
  ['a split to an excluded cluster', 'SplitOutsidePlacement spec.placement.distribution.trafficSplit.aliyun-shanghai', ...PLACING, it => (it.spec.placement.clusterAffinity = { exclude: ['aliyun-shanghai'] })],
  ['a split to a cluster the policy does not name', 'SplitOutsidePlacement spec.placement.distribution.trafficSplit.aliyun-shanghai', ...PLACING, it => it.spec.placement.clusterAffinity.clusterNames.pop()],
  ['weights of what is not divided', 'DivisionIgnored spec.placement.replicaScheduling.weightPreference', ...PLACING, it => (it.spec.placement.replicaScheduling = { replicaSchedulingType: 'Duplicated', weightPreference: { dynamicWeight: 'AvailableReplicas' } })],
  ['a split of what is not divided', 'DivisionIgnored spec.placement.distribution.trafficSplit', ...PLACING, it => (it.spec.placement.replicaScheduling = { replicaSchedulingType: 'Duplicated' })],
  ['weights that nothing asks for', 'DivisionIgnored spec.placement.replicaScheduling.weightPreference', ...PLACING, it => (it.spec.placement.replicaScheduling = { weightPreference: { dynamicWeight: 'AvailableReplicas' } })],
  ['static weights beside dynamic ones', 'DivisionIgnored spec.placement.replicaScheduling.weightPreference.staticWeightList', ...PLACING, it => (it.spec.placement.replicaScheduling = { replicaDivisionPreference: 'Weighted', weightPreference: { dynamicWeight: 'AvailableReplicas', staticWeightList: [{ targetCluster: {}, weight: 1 }] } })],
  ['more groups than the fleet has clusters', 'SpreadBeyondFleet spec.placement.spreadConstraints[0].minGroups', ...PLACING, it => (it.spec.placement.spreadConstraints = [{ spreadByField: 'cluster', minGroups: 4 }])],
  ['more groups than the fleet has, said by the fleet', 'SpreadBeyondFleet spec.placement.spreadConstraints[0].minGroups', ...FLEET, it => (it.spec.placement.spreadConstraints = [{ spreadByField: 'provider', minGroups: 4 }])],
  ['fewer clusters than share the traffic', 'SpreadUnderSplit spec.placement.spreadConstraints[0].maxGroups', ...PLACING, it => (it.spec.placement.spreadConstraints = [{ spreadByField: 'cluster', maxGroups: 1 }])],
  // Application
  ['autoscaling of a Job', 'NothingToScale spec.components[0].placement.autoscaling', ...APP, it => (it.spec.components[0].placement.autoscaling = { maxReplicas: 3 })],
  ['a share of a request that nobody makes', 'UtilizationOfNothing spec.components[1].placement.autoscaling.metrics[0]', ...APP, it => (it.spec.components[1].template.spec.template.spec.containers[0].resources = { requests: { memory: '1Gi' } })],
  ['autoscaling from none', 'ScaleFromZero spec.components[1].placement.autoscaling.minReplicas', ...APP, it => (it.spec.components[1].placement.autoscaling.minReplicas = 0)],
  ['an autoscaler beside autoscaling', 'TwoOwnersOfReplicas spec.components[1].placement.autoscaling', ...APP, () => undefined, [{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'hpa', namespace: 'ai-production' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'model-inference' } } }]],
  ['a queue for a Deployment', 'ForJobsOnly spec.components[1].placement.volcano', ...APP, it => (it.spec.components[1].placement.volcano = { queue: 'q' })],
  ['an update policy of a Deployment', 'ForJobsOnly spec.components[1].updatePolicy', ...APP, it => (it.spec.components[1].updatePolicy = 'Wait')],
  ['a queue in a fleet without queues', 'QueueWithoutVolcano spec.components[0].placement.volcano.queue', ...FLEET, it => delete it.spec.addons.volcano, [], [...APP]],
  ['an override that changes nothing', 'OverrideChangesNothing spec.components[1].overrideRules[0].overriders', ...APP, override({ clusterNames: ['inference-cluster-aliyun'] })],
  ['a component to be made anew that is not there', 'UnknownComponent metadata.annotations[fleet.kurator.dev/recreate]', ...APP, it => (it.metadata.annotations = { ...it.metadata.annotations, 'fleet.kurator.dev/recreate': 'ghost' })],
  // PropagationPolicy, both forms
  ['a name beside labels', 'SelectorIgnored spec.resourceSelectors[0].labelSelector', ...PLACING, it => (it.spec.resourceSelectors[0].labelSelector = { matchLabels: { a: 'b' } })],
  ['a priority of a rollout', 'ForObjectsOnly spec.priority', ...ROLLING, it => (it.spec.priority = 3)],
  ['a measure nobody takes', 'UnknownMeasure spec.rollout.stages[0].validation.metrics[0].name', ...ROLLING, it => (it.spec.rollout.stages[0].validation.metrics[0].name = 'happiness')],
  ['a rate that must not be too good', 'LimitBackwards spec.rollout.stages[0].validation.metrics[0].maximum', ...ROLLING, it => (it.spec.rollout.stages[0].validation.metrics[0] = { name: 'request-success-rate', maximum: 99 })],
  ['a judged stage without traffic', 'StageWithoutTraffic spec.rollout.stages[0].trafficPercent', ...ROLLING, it => (it.spec.rollout.stages[0].trafficPercent = 0)],
  ['an automatic roll-back of nothing', 'RollbackNeverStarts spec.rollback.automatic', ...ROLLING, it => (it.spec.rollback.onFailure = false)],
  ['a roll-back where nothing can fail', 'RollbackNeverStarts spec.rollback.onFailure', ...ROLLING, it => it.spec.rollout.stages.forEach((stage: any) => delete stage.validation)],
  // Namespaces, profiles, and what is stored only
  ['a Namespace whose fleet is not there', 'FleetNotFound metadata.annotations[fleet.kurator.dev/fleet]', 'Namespace', 'ai-production', it => (it.metadata.annotations['fleet.kurator.dev/fleet'] = 'ghost')],
  ['a Namespace whose profile is not there', 'ProfileNotFound metadata.annotations[fleet.kurator.dev/profiles]', 'Namespace', 'ai-production', it => (it.metadata.annotations['fleet.kurator.dev/profiles'] = 'ghost')],
  ['two profiles of one kind', 'SeveralProfiles spec.profiles', ...APP, it => (it.spec.profiles = ['cost-aware-scheduling', 'other']), [changed(pick(objects, ...COST), it => Object.assign(it.metadata, { name: 'other' }))]],
  ['two defaults of one kind', 'SeveralDefaults metadata.annotations[fleet.kurator.dev/is-default]', ...COST, asDefault, [changed(pick(objects, ...COST), it => asDefault(Object.assign(it, { metadata: { name: 'a' } })))]],
  ['an add-on nobody knows', 'UnknownAddon spec.addons.promethues', ...FLEET, it => (it.spec.addons.promethues = { enabled: true })],
  ['a namespace nobody has yet', 'UnknownNamespace spec.allowedNamespaces[0]', ...FLEET, it => (it.spec.allowedNamespaces = ['ghost'])],
  ['a namespace nobody has yet, on a Cluster', 'UnknownNamespace spec.allowedNamespaces[0]', 'Cluster', 'gpu-cluster-huawei', it => (it.spec.allowedNamespaces = ['ghost'])],
  ['a resource nobody has', 'UnknownResource spec.resources[0].name', ...COST, it => (it.spec.resources[0].name = 'cpuu')],
  ['nodes of a resource nobody has', 'UnknownResource spec.nodeGroups[0].shape.cores', 'Cluster', 'gpu-cluster-huawei', it => (it.spec.nodeGroups[0].shape.cores = 8)],
  ['a price in no currency', 'PriceWithoutCurrency spec.nodeGroups[0].price', 'Cluster', 'gpu-cluster-huawei', it => delete it.spec.prices],
  ['a cost weight that is switched off', 'SwitchedOff spec.costAware.weight', ...COST, it => (it.spec.costAware.enabled = false)],
  ['a price source that is switched off', 'SwitchedOff spec.costAware.priceAPI', ...COST, it => (it.spec.costAware.enabled = false)],
  ['Thanos without Prometheus', 'SwitchedOff spec.addons.prometheus.thanosMode', ...FLEET, it => (it.spec.addons.prometheus.enabled = false)],
  ['latency that nobody probes', 'SwitchedOff spec.routing.algorithm', ...NETWORK, it => (it.spec.routing.probe.enabled = false)],
  ['a failover that notices nothing', 'SwitchedOff spec.routing.failover.enabled', ...NETWORK, it => (it.spec.routing.probe.enabled = false)],
  ['a connection closed before it is kept alive', 'SwitchedOff spec.connection.keepAlive', ...NETWORK, it => (it.spec.connection.keepAlive = '1m')],
  ['a restoration that is switched off', 'SwitchedOff spec.recovery.restoration.validation', 'NetworkPartitionPolicy', 'network-partition-recovery', it => (it.spec.recovery.restoration.enabled = false)],
  ['windows of a site that is held', 'SwitchedOff spec.updates.windows', 'EdgeSite', 'shenzhen', it => (it.spec.updates = { hold: true, windows: [{ start: '01:00', end: '02:00' }] })],
  ['a site in a cluster nobody registered', 'UnknownCluster spec.cluster', 'EdgeSite', 'shenzhen', it => (it.spec.cluster = 'ghost')],
  ['two sites of one cluster', 'SameCluster spec.cluster', 'EdgeSite', 'shenzhen', () => undefined, [changed(site, it => (it.metadata.name = 'twin'))]],
  ['two tunnels of one way', 'SameTunnel spec', 'CrossClusterEndpoint', 'huawei-to-aliyun', () => undefined, [changed(pick(objects, 'CrossClusterEndpoint', 'huawei-to-aliyun'), it => (it.metadata.name = 'twin'))]],
  ['a performance profile that nothing uses', 'NothingUsesIt metadata.name', 'Namespace', 'ai-production', it => delete it.metadata.annotations['fleet.kurator.dev/profiles'], [], ['PerformanceProfile', 'high-performance']],
  ['a field that has no effect yet', 'Unsupported spec.detection', 'NetworkPartitionPolicy', 'network-partition-recovery'],
];

/** What the article's own manifests already have, so that a row must show something new. */
const before = (about: readonly [string, string]) => findingsOf(pick(objects, ...about), aWorld(objects)).map(each => `${each.code} ${each.path}`);
const INHERENT = ['TwoOwnersOfReplicas spec.placement.autoscaling', 'Unsupported spec.detection'];

const kinds = kindDefinitions.map(definition => definition.spec.names.kind).filter(kind => !['Rollout', 'PlacementDecision'].includes(kind));

describe('findingsOf', () => {
  it.each(kinds)('has something to find in %s, and its status a place for it', kind => {
    expect(rows.some(([, , changedKind, , , , about]) => (about?.[0] ?? changedKind) === kind)).toBe(true);
    const { status } = kindDefinitions.find(definition => definition.spec.names.kind === kind)!.spec.versions[0].schema.openAPIV3Schema.properties!;
    expect(status.properties).toHaveProperty('findings');
  });

  it('lists twenty of a kind and counts the rest', () => {
    const ghosts = Array.from({ length: 50 }, (_, i) => ({ name: `ghost-${i}` }));
    const fleet = changed(pick(objects, ...FLEET), it => it.spec.clusters.push(...ghosts));
    const missing = findingsOf(fleet, aWorld(objects)).filter(each => each.code === 'ClusterNotRegistered');
    expect(missing).toHaveLength(20);
    expect(missing[19].because).toMatch(/\(and 30 more like this\)$/);
  });

  it.each(rows)('finds %s', (_sentence, finding, ...args) => {
    expect(found(...args)).toContain(finding);
    if (!INHERENT.includes(finding) && !finding.startsWith('CostWeight')) expect(before(args[4] ?? [args[0], args[1]])).not.toContain(finding);
  });

  it.each<[string, ...Parameters<typeof found>]>([
    ['a budget that lets one pod go', ...APP, () => undefined, [budget({ minAvailable: 5 })]],
    ['an override of one cluster', ...APP, override({ labelSelector: { matchLabels: { 'low-latency': 'true' } } })],
    ['a toleration that the fleet allows', ...APP, it => (it.spec.components[0].placement.clusterTolerations = [{ key: 'has-gpu', operator: 'Equal', value: 'true', effect: 'NoSchedule' }])],
  ])('does not mind %s', (_sentence, ...args) => {
    const codes = found(...args).map(each => each.split(' ')[0]);
    expect(codes.filter(code => ['BudgetBlocksFailover', 'OverrideMatchesNothing', 'TolerationNotAllowed'].includes(code))).toEqual([]);
  });

  it('finds nothing in manifests that contradict nothing', () => {
    const clean = objects
      .map(object =>
        changed(object, it => {
          if (it.metadata.annotations?.['fleet.kurator.dev/profiles']) it.metadata.annotations['fleet.kurator.dev/profiles'] = 'cost-aware-scheduling';
          if (it.kind === 'Fleet') it.spec = { clusters: it.spec.clusters };
          if (it.kind === 'Application') it.spec.components.forEach((component: any) => ['autoscaling', 'volcano'].forEach(field => delete component.placement[field]));
          if (it.metadata.name === 'cross-cloud-app') delete it.spec.placement.autoscaling;
          if (it.kind === 'SchedulingProfile') it.spec = { resources: it.spec.resources, costAware: { enabled: true, weight: 0.2 } };
        }),
      )
      .filter(object => object.metadata.name !== 'intelligent-ai-rollout' && !/^(Performance|Network|Cross|Edge)/.test(object.kind));
    const world = aWorld(clean);
    expect(clean.flatMap(object => findingsOf(object, world).map(each => `${object.metadata.name}: ${each.because}`))).toEqual([]);
  });

  it('stays silent of kinds that are not in the snapshot', () => {
    const policy = changed(pick(objects, ...PLACING), it => (it.spec.resourceSelectors = [{ apiVersion: 'v1', kind: 'Service', name: 'cart' }]));
    const world = aWorld(objects, { sees: (_apiVersion, kind) => kind !== 'Service' });
    expect(findingsOf(policy, world).map(each => each.code)).not.toContain('SelectsNothing');
  });

  it('says nothing of an object that is being deleted', () => {
    expect(found(...FLEET, it => (it.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'))).toEqual([]);
  });
});
