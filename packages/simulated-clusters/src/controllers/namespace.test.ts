/** What happens between the objects of a namespace: Services and their traffic, quotas, autoscalers, CronJobs. */
import { autoscaler, deployment, node, quota, service, simulate, template, type Simulation } from '../testing/simulate';

let cluster: Simulation;

beforeEach(async () => {
  cluster = await simulate([node('one', { labels: { 'topology.kubernetes.io/zone': 'a' } })]);
});
afterEach(() => {
  cluster.end();
  expect(cluster.faults).toEqual([]);
});

const small = (name: string, replicas: number, annotations: Record<string, string> = {}) =>
  cluster.create(deployment(name, replicas, { template: template({ app: name }, undefined, { cpu: '100m', memory: '64Mi' }, {}, annotations) }));
const condition = (object: any, type: string) => object.status.conditions.find((each: any) => each.type === type);

describe('a Service', () => {
  it('has an address, and its ready pods in a slice', async () => {
    await cluster.create(service('web', {}, { type: 'LoadBalancer' }));
    await small('web', 2);
    await cluster.pass(10);
    const { spec, status } = await cluster.get('Service', 'web');
    expect(spec).toMatchObject({ clusterIP: expect.stringMatching(/^10\.96\./), ports: [{ nodePort: expect.any(Number) }] });
    expect(status.loadBalancer.ingress).toEqual([{ ip: '203.0.113.1', ipMode: 'VIP' }]);
    const [slice] = await cluster.list('EndpointSlice');
    expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ port: 8080, protocol: 'TCP' }], metadata: { labels: { 'kubernetes.io/service-name': 'web' } } });
    const pods = await cluster.list('Pod');
    expect(slice.endpoints.map((each: any) => each.addresses[0])).toEqual(pods.map(pod => pod.status.podIP));
    expect(slice.endpoints[0]).toMatchObject({ conditions: { ready: true, serving: true, terminating: false }, nodeName: 'one', zone: 'a', targetRef: { kind: 'Pod', name: pods[0].metadata.name } });
    await cluster.remove('Pod', pods[0].metadata.name);
    await cluster.pass(0.1);
    expect((await cluster.list('EndpointSlice'))[0].endpoints[0].conditions).toEqual({ ready: false, serving: true, terminating: true });
  });

  it('deals its requests to who is ready, and counts without ticking', async () => {
    await cluster.create(service('web', { 'simulated.flotilla.dev/requests-per-second': '30' }));
    await small('web', 3);
    await cluster.pass(20);
    const uids = (await cluster.list('Pod')).map(pod => pod.metadata.uid);
    expect(uids.map(uid => cluster.traffic.rate(uid))).toEqual([10, 10, 10]);
    const [before, writes] = [uids.map(uid => cluster.traffic.count(uid)), await cluster.writes()];
    await cluster.pass(100);
    expect(uids.map((uid, i) => cluster.traffic.count(uid) - before[i])).toEqual([1_000, 1_000, 1_000]);
    expect(await cluster.writes()).toBe(writes);
    await cluster.remove('Service', 'web');
    await cluster.pass(1);
    expect(uids.map(uid => cluster.traffic.rate(uid))).toEqual([0, 0, 0]);
  });
});

describe('a ResourceQuota', () => {
  it('says what is used, and keeps to what it allows', async () => {
    await cluster.create(quota('few', { pods: '3', 'requests.cpu': '250m', 'count/deployments.apps': '2' }));
    await cluster.pass(1);
    await small('web', 4);
    await cluster.pass(10);
    expect((await cluster.get('ResourceQuota', 'few')).status).toEqual({ hard: { pods: '3', 'requests.cpu': '250m', 'count/deployments.apps': '2' }, used: { pods: '2', 'requests.cpu': '200m', 'count/deployments.apps': '1' } });
    const deployed = await cluster.get('Deployment', 'web');
    expect(deployed.status.replicas).toBe(2);
    expect(condition(deployed, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(condition(deployed, 'ReplicaFailure').message).toMatch(/^pods "web-\w+-\w+" is forbidden: exceeded quota: few, requested: requests\.cpu=100m, used: requests\.cpu=200m, limited: requests\.cpu=250m$/);
    expect((await cluster.list('Event')).some(({ reason, message }) => reason === 'FailedCreate' && message.startsWith('Error creating: pods "web-'))).toBe(true);
    await small('more', 0);
    await expect(small('most', 0)).rejects.toThrow('deployments.apps "most" is forbidden: exceeded quota: few, requested: count/deployments.apps=1, used: count/deployments.apps=2, limited: count/deployments.apps=2');
    await cluster.patch('ResourceQuota', 'few', { spec: { hard: { pods: '10', 'requests.cpu': '2' } } });
    await cluster.pass(30);
    expect((await cluster.get('Deployment', 'web')).status.readyReplicas).toBe(4);
    expect(condition(await cluster.get('Deployment', 'web'), 'ReplicaFailure')).toBeUndefined();
  });

  it('wants to be told of what it counts', async () => {
    await cluster.create(quota('told', { 'limits.memory': '1Gi' }));
    await cluster.pass(1);
    await small('web', 1);
    await cluster.pass(5);
    expect(condition(await cluster.get('Deployment', 'web'), 'ReplicaFailure').message).toContain('failed quota: told: must specify limits.memory for: main');
  });

  it('cannot be overdrawn by many at once', async () => {
    await cluster.create(quota('few', { 'count/services': '3' }));
    await cluster.pass(1);
    const made = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => cluster.create(service(`s${i}`))));
    expect(made.filter(each => each.status === 'fulfilled')).toHaveLength(3);
  });
});

