import { deployment, node, simulate, template, type Simulation } from '../testing/simulate';

describe('a kubelet', () => {
  let cluster: Simulation;

  beforeEach(async () => {
    cluster = await simulate([node('one')]);
  });
  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const untilReady = async (name: string, replicas: number) => {
    let seconds = 0;
    for (; (await cluster.get('Deployment', name))?.status?.readyReplicas !== replicas && seconds < 60; seconds += 0.1) await cluster.pass(0.1);
    return seconds;
  };

  it('pulls an image once: the first start takes seconds, the next about one', async () => {
    await cluster.create(deployment('first', 1));
    const first = await untilReady('first', 1);
    expect(first).toBeGreaterThan(2);
    expect(first).toBeLessThan(10);
    await cluster.create(deployment('second', 1));
    const again = await untilReady('second', 1);
    expect(again).toBeLessThan(2);
  });

  it('says that it creates the containers, then that they run', async () => {
    await cluster.create(deployment('web', 1));
    await cluster.pass(1);
    const [waiting] = await cluster.list('Pod');
    expect(waiting.status).toMatchObject({ phase: 'Pending', hostIP: '10.0.0.1', containerStatuses: [{ ready: false, state: { waiting: { reason: 'ContainerCreating' } } }] });
    await cluster.pass(10);
    const [running] = await cluster.list('Pod');
    expect(running.status).toMatchObject({ phase: 'Running', podIPs: [{ ip: running.status.podIP }], containerStatuses: [{ ready: true, started: true }] });
    expect(running.status.conditions.map((each: any) => each.status)).toEqual(['True', 'True', 'True', 'True']);
  });

  it('gives each pod an address of its own', async () => {
    await cluster.create(deployment('web', 9));
    await cluster.pass(20);
    expect(new Set((await cluster.list('Pod')).map(pod => pod.status.podIP)).size).toBe(9);
  });

  it('lets a pod go that is deleted while it starts', async () => {
    await cluster.create(deployment('web', 1, { template: template({ app: 'web' }) }));
    await cluster.pass(0.5);
    await cluster.remove('Deployment', 'web');
    await cluster.pass(20);
    expect(await cluster.list('Pod')).toEqual([]);
  });

  it('is gone with its node: the pods are made anew elsewhere', async () => {
    await cluster.create(deployment('web', 2));
    await cluster.pass(10);
    await cluster.create(node('two'));
    await cluster.status('Node', 'two', node('two').status);
    await cluster.remove('Node', 'one');
    await cluster.pass(20);
    expect((await cluster.list('Pod')).map(pod => pod.spec.nodeName)).toEqual(['two', 'two']);
    expect((await cluster.get('Deployment', 'web')).status.readyReplicas).toBe(2);
  });
});
