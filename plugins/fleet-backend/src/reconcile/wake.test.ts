import { createRegistry, type Change, type KubeObject } from '@flotilla/kube-api';
import { kindDefinitions, targetKey } from '@flotilla/backstage-plugin-fleet-common';
import { articleObjects, changed, pick } from '../model/testing/aWorld';
import type { Observation } from '../observe/types';
import type { Engine } from './engine';
import { Waker } from './wake';

const site: KubeObject = { apiVersion: 'edge.kurator.dev/v1alpha1', kind: 'EdgeSite', metadata: { name: 'shenzhen' }, spec: { cluster: 'edge-cluster-shenzhen' } };
const objects = [...articleObjects(), site].map(object => changed(object, it => Object.assign(it.metadata, { uid: `${it.kind}-${it.metadata.name}`, generation: 1 })));
const registry = createRegistry({ kinds: 'hub' });
for (const definition of kindDefinitions) registry.addCrd(definition as unknown as KubeObject);
const infoOf = (object: KubeObject) => registry.byKind(object.apiVersion, object.kind)!;
const placeOf = (object: KubeObject) => ({ group: infoOf(object).group, resource: infoOf(object).resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name! });
/** Kind and name, as the rows write a key. */
const short = (key: string) => key.split('/').filter((_part, at) => at === 1 || at === 3).join(' ');

const someNodes = (nodes: number) => ({ uid: 'u', version: 'v1.36.0', reachable: { ok: true, since: 0, lastAnswerAt: 1 }, room: { nodes, readyNodes: nodes, allocatable: { cpu: 1000 * nodes }, requested: { cpu: 0 } } });

/** A hub that only says who was woken. `later` holds those who are woken after a while. */
function aHub() {
  const woken = new Set<string>();
  const later = new Map<string, number>();
  const timers: (() => void)[] = [];
  const facts = { now: someNodes(3), looks: 0 };
  const of = (group: string, resource: string) => objects.filter(object => infoOf(object).group === group && infoOf(object).resource === resource);
  const engine = {
    registry,
    clock: { after: (_ms: number, call: () => void) => timers.push(call) },
    observer: {
      seen: () => {
        facts.looks += 1;
        return facts.now;
      },
    },
    loop: { add: (key: string) => woken.add(short(key)), addAfter: (key: string, ms: number) => later.set(short(key), ms) },
    cache: { all: of },
    stores: {
      resources: {
        get: async ({ group, resource, namespace, name }: any) => of(group, resource).find(object => object.metadata.namespace === namespace && object.metadata.name === name),
        list: async ({ group, resource, namespace }: any) => ({ items: of(group, resource).filter(object => object.metadata.namespace === namespace) }),
      },
      works: { byCluster: async () => [{ target: targetKey({ kind: 'Application', namespace: 'ai-production', name: 'intelligent-ai-platform', }, 'model-training'), apiVersion: 'batch/v1' }] },
    },
    logger: { error: (message: string, error: Error) => { throw new Error(`${message}: ${error.message}`); } },
  } as unknown as Engine;
  const pass = () => timers.splice(0).forEach(call => call());
  return { waker: new Waker(engine), woken, later, facts, pass };
}