describe('a HorizontalPodAutoscaler', () => {
  const replicas = async () => (await cluster.get('Deployment', 'web')).spec.replicas;
  const load = (perSecond: number) => cluster.patch('Service', 'web', { metadata: { annotations: { 'simulated.flotilla.dev/requests-per-second': String(perSecond) } } });

  beforeEach(async () => {
    await cluster.create(service('web', { 'simulated.flotilla.dev/requests-per-second': '9' }));
    // Idle 5m and 5m a request: 9 requests a second on one pod are half of what it asks for.
    await small('web', 1, { 'simulated.flotilla.dev/cpu-per-request': '5ms' });
    await cluster.create(autoscaler('web', 5));
    await cluster.pass(40);
  });

  it('leaves alone what is at its target', async () => {
    const before = await cluster.get('HorizontalPodAutoscaler', 'web');
    expect(before.status).toMatchObject({ currentReplicas: 1, desiredReplicas: 1, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '50m' } } }] });
    expect(['AbleToScale', 'ScalingActive', 'ScalingLimited'].map(type => condition(before, type).reason)).toEqual(['ReadyForNewScale', 'ValidMetricFound', 'DesiredWithinRange']);
    // 54 % of 50 % is within the tolerance of a tenth.
    await load(9.8);
    const writes = await cluster.writes();
    await cluster.pass(60);
    expect(await replicas()).toBe(1);
    const settled = await cluster.writes();
    await cluster.pass(3_600);
    expect(await cluster.writes()).toBe(settled);
    expect(settled - writes).toBeLessThan(5);
  });

  it('grows with its load, as far as its bound', async () => {
    await load(27);
    await cluster.pass(60);
    expect(await replicas()).toBe(3);
    expect((await cluster.get('HorizontalPodAutoscaler', 'web')).status.lastScaleTime).toBeDefined();
    await load(200);
    await cluster.pass(60);
    expect(await replicas()).toBe(5);
    expect(condition(await cluster.get('HorizontalPodAutoscaler', 'web'), 'ScalingLimited').reason).toBe('TooManyReplicas');
  });

  it('shrinks only once it has not wanted more for five minutes', async () => {
    await load(27);
    await cluster.pass(60);
    await load(5);
    await cluster.pass(240);
    expect(await replicas()).toBe(3);
    expect(condition(await cluster.get('HorizontalPodAutoscaler', 'web'), 'AbleToScale').reason).toBe('ScaleDownStabilized');
    await cluster.pass(120);
    expect(await replicas()).toBe(1);
  });

  it('keeps to the policies it is given', async () => {
    await cluster.patch('HorizontalPodAutoscaler', 'web', { spec: { behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } } } });
    await load(200);
    const seen = new Set<number>();
    for (let i = 0; i < 60; i += 1) {
      await cluster.pass(1);
      seen.add(await replicas());
    }
    expect([...seen].at(-1)).toBe(2);
    await cluster.pass(300);
    expect(await replicas()).toBe(5);
  });

  it('says what keeps it from knowing', async () => {
    await cluster.create(autoscaler('none', 3));
    await cluster.pass(20);
    expect(condition(await cluster.get('HorizontalPodAutoscaler', 'none'), 'AbleToScale')).toMatchObject({ status: 'False', reason: 'FailedGetScale', message: expect.stringContaining('deployments.apps "none" not found') });
  });
});

describe('a CronJob', () => {
  const cron = (spec: object) => cluster.create({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tidy', namespace: 'default' }, spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: template({ app: 'tidy' }, undefined, { cpu: '10m' }, { restartPolicy: 'Never' }, { 'simulated.flotilla.dev/run-for': '20s' }) } }, ...spec } });
  const jobs = async () => (await cluster.list('Job')).map(each => each.metadata.name);

  it('makes a Job at each of its times, and keeps the last three', async () => {
    await cron({});
    await cluster.pass(299);
    expect(await jobs()).toEqual([]);
    await cluster.pass(2);
    expect(await jobs()).toEqual([`tidy-${Date.parse('2030-01-01T00:05:00Z') / 60_000}`]);
    expect((await cluster.get('CronJob', 'tidy')).status).toMatchObject({ lastScheduleTime: '2030-01-01T00:05:00Z', active: [{ kind: 'Job' }] });
    await cluster.pass(3_060);
    expect(await jobs()).toHaveLength(3);
    expect((await cluster.get('CronJob', 'tidy')).status.lastSuccessfulTime).toBeDefined();
  });

  it('waits, replaces or runs beside, as it is told', async () => {
    const template5 = { spec: { template: template({ app: 'tidy' }, undefined, { cpu: '10m' }, { restartPolicy: 'Never' }, { 'simulated.flotilla.dev/run-for': '9m' }) } };
    await cron({ concurrencyPolicy: 'Forbid', jobTemplate: template5 });
    await cluster.pass(640);
    expect(await jobs()).toHaveLength(1);
    await cluster.patch('CronJob', 'tidy', { spec: { suspend: true } });
    await cluster.pass(3_600);
    expect(await jobs()).toHaveLength(1);
  });
});
