import { deployment, node, simulate, template, type Simulation } from '../testing/simulate';

const second = (name: string) => template({ app: name }, 'example.com/app:2');
const condition = (object: any, type: string) => object.status.conditions.find((each: any) => each.type === type);

describe('a Deployment', () => {
  let cluster: Simulation;

  beforeEach(async () => {
    cluster = await simulate([node('one'), node('two')]);
  });
  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const livePods = async () => (await cluster.list('Pod')).filter(pod => !pod.metadata.deletionTimestamp);
  const images = async () => (await livePods()).map(pod => pod.spec.containers[0].image).sort();

  it('has its pods ready within ten seconds', async () => {
    await cluster.create(deployment('web', 4));
    await cluster.pass(10);
    const { status, metadata } = await cluster.get('Deployment', 'web');
    expect(status).toMatchObject({ observedGeneration: 1, replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 });
    expect(status.unavailableReplicas).toBeUndefined();
    expect(condition({ status }, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(condition({ status }, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(metadata.annotations['deployment.kubernetes.io/revision']).toBe('1');
  });

  it('says first that nothing is ready yet', async () => {
    await cluster.create(deployment('web', 4));
    await cluster.pass(0.5);
    const { status } = await cluster.get('Deployment', 'web');
    expect(status.readyReplicas).toBeUndefined();
    expect(status.unavailableReplicas).toBe(4);
    expect(condition({ status }, 'Available').status).toBe('False');
  });

  it('writes nothing once it is as wanted', async () => {
    await cluster.create(deployment('web', 4));
    await cluster.pass(10);
    const before = await cluster.writes();
    await cluster.pass(7200);
    expect(await cluster.writes()).toBe(before);
  });

  it('grows and shrinks in the same ReplicaSet', async () => {
    await cluster.create(deployment('web', 2));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { replicas: 5 } });
    await cluster.pass(10);
    expect((await cluster.get('Deployment', 'web')).status.readyReplicas).toBe(5);
    await cluster.patch('Deployment', 'web', { spec: { replicas: 1 } });
    await cluster.pass(10);
    expect(await livePods()).toHaveLength(1);
    expect(await cluster.list('ReplicaSet')).toHaveLength(1);
  });

  it('goes to none when it wants none', async () => {
    await cluster.create(deployment('web', 2));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { replicas: 0 } });
    await cluster.pass(10);
    expect(await livePods()).toEqual([]);
    expect((await cluster.get('Deployment', 'web')).status.replicas).toBeUndefined();
  });

  it('rolls within its surge, and never has fewer available than it may', async () => {
    await cluster.create(deployment('web', 8));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { template: second('web') } });
    const seen: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      await cluster.pass(0.2);
      const pods = await livePods();
      expect(pods.length).toBeLessThanOrEqual(10);
      seen.push(pods.filter(pod => pod.status?.conditions?.some((each: any) => each.type === 'Ready' && each.status === 'True')).length);
    }
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(6);
    expect(await images()).toEqual(Array(8).fill('example.com/app:2'));
    expect((await cluster.get('Deployment', 'web')).status).toMatchObject({ replicas: 8, updatedReplicas: 8, availableReplicas: 8 });
  });

  it('takes maxSurge and maxUnavailable at their word', async () => {
    await cluster.create(deployment('web', 4, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { template: second('web') } });
    for (let i = 0; i < 200; i += 1) {
      await cluster.pass(0.2);
      expect((await livePods()).length).toBeLessThanOrEqual(5);
      expect((await cluster.get('Deployment', 'web')).status.availableReplicas).toBeGreaterThanOrEqual(4);
    }
    expect(await images()).toEqual(Array(4).fill('example.com/app:2'));
  });

  it('with Recreate lets all old pods go before a new one comes', async () => {
    await cluster.create(deployment('web', 3, { strategy: { type: 'Recreate' } }));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { template: second('web') } });
    for (let i = 0; i < 60; i += 1) {
      await cluster.pass(0.2);
      expect(new Set(await images()).size).toBeLessThanOrEqual(1);
    }
    expect(await images()).toEqual(Array(3).fill('example.com/app:2'));
  });

  it('keeps old pods while the new ones cannot come, and says so after its deadline', async () => {
    await cluster.create(deployment('web', 4, { progressDeadlineSeconds: 60 }));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { template: template({ app: 'web' }, 'example.com/app:2', { cpu: '100' }) } });
    await cluster.pass(50);
    expect(condition(await cluster.get('Deployment', 'web'), 'Progressing').status).toBe('True');
    await cluster.pass(30);
    const { status } = await cluster.get('Deployment', 'web');
    expect(condition({ status }, 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(status.availableReplicas).toBe(3);
    expect(condition({ status }, 'Available').status).toBe('True');
  });

  it('counts as available what has been ready for minReadySeconds', async () => {
    await cluster.create(deployment('web', 1, { minReadySeconds: 30 }));
    await cluster.pass(12);
    expect((await cluster.get('Deployment', 'web')).status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    await cluster.pass(30);
    expect((await cluster.get('Deployment', 'web')).status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
  });

  it('stands still while it is paused', async () => {
    await cluster.create(deployment('web', 2));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { paused: true, template: second('web') } });
    await cluster.pass(20);
    expect(await images()).toEqual(Array(2).fill('example.com/app:1'));
    await cluster.patch('Deployment', 'web', { spec: { paused: false } });
    await cluster.pass(20);
    expect(await images()).toEqual(Array(2).fill('example.com/app:2'));
  });

  it('numbers its revisions, and goes back to the ReplicaSet of an old template', async () => {
    await cluster.create(deployment('web', 1));
    await cluster.pass(10);
    await cluster.patch('Deployment', 'web', { spec: { template: second('web') } });
    await cluster.pass(20);
    await cluster.patch('Deployment', 'web', { spec: { template: template({ app: 'web' }) } });
    await cluster.pass(20);
    const sets = await cluster.list('ReplicaSet');
    expect(sets.map(set => [set.spec.template.spec.containers[0].image, set.metadata.annotations['deployment.kubernetes.io/revision'], set.spec.replicas]).sort()).toEqual([
      ['example.com/app:1', '3', 1],
      ['example.com/app:2', '2', 0],
    ]);
    expect((await cluster.get('Deployment', 'web')).metadata.annotations['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('keeps as many old ReplicaSets as revisionHistoryLimit says, the newest', async () => {
    await cluster.create(deployment('web', 1, { revisionHistoryLimit: 2 }));
    for (const version of ['2', '3', '4', '5']) {
      await cluster.pass(20);
      await cluster.patch('Deployment', 'web', { spec: { template: template({ app: 'web' }, `example.com/app:${version}`) } });
    }
    await cluster.pass(20);
    const kept = (await cluster.list('ReplicaSet')).map(set => set.spec.template.spec.containers[0].image).sort();
    expect(kept).toEqual(['example.com/app:3', 'example.com/app:4', 'example.com/app:5']);
  });

  it('takes a template of other order for the same', async () => {
    await cluster.create(deployment('web', 1));
    await cluster.pass(10);
    const { spec, metadata } = template({ app: 'web' });
    const [{ name, image, resources }] = spec.containers;
    await cluster.patch('Deployment', 'web', { spec: { template: { spec: { containers: [{ resources, image, name }] }, metadata } } });
    await cluster.pass(10);
    expect(await cluster.list('ReplicaSet')).toHaveLength(1);
  });

  it('makes a new pod for one that was deleted', async () => {
    await cluster.create(deployment('web', 2));
    await cluster.pass(10);
    const [pod] = await livePods();
    await cluster.remove('Pod', pod.metadata.name);
    await cluster.pass(10);
    const names = (await livePods()).map(each => each.metadata.name);
    expect(names).toHaveLength(2);
    expect(names).not.toContain(pod.metadata.name);
  });

  it('takes ReplicaSets and pods with it when it is deleted', async () => {
    await cluster.create(deployment('web', 2));
    await cluster.pass(10);
    await cluster.remove('Deployment', 'web');
    await cluster.pass(5);
    expect(await cluster.list('ReplicaSet')).toEqual([]);
    expect(await cluster.list('Pod')).toEqual([]);
  });

  it('goes with its namespace, and nothing is made in it meanwhile', async () => {
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gone' } });
    const web = deployment('web', 3);
    await cluster.create({ ...web, metadata: { ...web.metadata, namespace: 'gone' } });
    await cluster.pass(10);
    await cluster.remove('Namespace', 'gone');
    await cluster.pass(10);
    expect(await cluster.get('Namespace', 'gone')).toBeUndefined();
    expect(await cluster.list('Pod')).toEqual([]);
  });
});
