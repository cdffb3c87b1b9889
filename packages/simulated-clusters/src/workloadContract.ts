/** What a member cluster does with workloads, whoever serves it. Called inside a `describe`. */
import type { Member } from './memberContract';
import { eventually, memberClient, type MemberClient } from './testing/memberClient';
import { autoscaler, daemonSet, deployment, quota, service, statefulSet, template } from './testing/simulate';

export function workloadContract(open: () => Promise<Member>): void {
  jest.setTimeout(90_000);
  const namespace = `workloads-${Math.random().toString(36).slice(2, 8)}`;
  const limited = `${namespace}-limited`;
  let member: Member;
  let client: MemberClient;

  const path = (group: string, resource: string, name: string, at = namespace) => `/${group === 'v1' ? 'api' : 'apis'}/${group}/namespaces/${at}/${resource}/${name}`;
  const apply = async (group: string, resource: string, object: any, at = namespace) => {
    const answer = await client.apply(path(group, resource, object.metadata.name, at), { ...object, metadata: { ...object.metadata, namespace: at } });
    expect(answer).toMatchObject({ status: 201 });
  };
  const get = async (at: string) => (await client.send('GET', at)).body;
  const pods = async (app: string, at = namespace) => (await get(`/api/v1/namespaces/${at}/pods?labelSelector=app%3D${app}`)).items;
  const small = (app: string) => template({ app }, undefined, { cpu: '10m' });
  const isReady = (pod: any) => pod.status?.conditions?.some((each: any) => each.type === 'Ready' && each.status === 'True');

  beforeAll(async () => {
    member = await open();
    client = memberClient(member.kubeconfig);
    for (const name of [namespace, limited]) await client.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await apply('v1', 'resourcequotas', quota('few', { pods: '1', 'count/services': '1' }), limited);
    await apply('apps/v1', 'statefulsets', statefulSet('db', 2));
    await apply('apps/v1', 'daemonsets', daemonSet('agent'));
    await apply('v1', 'services', service('web'));
    await apply('apps/v1', 'deployments', deployment('web', 1, { template: small('web') }));
    await apply('autoscaling/v2', 'horizontalpodautoscalers', autoscaler('web', 5, { minReplicas: 2 }));
  }, 60_000);
  afterAll(async () => {
    for (const name of [namespace, limited]) await client?.send('DELETE', `/api/v1/namespaces/${name}`);
    await member?.close();
  });

  it('a StatefulSet has its pods in order, by names that stay', async () => {
    const { status } = await eventually(async () => {
      const set = await get(path('apps/v1', 'statefulsets', 'db'));
      return set.status?.readyReplicas === 2 && set;
    });
    expect(status).toMatchObject({ observedGeneration: 1, replicas: 2, availableReplicas: 2, currentReplicas: 2, updatedReplicas: 2, collisionCount: 0, currentRevision: status.updateRevision });
    const [first, second] = await pods('db');
    expect([first.metadata.name, second.metadata.name]).toEqual(['db-0', 'db-1']);
    const readySince = first.status.conditions.find((each: any) => each.type === 'Ready').lastTransitionTime;
    expect(Date.parse(second.metadata.creationTimestamp)).toBeGreaterThanOrEqual(Date.parse(readySince));
    expect(first.metadata.labels).toMatchObject({ 'controller-revision-hash': status.currentRevision, 'statefulset.kubernetes.io/pod-name': 'db-0', 'apps.kubernetes.io/pod-index': '0' });
    expect(first.spec).toMatchObject({ hostname: 'db-0', subdomain: 'db' });
    const revision = await get(path('apps/v1', 'controllerrevisions', status.currentRevision));
    expect(revision).toMatchObject({ revision: 1, metadata: { ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] } });
  });

  it('renews a StatefulSet down to its partition', async () => {
    const change = { spec: { template: { metadata: { annotations: { change: '2' } } }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } } };
    await client.send('PATCH', path('apps/v1', 'statefulsets', 'db'), change, 'application/strategic-merge-patch+json');
    const changed = async () => (await pods('db')).filter((pod: any) => pod.metadata.annotations?.change === '2');
    await eventually(async () => (await changed()).some(isReady));
    const status = await eventually(async () => {
      const set = await get(path('apps/v1', 'statefulsets', 'db'));
      return set.status.updatedReplicas === 1 && set.status.readyReplicas === 2 && set.status;
    });
    expect(status).toMatchObject({ currentReplicas: 1 });
    expect(status.currentRevision).not.toBe(status.updateRevision);
    expect((await changed()).map((pod: any) => pod.metadata.name)).toEqual(['db-1']);
  });

  it('a DaemonSet has one pod on each node', async () => {
    const nodes = (await get('/api/v1/nodes')).items.filter(({ spec }: any) => !(spec.taints ?? []).length);
    const { status } = await eventually(async () => {
      const set = await get(path('apps/v1', 'daemonsets', 'agent'));
      return set.status?.numberReady === nodes.length && set.status.numberAvailable === nodes.length && set;
    });
    expect(status).toMatchObject({ desiredNumberScheduled: nodes.length, currentNumberScheduled: nodes.length, updatedNumberScheduled: nodes.length, numberMisscheduled: 0 });
    expect(status.numberUnavailable).toBeUndefined();
    const own = await pods('agent');
    expect(own.map((pod: any) => pod.spec.nodeName).sort()).toEqual(nodes.map((node: any) => node.metadata.name).sort());
    expect(own[0].spec.tolerations.map(({ key, effect, tolerationSeconds }: any) => [key, effect, tolerationSeconds])).toEqual(
      expect.arrayContaining([['node.kubernetes.io/unreachable', 'NoExecute', undefined], ['node.kubernetes.io/unschedulable', 'NoSchedule', undefined]]),
    );
  });

  it('an autoscaler brings its target within its bounds, whatever is measured', async () => {
    await eventually(async () => (await get(path('apps/v1', 'deployments', 'web'))).status?.readyReplicas === 2);
    const { status } = await eventually(async () => {
      const found = await get(path('autoscaling/v2', 'horizontalpodautoscalers', 'web'));
      return found.status?.lastScaleTime && found;
    });
    expect(status.desiredReplicas).toBe(2);
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'AbleToScale', status: 'True' }));
    const scaler = (await get(path('apps/v1', 'deployments', 'web'))).metadata.managedFields.find((each: any) => each.subresource === 'scale');
    expect(scaler).toMatchObject({ manager: 'kube-controller-manager', operation: 'Update' });
  });

  it('a Service has an address, and its ready pods in a slice', async () => {
    expect((await get(path('v1', 'services', 'web'))).spec.clusterIP).toMatch(/^10\./);
    const slice = await eventually(async () => {
      const { items } = await get(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dweb`);
      return items[0]?.endpoints?.filter((each: any) => each.conditions.ready).length === 2 && items[0];
    });
    expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }], metadata: { labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }, ownerReferences: [{ kind: 'Service', name: 'web' }] } });
    expect(slice.endpoints[0]).toMatchObject({ addresses: [expect.stringMatching(/^10\./)], conditions: { ready: true, serving: true, terminating: false }, nodeName: expect.any(String), zone: expect.any(String), targetRef: { kind: 'Pod', namespace } });
  });

  it('a pod stays five minutes on a node that is lost, and has its grace when it is deleted', async () => {
    const [pod] = await pods('web');
    expect(pod.spec.tolerations).toEqual(['not-ready', 'unreachable'].map(name => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })));
    const { body } = await client.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`);
    expect(body.metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 });
    await eventually(async () => (await client.send('GET', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`)).status === 404);
  });

  it('a quota refuses what goes beyond it, and the Deployment says so', async () => {
    await eventually(async () => (await get(path('v1', 'resourcequotas', 'few', limited))).status?.used?.pods === '0');
    await apply('apps/v1', 'deployments', deployment('web', 2, { template: small('web') }), limited);
    await apply('v1', 'services', service('one'), limited);
    const refused = await client.apply(path('v1', 'services', 'two', limited), { ...service('two'), metadata: { name: 'two', namespace: limited } });
    expect(refused).toMatchObject({ status: 403, body: { reason: 'Forbidden', message: 'services "two" is forbidden: exceeded quota: few, requested: count/services=1, used: count/services=1, limited: count/services=1' } });
    const condition = await eventually(async () => (await get(path('apps/v1', 'deployments', 'web', limited))).status?.conditions?.find((each: any) => each.type === 'ReplicaFailure'));
    expect(condition).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(condition.message).toMatch(/^pods "web-\w+-\w+" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/);
    await eventually(async () => (await get(path('v1', 'resourcequotas', 'few', limited))).status.used.pods === '1');
  });
}