type Edit = (copy: any) => void;
const wished = (edit: Edit): Edit => it => {
  edit(it);
  it.metadata.generation += 1;
};
const spec = wished(() => undefined);
const statusOnly: Edit = it => (it.status = { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True', reason: 'Healthy' }] });
const engineMarks: Edit = it => Object.assign(it.metadata, { finalizers: ['fleet.kurator.dev/members'], resourceVersion: '9', managedFields: [{}] });

async function wokenBy(kind: string, name: string, edit: Edit | 'made' | 'gone') {
  const { waker, woken, later } = aHub();
  const object = pick(objects, kind, name);
  const after = edit === 'gone' ? undefined : edit === 'made' ? object : changed(object, edit);
  await waker.changed({ key: placeOf(object), before: edit === 'made' ? undefined : object, after } as unknown as Change);
  await new Promise(resolve => setImmediate(resolve));
  return [...woken, ...later.keys()].sort();
}

const STORED = ['crossclusterendpoints huawei-to-aliyun', 'edgesites shenzhen', 'networkoptimizationpolicies cross-cloud-optimization', 'networkpartitionpolicies network-partition-recovery', 'performanceprofiles high-performance', 'schedulingprofiles cost-aware-scheduling'];
const APP = 'applications intelligent-ai-platform';
const PLACED = [APP, 'deployments critical-app', 'propagationpolicies cross-cloud-app', 'propagationpolicies intelligent-ai-rollout'];
const clustersOf = (fleet: string) => pick(objects, 'Fleet', fleet).spec.clusters.map((entry: any) => `clusters ${entry.name}`);

type Row = [sentence: string, kind: string, name: string, edit: Edit | 'made' | 'gone', woken: string[]];
const rows: Row[] = [
  ['a Cluster that is wished otherwise wakes itself, its fleets and all that is placed', 'Cluster', 'gpu-cluster-huawei', spec, ['clusters gpu-cluster-huawei', 'fleets ai-platform', ...PLACED]],
  ['a Cluster that turned Ready wakes itself, its fleets and what stands there', 'Cluster', 'gpu-cluster-huawei', statusOnly, ['clusters gpu-cluster-huawei', 'fleets ai-platform', APP]],
  ['a Cluster whose other status changed wakes nobody', 'Cluster', 'gpu-cluster-huawei', it => (it.status = { nodes: '3/3', debt: 0 }), []],
  ['a Cluster with new marks of the engine wakes nobody', 'Cluster', 'gpu-cluster-huawei', engineMarks, []],
  ['a Cluster that is relabelled wakes as one that is wished otherwise', 'Cluster', 'huawei-cluster', it => (it.metadata.labels = { a: 'b' }), ['clusters huawei-cluster', ...PLACED]],
  ['a Cluster that is gone wakes itself, to be let go', 'Cluster', 'huawei-cluster', 'gone', ['clusters huawei-cluster', ...PLACED]],
  ['a Fleet that is wished otherwise wakes itself, its clusters, all that is placed and all profiles', 'Fleet', 'ai-platform', spec, ['fleets ai-platform', ...clustersOf('ai-platform'), ...PLACED, ...STORED]],
  ['an entry taken out wakes the cluster that left too', 'Fleet', 'ai-platform', wished(it => it.spec.clusters.pop()), ['fleets ai-platform', ...clustersOf('ai-platform'), ...PLACED, ...STORED]],
  ['a Fleet whose status changed wakes nobody', 'Fleet', 'ai-platform', statusOnly, []],
  ['a Fleet that is being deleted wakes as one that is wished otherwise', 'Fleet', 'global-production', it => (it.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'), ['fleets global-production', ...clustersOf('global-production'), ...PLACED, ...STORED]],
  ['a policy of objects wakes itself and what it selects', 'PropagationPolicy', 'cross-cloud-app', spec, ['deployments critical-app', 'propagationpolicies cross-cloud-app']],
  ['a policy that lets an object go wakes that object too', 'PropagationPolicy', 'cross-cloud-app', wished(it => (it.spec.resourceSelectors = [])), ['deployments critical-app', 'propagationpolicies cross-cloud-app']],
  ['a policy of an Application wakes itself and that Application', 'PropagationPolicy', 'intelligent-ai-rollout', spec, [APP, 'propagationpolicies intelligent-ai-rollout']],
  ['a policy whose status changed wakes nobody', 'PropagationPolicy', 'cross-cloud-app', statusOnly, []],
  ['a policy that is gone wakes what it selected', 'PropagationPolicy', 'cross-cloud-app', 'gone', ['deployments critical-app', 'propagationpolicies cross-cloud-app']],
  ['an Application wakes itself, the policies beside it, and all profiles, which say who uses them', 'Application', 'intelligent-ai-platform', spec, [APP, ...STORED]],
  ['an Application whose status changed wakes nobody', 'Application', 'intelligent-ai-platform', statusOnly, []],
  ['a retry, which is an annotation, wakes the Application', 'Application', 'intelligent-ai-platform', it => (it.metadata.annotations = { 'fleet.kurator.dev/retry': '1' }), [APP, ...STORED]],
  ['a SchedulingProfile wakes all that is placed and all profiles', 'SchedulingProfile', 'cost-aware-scheduling', spec, [...PLACED, ...STORED]],
  ['a profile that only is kept wakes the profiles', 'PerformanceProfile', 'high-performance', spec, STORED],
  ['a tunnel wakes what is kept beside it', 'CrossClusterEndpoint', 'huawei-to-aliyun', spec, STORED],
  ['a site wakes what is kept beside it', 'EdgeSite', 'shenzhen', 'made', STORED],
  ['a profile whose status changed wakes nobody', 'SchedulingProfile', 'cost-aware-scheduling', statusOnly, []],
  ['a Namespace wakes what is placed in it, and the profiles it may bind', 'Namespace', 'production', it => (it.metadata.labels = { a: 'b' }), ['deployments critical-app', 'propagationpolicies cross-cloud-app', ...STORED]],
  ['a Namespace of nothing wakes the profiles alone', 'Namespace', 'default', 'made', STORED],
  ['a template wakes itself and, a little later, the policies beside it', 'Deployment', 'critical-app', spec, ['deployments critical-app', 'propagationpolicies cross-cloud-app']],
  ['a template whose aggregated status changed wakes nobody', 'Deployment', 'critical-app', it => (it.status = { readyReplicas: 3 }), []],
  ['a kubeconfig wakes the clusters that name it, and itself as a template that may be selected', 'Secret', 'aliyun-kubeconfig-secret', wished(it => (it.data = { kubeconfig: 'new' })), ['clusters aliyun-shanghai', 'secrets aliyun-kubeconfig-secret']],
];

describe('a change of the hub', () => {
  it.each(rows)('%s', async (_sentence, kind, name, edit, woken) => {
    expect(await wokenBy(kind, name, edit)).toEqual([...woken].sort());
  });
});

describe('what is seen in a cluster', () => {
  const target = targetKey({ kind: 'Application', namespace: 'ai-production', name: 'intelligent-ai-platform'}, 'model-inference');
  const selected = targetKey({ kind: 'Deployment', namespace: 'production', name: 'critical-app' }, 'critical-app');
  const live = (kind: string) => ({ apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, metadata: {} }) as KubeObject;
  it.each<[string, Observation, string[]]>([
    ['an object of a component wakes its Application', { type: 'object', cluster: 'gpu-cluster-huawei', target, live: live('Deployment') } as never, [APP]],
    ['an object of a selected one wakes that one', { type: 'object', cluster: 'aliyun-shanghai', target: selected, live: live('Deployment') } as never, ['deployments critical-app']],
    ['a target nobody could have written wakes nobody', { type: 'object', cluster: 'a', target: 'nonsense', live: live('Deployment') } as never, []],
    ['a kind nobody serves wakes nobody', { type: 'object', cluster: 'a', target: targetKey({ kind: 'Deployment', namespace: 'production', name: 'x' }, 'x'), live: { ...live('Deployment'), apiVersion: 'ghost/v1' } } as never, []],
    ['an answer, or a miss, wakes the cluster and what stands there', { type: 'reachable', cluster: 'gpu-cluster-huawei' } as never, ['clusters gpu-cluster-huawei', APP]],
  ])('%s', async (_sentence, observation, expected) => {
    const { waker, woken, later } = aHub();
    waker.seen(observation);
    await new Promise(resolve => setImmediate(resolve));
    expect([...woken, ...later.keys()].sort()).toEqual([...expected].sort());
  });

  it('facts wake the cluster only when its status would show something else, and many of them are one look', () => {
    const { waker, woken, facts, pass } = aHub();
    const tell = () => {
      woken.clear();
      for (let i = 0; i < 100; i += 1) waker.seen({ type: 'facts', cluster: 'a' });
      pass();
      return [...woken];
    };
    expect(tell()).toEqual(['clusters a']);
    expect(tell()).toEqual([]);
    facts.now = { ...facts.now, room: { ...facts.now.room, requested: { cpu: 500 } } };
    expect(tell()).toEqual([]);
    facts.now = someNodes(4);
    expect(tell()).toEqual(['clusters a']);
    expect(facts.looks).toBe(4);
  });
});
