import { daemonSet, node, simulate, template, type Simulation } from '../testing/simulate';

describe('a DaemonSet', () => {
  let cluster: Simulation;

  const open = async (...nodes: Parameters<typeof simulate>[0]) => {
    cluster = await simulate(nodes);
  };
  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const pods = async () => (await cluster.list('Pod')).filter(pod => !pod.metadata.deletionTimestamp);
  const places = async () => (await pods()).map(pod => pod.spec.nodeName).sort();
  const status = async () => (await cluster.get('DaemonSet', 'agent')).status;

  it('has one pod on every node, cordoned ones too, and on those that come', async () => {
    await open(node('one'), node('two', { unschedulable: true }));
    await cluster.create(daemonSet('agent'));
    await cluster.pass(10);
    expect(await places()).toEqual(['one', 'two']);
    expect(await status()).toEqual({ observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 2, numberMisscheduled: 0, numberReady: 2, updatedNumberScheduled: 2, numberAvailable: 2 });
    await cluster.create(node('three'));
    await cluster.status('Node', 'three', node('three').status);
    await cluster.pass(10);
    expect(await places()).toEqual(['one', 'three', 'two']);
  });

  it('is only where its selector and its tolerations let it be', async () => {
    await open(node('one', { labels: { disk: 'ssd' } }), node('two'), node('three', { labels: { disk: 'ssd' }, taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] }));
    await cluster.create(daemonSet('agent', { template: template({ app: 'agent' }, undefined, { cpu: '10m' }, { nodeSelector: { disk: 'ssd' } }) }));
    await cluster.pass(10);
    expect(await places()).toEqual(['one']);
    const tolerations = [{ key: 'dedicated', operator: 'Exists' }];
    await cluster.patch('DaemonSet', 'agent', { spec: { template: template({ app: 'agent' }, undefined, { cpu: '10m' }, { nodeSelector: { disk: 'ssd' }, tolerations }) } });
    await cluster.pass(20);
    expect(await places()).toEqual(['one', 'three']);
  });

  it('renews node by node', async () => {
    await open(node('one'), node('two'), node('three'));
    await cluster.create(daemonSet('agent'));
    await cluster.pass(10);
    await cluster.patch('DaemonSet', 'agent', { spec: { template: template({ app: 'agent' }, 'example.com/app:2', { cpu: '10m' }) } });
    for (let i = 0; i < 150; i += 1) {
      await cluster.pass(0.2);
      expect((await status()).numberUnavailable ?? 0).toBeLessThanOrEqual(1);
    }
    expect((await pods()).map(pod => pod.spec.containers[0].image)).toEqual(Array(3).fill('example.com/app:2'));
    expect((await status()).updatedNumberScheduled).toBe(3);
  });

  it('stays on a node that is lost', async () => {
    await open(node('one'), node('two'));
    await cluster.create(daemonSet('agent'));
    await cluster.pass(10);
    await cluster.patch('Node', 'one', { metadata: { annotations: { 'simulated.flotilla.dev/down': 'true' } } });
    await cluster.pass(600);
    expect(await places()).toEqual(['one', 'two']);
    expect(await status()).toMatchObject({ desiredNumberScheduled: 2, numberReady: 1, numberUnavailable: 1 });
  });

  it('writes nothing once it is as wanted', async () => {
    await open(node('one'), node('two'));
    await cluster.create(daemonSet('agent'));
    await cluster.pass(10);
    const before = await cluster.writes();
    await cluster.pass(7_200);
    expect(await cluster.writes()).toBe(before);
  });
});
