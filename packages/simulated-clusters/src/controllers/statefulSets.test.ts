import { node, simulate, statefulSet, template, type Simulation } from '../testing/simulate';

const second = template({ app: 'db' }, 'example.com/app:2', { cpu: '10m' });

describe('a StatefulSet', () => {
  let cluster: Simulation;

  beforeEach(async () => {
    cluster = await simulate([node('one'), node('two')]);
  });
  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const pods = async () => (await cluster.list('Pod')).filter(pod => !pod.metadata.deletionTimestamp);
  const isReady = (pod: any) => pod.status?.conditions?.some((each: any) => each.type === 'Ready' && each.status === 'True');
  const images = async () => Object.fromEntries((await pods()).map(pod => [pod.metadata.name, pod.spec.containers[0].image.split(':')[1]]));
  const status = async () => (await cluster.get('StatefulSet', 'db')).status;

  it('makes its pods one after the other, each once the one before is ready', async () => {
    await cluster.create(statefulSet('db', 3));
    const seen: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      await cluster.pass(0.2);
      const now = await pods();
      if (now.length > seen.length) {
        expect(now.slice(0, -1).every(isReady)).toBe(true);
        seen.push(now.at(-1).metadata.name);
      }
    }
    expect(seen).toEqual(['db-0', 'db-1', 'db-2']);
    const [first] = await pods();
    expect(first.metadata.labels).toMatchObject({ 'apps.kubernetes.io/pod-index': '0', 'statefulset.kubernetes.io/pod-name': 'db-0' });
    expect(first.spec).toMatchObject({ hostname: 'db-0', subdomain: 'db' });
    const { currentRevision, updateRevision, ...counts } = await status();
    expect(counts).toEqual({ observedGeneration: 1, replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, collisionCount: 0 });
    expect(currentRevision).toBe(updateRevision);
    expect((await cluster.list('ControllerRevision')).map(each => each.metadata.name)).toEqual([currentRevision]);
  });

  it('says Parallel: makes and ends them at once', async () => {
    await cluster.create(statefulSet('db', 3, { podManagementPolicy: 'Parallel' }));
    await cluster.pass(1);
    expect(await pods()).toHaveLength(3);
    await cluster.pass(20);
    await cluster.patch('StatefulSet', 'db', { spec: { replicas: 0 } });
    await cluster.pass(0.1);
    expect(await pods()).toHaveLength(0);
  });

  it('shrinks from the last, one after the other', async () => {
    await cluster.create(statefulSet('db', 3));
    await cluster.pass(40);
    await cluster.patch('StatefulSet', 'db', { spec: { replicas: 1 } });
    await cluster.pass(0.1);
    expect(Object.keys(await images())).toEqual(['db-0', 'db-1']);
    await cluster.pass(10);
    expect(Object.keys(await images())).toEqual(['db-0']);
    expect((await status()).replicas).toBe(1);
  });

  it('renews from the last, never with more than one away, under the same names', async () => {
    await cluster.create(statefulSet('db', 3));
    await cluster.pass(40);
    await cluster.patch('StatefulSet', 'db', { spec: { template: second } });
    const order: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      await cluster.pass(0.2);
      expect((await pods()).filter(isReady).length).toBeGreaterThanOrEqual(2);
      for (const [name, image] of Object.entries(await images())) if (image === '2' && !order.includes(name)) order.push(name);
    }
    expect(order).toEqual(['db-2', 'db-1', 'db-0']);
    const { currentRevision, updateRevision, updatedReplicas, currentReplicas } = await status();
    expect([currentRevision === updateRevision, updatedReplicas, currentReplicas]).toEqual([true, 3, 3]);
    expect(await cluster.list('ControllerRevision')).toHaveLength(2);
  });

  it('renews down to its partition; what is below and is lost comes back as it was', async () => {
    await cluster.create(statefulSet('db', 3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }));
    await cluster.pass(40);
    await cluster.patch('StatefulSet', 'db', { spec: { template: second } });
    await cluster.pass(30);
    expect(await images()).toEqual({ 'db-0': '1', 'db-1': '1', 'db-2': '2' });
    await cluster.remove('Pod', 'db-0');
    await cluster.pass(30);
    expect(await images()).toEqual({ 'db-0': '1', 'db-1': '1', 'db-2': '2' });
    const { currentRevision, updateRevision, updatedReplicas, currentReplicas } = await status();
    expect([currentRevision === updateRevision, updatedReplicas, currentReplicas]).toEqual([false, 1, 2]);
    await cluster.patch('StatefulSet', 'db', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await cluster.pass(40);
    expect(await images()).toEqual({ 'db-0': '2', 'db-1': '2', 'db-2': '2' });
  });

  it('with OnDelete renews what somebody deletes', async () => {
    await cluster.create(statefulSet('db', 2, { updateStrategy: { type: 'OnDelete' } }));
    await cluster.pass(30);
    await cluster.patch('StatefulSet', 'db', { spec: { template: second } });
    await cluster.pass(30);
    expect(await images()).toEqual({ 'db-0': '1', 'db-1': '1' });
    await cluster.remove('Pod', 'db-0');
    await cluster.pass(30);
    expect(await images()).toEqual({ 'db-0': '2', 'db-1': '1' });
  });

  it('counts from where it is told, and keeps its volumes', async () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }];
    await cluster.create(statefulSet('db', 2, { ordinals: { start: 5 }, volumeClaimTemplates }));
    await cluster.pass(30);
    expect(Object.keys(await images())).toEqual(['db-5', 'db-6']);
    expect((await pods())[0].spec.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-5' } });
    await cluster.patch('StatefulSet', 'db', { spec: { replicas: 1 } });
    await cluster.pass(20);
    expect((await cluster.list('PersistentVolumeClaim')).map(({ metadata, status: { phase } }) => [metadata.name, phase])).toEqual([['data-db-5', 'Bound'], ['data-db-6', 'Bound']]);
  });

  it('writes nothing once it is as wanted', async () => {
    await cluster.create(statefulSet('db', 2));
    await cluster.pass(40);
    const before = await cluster.writes();
    await cluster.pass(7_200);
    expect(await cluster.writes()).toBe(before);
  });
});
