import { deployment, node, simulate, template, type Simulation } from '../testing/simulate';

describe('a pod', () => {
  let cluster: Simulation;

  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const run = async (replicas: number, requests: Record<string, string>, more: object = {}) => {
    await cluster.create(deployment('web', replicas, { template: template({ app: 'web' }, 'example.com/app:1', requests, more) }));
    await cluster.pass(10);
  };
  const places = async () => (await cluster.list('Pod')).map(pod => pod.spec.nodeName ?? '-').sort();
  const why = async () => (await cluster.list('Pod')).flatMap(pod => pod.status.conditions).find((each: any) => each.reason === 'Unschedulable')?.message;

  it('goes where it fits; what does not fit waits and says what is short', async () => {
    cluster = await simulate([node('one', { allocatable: { cpu: '3' } }), node('two', { allocatable: { cpu: '2' } })]);
    await run(4, { cpu: '1500m' });
    expect(await places()).toEqual(['-', '-', 'one', 'one', 'two'].slice(1));
    expect(await why()).toBe('0/2 nodes are available: 2 Insufficient cpu.');
  });

  it('needs its GPUs on one node', async () => {
    cluster = await simulate([node('one', { allocatable: { 'nvidia.com/gpu': '1' } }), node('two', { allocatable: { 'nvidia.com/gpu': '1' } })]);
    await run(1, { 'nvidia.com/gpu': '2' });
    expect(await places()).toEqual(['-']);
    expect(await why()).toBe('0/2 nodes are available: 2 Insufficient nvidia.com/gpu.');
  });

  it('does not go where there are as many pods as the node takes', async () => {
    cluster = await simulate([node('one', { allocatable: { pods: '2' } })]);
    await run(3, { cpu: '10m' });
    expect(await places()).toEqual(['-', 'one', 'one']);
    expect(await why()).toBe('0/1 nodes are available: 1 Too many pods.');
  });

  it('finds a home when room is made', async () => {
    cluster = await simulate([node('one', { allocatable: { cpu: '1' } })]);
    await run(1, { cpu: '1' });
    await cluster.create(deployment('later', 1));
    await cluster.pass(10);
    expect((await cluster.get('Deployment', 'later')).status.readyReplicas).toBeUndefined();
    await cluster.remove('Deployment', 'web');
    await cluster.pass(10);
    expect((await cluster.get('Deployment', 'later')).status.readyReplicas).toBe(1);
  });

  it('goes where its node selector says', async () => {
    cluster = await simulate([node('one'), node('two', { labels: { accelerator: 'v100' } })]);
    await run(2, { cpu: '1' }, { nodeSelector: { accelerator: 'v100' } });
    expect(await places()).toEqual(['two', 'two']);
  });

  it.each([
    ['In', { key: 'zone', operator: 'In', values: ['b', 'c'] }],
    ['NotIn', { key: 'zone', operator: 'NotIn', values: ['a'] }],
    ['Exists', { key: 'fast', operator: 'Exists' }],
    ['DoesNotExist', { key: 'slow', operator: 'DoesNotExist' }],
    ['Gt', { key: 'level', operator: 'Gt', values: ['3'] }],
    ['Lt', { key: 'distance', operator: 'Lt', values: ['3'] }],
  ])('goes where its node affinity says: %s', async (_, expression) => {
    cluster = await simulate([
      node('one', { labels: { zone: 'a', slow: '', level: '3', distance: '3' } }),
      node('two', { labels: { zone: 'b', fast: '', level: '4', distance: '2' } }),
    ]);
    await run(1, { cpu: '1' }, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } } } });
    expect(await places()).toEqual(['two']);
  });

  it('stays away from taints that it does not tolerate, and says which', async () => {
    cluster = await simulate([node('one', { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] })]);
    await run(1, { cpu: '1' });
    expect(await why()).toBe('0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}.');
  });

  it.each([
    ['by value', { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
    ['by key', { key: 'dedicated', operator: 'Exists' }],
    ['all of them', { operator: 'Exists' }],
  ])('goes to a tainted node when it tolerates %s', async (_, toleration) => {
    cluster = await simulate([node('one', { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] })]);
    await run(1, { cpu: '1' }, { tolerations: [toleration] });
    expect(await places()).toEqual(['one']);
  });

  it('does not come to a cordoned node', async () => {
    cluster = await simulate([node('one', { unschedulable: true })]);
    await run(1, { cpu: '1' });
    expect(await why()).toBe('0/1 nodes are available: 1 node(s) were unschedulable.');
  });

  it('asks for the largest init container where that is more than all others together', async () => {
    cluster = await simulate([node('one', { allocatable: { cpu: '2' } })]);
    await run(1, { cpu: '1' }, { initContainers: [{ name: 'setup', image: 'example.com/setup:1', resources: { requests: { cpu: '3' } } }] });
    expect(await why()).toBe('0/1 nodes are available: 1 Insufficient cpu.');
  });

  it('spreads: the node with the most free CPU is next', async () => {
    cluster = await simulate([node('one'), node('two')]);
    await run(4, { cpu: '1' });
    expect(await places()).toEqual(['one', 'one', 'two', 'two']);
  });
});
