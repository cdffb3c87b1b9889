import { deployment, job, node, simulate, statefulSet, template, type Simulation } from '../testing/simulate';

const DOWN = { metadata: { annotations: { 'simulated.flotilla.dev/down': 'true' } } };

describe('a pod', () => {
  let cluster: Simulation;

  beforeEach(async () => {
    cluster = await simulate([node('one'), node('two')]);
  });
  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const run = (image: string, more: object = {}, annotations: Record<string, string> = {}) => cluster.create(deployment('web', 1, { template: template({ app: 'web' }, image, { cpu: '10m' }, more, annotations) }));
  const pod = async () => (await cluster.list('Pod'))[0];
  const container = async () => (await pod()).status.containerStatuses[0];
  const warnings = async () => (await cluster.list('Event')).map(({ reason, message, count }) => `${count}x ${reason}: ${message}`);

  it.each(['example.com/app:missing', 'example.com/app:2.0-missing', 'registry.invalid/app:1'])('whose image %s is not there says so, waits, and tries again', async image => {
    await run(image);
    const seen: string[] = [];
    for (let i = 0; i < 400; i += 1) {
      await cluster.pass(0.5);
      const { reason } = (await container()).state.waiting;
      if (seen.at(-1) !== reason) seen.push(reason);
    }
    expect(seen).toEqual(['ContainerCreating', ...Array(5).fill(['ErrImagePull', 'ImagePullBackOff']).flat()]);
    expect((await container()).state.waiting.message).toContain(`Back-off pulling image "${image}"`);
    expect((await pod()).status.phase).toBe('Pending');
    expect((await warnings()).find(each => each.includes('Failed to pull'))).toMatch(/^5x Failed: Failed to pull image/);
    expect((await cluster.get('Deployment', 'web')).status.readyReplicas).toBeUndefined();
  });

  it('whose containers crash starts them again, later each time', async () => {
    await run('example.com/app:2-crashing');
    const starts: number[] = [];
    for (let i = 0; i < 300; i += 1) {
      await cluster.pass(0.5);
      const { restartCount, state } = await container();
      if (state.running && starts.length === restartCount) starts.push(cluster.now());
    }
    const waits = starts.slice(1).map((at, i) => Math.round((at - starts[i]) / 1000) - 3);
    expect(waits.length).toBeGreaterThanOrEqual(4);
    waits.slice(0, 4).forEach((wait, i) => expect(Math.abs(wait - [1, 10, 20, 40][i])).toBeLessThanOrEqual(1));
    await cluster.pass(3);
    const { state, lastState, ready } = await container();
    expect([ready, state.waiting?.reason, lastState.terminated]).toEqual([false, 'CrashLoopBackOff', expect.objectContaining({ exitCode: 1, reason: 'Error' })]);
    expect(state.waiting.message).toMatch(/^back-off 80s restarting failed container=main pod=web-\w+-\w+_default\([-0-9a-f]+\)$/);
    expect((await pod()).status.phase).toBe('Running');
    expect((await warnings()).join()).toContain('BackOff: Back-off restarting failed container main in pod');
  });

  it('whose containers end well starts them again too, unless it is told otherwise', async () => {
    await run('example.com/app:1', {}, { 'simulated.flotilla.dev/run-for': '5s' });
    await cluster.pass(20);
    expect((await container()).restartCount).toBe(1);
    const finite = job('train', {}, { 'simulated.flotilla.dev/run-for': '5s', 'simulated.flotilla.dev/exit-code': '1' });
    finite.spec.template.spec.restartPolicy = 'OnFailure';
    await cluster.create(finite);
    await cluster.pass(20);
    const [, train] = (await cluster.list('Pod')).sort((a, b) => Number(a.metadata.name.startsWith('train')) - Number(b.metadata.name.startsWith('train')));
    expect(train.status.containerStatuses[0].restartCount).toBe(1);
    expect(train.status.phase).toBe('Running');
  });

  it('is ready as late as its probe begins, or never', async () => {
    const probed: any = template({ app: 'web' }, undefined, { cpu: '10m' });
    probed.spec.containers[0].readinessProbe = { initialDelaySeconds: 20, httpGet: { port: 80 } };
    await cluster.create(deployment('web', 1, { template: probed }));
    await cluster.pass(15);
    expect(await container()).toMatchObject({ ready: false, started: true });
    await cluster.pass(15);
    expect(await container()).toMatchObject({ ready: true });
    await cluster.create(deployment('never', 1, { template: template({ app: 'never' }, 'example.com/app:3-unready', { cpu: '10m' }) }));
    await cluster.pass(3_600);
    expect((await cluster.get('Deployment', 'never')).status).toMatchObject({ replicas: 1, unavailableReplicas: 1 });
  });

  it('is terminating for a moment when it is deleted', async () => {
    await run('example.com/app:1');
    await cluster.pass(10);
    const { metadata } = await pod();
    await cluster.remove('Pod', metadata.name);
    expect(await cluster.get('Pod', metadata.name)).toMatchObject({ metadata: { deletionGracePeriodSeconds: 30 } });
    await cluster.pass(2);
    expect(await cluster.get('Pod', metadata.name)).toBeUndefined();
  });

  it('on a node that is lost is not ready, evicted after five minutes, and goes when the node is back', async () => {
    await cluster.create(deployment('web', 4, { template: template({ app: 'web' }, undefined, { cpu: '10m' }) }));
    await cluster.pass(10);
    const there = (await cluster.list('Pod')).filter(each => each.spec.nodeName === 'one');
    expect(there).toHaveLength(2);
    await cluster.patch('Node', 'one', DOWN);
    await cluster.pass(30);
    expect((await cluster.get('Deployment', 'web')).status.readyReplicas).toBe(4);
    await cluster.pass(15);
    const lost = await cluster.get('Node', 'one');
    expect(lost.status.conditions[0]).toMatchObject({ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' });
    expect(lost.spec.taints.map(({ key, effect }: any) => [key, effect])).toEqual([['node.kubernetes.io/unreachable', 'NoSchedule'], ['node.kubernetes.io/unreachable', 'NoExecute']]);
    expect((await cluster.get('Deployment', 'web')).status.readyReplicas).toBe(2);
    await cluster.pass(290);
    expect((await cluster.list('Pod')).filter(each => each.metadata.deletionTimestamp)).toHaveLength(0);
    await cluster.pass(30);
    const gone = (await cluster.list('Pod')).filter(each => each.metadata.deletionTimestamp);
    expect(gone.map(each => each.spec.nodeName)).toEqual(['one', 'one']);
    expect((await cluster.get('Deployment', 'web')).status).toMatchObject({ readyReplicas: 4, terminatingReplicas: 2 });
    await cluster.patch('Node', 'one', { metadata: { annotations: null } });
    await cluster.pass(10);
    expect((await cluster.get('Node', 'one')).spec.taints).toBeUndefined();
    expect((await cluster.get('Node', 'one')).status.conditions[0]).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect((await cluster.list('Pod')).filter(each => each.metadata.deletionTimestamp)).toEqual([]);
  });

  it('of a StatefulSet is not replaced while its node may still run it', async () => {
    await cluster.create(statefulSet('db', 1));
    await cluster.pass(10);
    const [{ spec, metadata }] = await cluster.list('Pod');
    await cluster.patch('Node', spec.nodeName, DOWN);
    await cluster.pass(1_000);
    expect((await cluster.list('Pod')).map(each => [each.metadata.uid, each.metadata.deletionTimestamp !== undefined])).toEqual([[metadata.uid, true]]);
  });

  it('leaves a node whose NoExecute taint it does not tolerate, at once or when its time is over', async () => {
    await cluster.create(deployment('web', 2, { template: template({ app: 'web' }, undefined, { cpu: '10m' }) }));
    const tolerations = [{ key: 'maintenance', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }];
    await cluster.create(deployment('patient', 2, { template: template({ app: 'patient' }, undefined, { cpu: '10m' }, { tolerations }) }));
    await cluster.pass(10);
    const on = async (app: string) => (await cluster.list('Pod')).filter(each => each.metadata.labels.app === app && each.spec.nodeName === 'one').length;
    expect([await on('web'), await on('patient')]).toEqual([1, 1]);
    await cluster.patch('Node', 'one', { spec: { taints: [{ key: 'maintenance', effect: 'NoExecute' }] } });
    await cluster.pass(20);
    expect([await on('web'), await on('patient')]).toEqual([0, 1]);
    await cluster.patch('Node', 'one', { spec: { taints: [{ key: 'maintenance', effect: 'NoExecute' }, { key: 'more', effect: 'NoSchedule' }] } });
    await cluster.pass(60);
    expect(await on('patient')).toBe(0);
  });
});
