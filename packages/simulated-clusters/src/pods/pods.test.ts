import { eventually, memberClient, type MemberClient } from '../testing/memberClient';
import { openFleet, type TestFleet } from '../testing/openFleet';
import { deployment, node, service, simulate, template, type Simulation } from '../testing/simulate';
import { logLines } from './logs';
import { mannersOf, metricsText } from './metricsText';
import { imageWord } from './story';

describe('what a pod says of itself', () => {
  let cluster: Simulation;
  afterEach(() => cluster.end());

  const run = async (image: string, annotations: Record<string, string> = {}) => {
    cluster = await simulate([node('one')]);
    await cluster.create(service('web', { 'simulated.flotilla.dev/requests-per-second': '20' }));
    await cluster.create(deployment('web', 1, { template: template({ app: 'web' }, image, { cpu: '100m' }, {}, annotations) }));
    await cluster.pass(10);
  };
  const read = async () => {
    const [pod] = await cluster.list('Pod');
    const text = metricsText(cluster.traffic, pod, Date.parse(pod.status.containerStatuses[0].state.running.startedAt), cluster.now());
    return new Map(text.split('\n').filter(line => line && !line.startsWith('#')).map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  };

  it('counts its requests by code and by how long they took, and never back', async () => {
    await run('example.com/app:1', { 'simulated.flotilla.dev/error-rate': '5%', 'simulated.flotilla.dev/latency': '100ms' });
    let before = await read();
    await cluster.pass(1_000);
    const after = await read();
    const grown = (name: string) => after.get(name)! - before.get(name)!;
    expect(grown('http_requests_total{code="200"}') + grown('http_requests_total{code="500"}')).toBe(20_000);
    expect(grown('http_requests_total{code="500"}')).toBe(1_000);
    expect(Math.abs(grown('http_request_duration_seconds_bucket{le="0.1"}') - 10_000)).toBeLessThanOrEqual(1);
    expect(grown('http_request_duration_seconds_bucket{le="+Inf"}')).toBe(20_000);
    // 5 m idle and 2 ms for each request.
    expect(grown('process_cpu_seconds_total')).toBeCloseTo(45, 1);
    for (let i = 0; i < 50; i += 1) {
      await cluster.pass(0.37);
      const next = await read();
      for (const [name, value] of before) expect(next.get(name)).toBeGreaterThanOrEqual(value);
      before = next;
    }
  });

  it.each([['1-failing', { errorShare: 0.25, medianSeconds: 0.05 }], ['slow', { errorShare: 0, medianSeconds: 0.5 }], ['1', { errorShare: 0, medianSeconds: 0.05 }]])('follows its image app:%s', async (tag, manners) => {
    await run(`example.com/app:${tag}`);
    expect(mannersOf((await cluster.list('Pod'))[0])).toEqual(manners);
  });

  it.each([
    ['example.com/app:missing', 'missing'],
    ['example.com:5000/slow', undefined],
    ['example.com/app:1.2-crashing', 'crashing'],
    ['example.com/app:crashing-1', undefined],
    [`app:slow@sha256:${'0'.repeat(64)}`, 'slow'],
    ['registry.invalid/a/b:1', 'missing'],
    ['my.registry.invalid:5000/a', 'missing'],
    ['app', undefined],
  ])('the word of %s is %s', (image, word) => expect(imageWord(image)).toBe(word));

  it('logs the same lines whenever they are read, as many as are wanted', async () => {
    await run('example.com/app:1');
    const [pod] = await cluster.list('Pod');
    const lines = (now: number, query = {}) => logLines(pod, { startedAt: 0 }, now, query);
    expect(lines(60_000)).toHaveLength(13);
    expect(lines(120_000).slice(0, 13)).toEqual(lines(60_000));
    expect(lines(120_000, { tail: 3 })).toEqual(lines(120_000).slice(-3));
    expect(lines(120_000, { since: 100_000 }).map(([at]) => at)).toEqual([100_000, 105_000, 110_000, 115_000, 120_000]);
    expect(lines(1e9, {})).toHaveLength(10_000);
    expect(lines(60_000, { tail: 0 })).toEqual([]);
    expect(logLines(pod, { startedAt: 0, finishedAt: 3_000, exitCode: 1 }, 60_000, {}).map(([, text]) => text)).toEqual(['level=info msg="listening" port=8080', 'level=error msg="fatal" exitCode=1']);
  });
});

describe('through the API server', () => {
  const PODS = '/api/v1/namespaces/default/pods';
  let fleet: TestFleet;
  let client: MemberClient;
  let name: string;

  beforeAll(async () => {
    fleet = await openFleet();
    client = memberClient(fleet.clusters.get('one')!.kubeconfig());
    for (const [app, tag] of [['web', '1'], ['lost', 'missing']]) {
      const made = deployment(app, 1, { template: template({ app }, `example.com/app:${tag}`, { cpu: '100m', memory: '64Mi' }) });
      await client.apply(`/apis/apps/v1/namespaces/default/deployments/${app}`, made);
    }
    await client.apply('/api/v1/namespaces/default/services/web', service('web'));
    name = await eventually(async () => {
      const { items } = (await client.send('GET', `${PODS}?labelSelector=app%3Dweb`)).body;
      return items[0]?.status.phase === 'Running' && items[0].metadata.name;
    });
  }, 60_000);
  afterAll(() => fleet.close());

  const lost = async () => (await client.send('GET', `${PODS}?labelSelector=app%3Dlost`)).body.items[0].metadata.name;

  it('a pod is asked at whatever port', async () => {
    for (const at of [name, `${name}:8080`, `http:${name}:9090`]) {
      expect(await client.send('GET', `${PODS}/${at}/proxy/metrics`)).toMatchObject({ status: 200, body: expect.stringContaining('# TYPE http_requests_total counter') });
    }
    expect((await client.send('GET', `${PODS}/${name}/proxy/healthz`)).body).toBe('ok');
    expect((await client.send('GET', `${PODS}/${name}/proxy/nowhere`)).status).toBe(404);
    expect(await client.send('GET', `${PODS}/${await lost()}/proxy/metrics`)).toMatchObject({ status: 503, body: { reason: 'ServiceUnavailable', message: expect.stringContaining('connection refused') } });
    expect((await client.send('GET', `${PODS}/nobody/proxy/metrics`)).status).toBe(404);
  });

  it('a log is read, or it is said why not', async () => {
    expect(await client.send('GET', `${PODS}/${name}/log?tailLines=1&timestamps=true`)).toMatchObject({ status: 200, body: expect.stringMatching(/^\d{4}-[-\d]+T[:.\d]+Z level=info msg="(listening|request)".*\n$/) });
    expect((await client.send('GET', `${PODS}/${name}/log?limitBytes=5`)).body).toBe('level');
    expect(await client.send('GET', `${PODS}/${name}/log?container=other`)).toMatchObject({ status: 400, body: { message: `container other is not valid for pod ${name}` } });
    expect(await client.send('GET', `${PODS}/${name}/log?previous=true`)).toMatchObject({ status: 400, body: { message: `previous terminated container "main" in pod "${name}" not found` } });
    expect(await client.send('GET', `${PODS}/${name}/log?tailLines=-1`)).toMatchObject({ status: 400 });
    expect((await client.send('GET', `${PODS}/${await lost()}/log`)).body.message).toMatch(/^container "main" in pod "lost-\S+" is waiting to start: /);
  });

  it('discovery names them, and metrics.k8s.io', async () => {
    const names = (await client.send('GET', '/api/v1')).body.resources.map((each: any) => each.name);
    expect(names).toEqual(expect.arrayContaining(['pods/log', 'pods/proxy']));
    expect((await client.send('GET', '/apis/metrics.k8s.io/v1beta1')).body.resources.map((each: any) => [each.name, each.kind, each.verbs])).toEqual([['nodes', 'NodeMetrics', ['get', 'list']], ['pods', 'PodMetrics', ['get', 'list']]]);
  });

  it('usage of pods and nodes is told, of what runs', async () => {
    const pods = (await client.send('GET', '/apis/metrics.k8s.io/v1beta1/pods')).body;
    expect(pods).toMatchObject({ kind: 'PodMetricsList', items: [{ metadata: { name, namespace: 'default' }, containers: [{ name: 'main', usage: { cpu: expect.stringMatching(/^\d+[mn]$/), memory: '65536Ki' } }], window: '15s' }] });
    const [quiet, busy] = (await client.send('GET', '/apis/metrics.k8s.io/v1beta1/nodes')).body.items.sort((a: any, b: any) => a.usage.memory.length - b.usage.memory.length);
    expect([quiet.usage.memory, busy.usage.memory]).toEqual(['0Ki', '65536Ki']);
    expect((await client.send('GET', '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app%3Dlost')).body.items).toEqual([]);
    expect((await client.send('GET', `/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/${name}`)).body.kind).toBe('PodMetrics');
    expect((await client.send('GET', '/apis/metrics.k8s.io/v1beta1/nodes/nobody')).status).toBe(404);
    expect((await client.send('DELETE', `/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/${name}`)).status).toBe(405);
  });
});
