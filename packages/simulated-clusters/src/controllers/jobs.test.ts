import { job, node, simulate, type Simulation } from '../testing/simulate';
import { EXIT_CODE, RUN_FOR } from '../pods/annotations';

const condition = (object: any, type: string) => object.status?.conditions?.find((each: any) => each.type === type);

describe('a Job', () => {
  let cluster: Simulation;

  beforeEach(async () => {
    cluster = await simulate([node('one'), node('two')]);
  });
  afterEach(() => {
    cluster.end();
    expect(cluster.faults).toEqual([]);
  });

  const pods = (phase?: string) => cluster.list('Pod').then(list => list.filter(pod => !phase || pod.status?.phase === phase));

  it('runs, completes, and is not run again', async () => {
    await cluster.create(job('train', {}, { [RUN_FOR]: '20s' }));
    await cluster.pass(10);
    expect((await cluster.get('Job', 'train')).status).toMatchObject({ active: 1, ready: 1 });
    await cluster.pass(30);
    const done = await cluster.get('Job', 'train');
    expect(done.status).toMatchObject({ succeeded: 1, ready: 0 });
    expect(done.status.active).toBeUndefined();
    expect(Date.parse(done.status.completionTime)).toBeGreaterThan(Date.parse(done.status.startTime));
    expect(done.status.conditions.map((each: any) => [each.type, each.status])).toEqual([['SuccessCriteriaMet', 'True'], ['Complete', 'True']]);
    await cluster.pass(3600);
    expect(await pods()).toHaveLength(1);
  });

  it('has as many pods at once as parallelism says, until completions are reached', async () => {
    await cluster.create(job('train', { parallelism: 2, completions: 5 }, { [RUN_FOR]: '20s' }));
    for (let i = 0; i < 60; i += 1) {
      await cluster.pass(2);
      expect((await pods('Running')).length).toBeLessThanOrEqual(2);
    }
    expect((await cluster.get('Job', 'train')).status).toMatchObject({ succeeded: 5 });
    expect(await pods()).toHaveLength(5);
  });

  it('without completions begins no more pods once one has succeeded', async () => {
    await cluster.create(job('train', { parallelism: 3 }, { [RUN_FOR]: '20s' }));
    await cluster.pass(60);
    expect((await cluster.get('Job', 'train')).status).toMatchObject({ succeeded: 3 });
    expect(condition(await cluster.get('Job', 'train'), 'Complete').status).toBe('True');
    expect(await pods()).toHaveLength(3);
  });

  it('tries again after a while that doubles, and gives up after backoffLimit', async () => {
    await cluster.create(job('train', { backoffLimit: 2 }, { [RUN_FOR]: '1s', [EXIT_CODE]: '3' }));
    await cluster.pass(10);
    expect(await pods('Failed')).toHaveLength(1);
    expect(await pods()).toHaveLength(1);
    await cluster.pass(12);
    expect(await pods()).toHaveLength(2);
    expect(condition(await cluster.get('Job', 'train'), 'Failed')).toBeUndefined();
    await cluster.pass(60);
    const { status } = await cluster.get('Job', 'train');
    expect(status).toMatchObject({ failed: 3 });
    expect(condition({ status }, 'Failed')).toMatchObject({ status: 'True', reason: 'BackoffLimitExceeded' });
    expect((await pods())[0].status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  it('fails when it takes longer than activeDeadlineSeconds, and its pods go', async () => {
    await cluster.create(job('train', { activeDeadlineSeconds: 30 }));
    await cluster.pass(20);
    expect(await pods('Running')).toHaveLength(1);
    await cluster.pass(15);
    expect(condition(await cluster.get('Job', 'train'), 'Failed')).toMatchObject({ status: 'True', reason: 'DeadlineExceeded' });
    expect(await pods()).toEqual([]);
  });

  it('goes, with its pods, ttlSecondsAfterFinished after its end', async () => {
    await cluster.create(job('train', { ttlSecondsAfterFinished: 100 }, { [RUN_FOR]: '5s' }));
    await cluster.pass(90);
    expect(condition(await cluster.get('Job', 'train'), 'Complete')).toBeDefined();
    await cluster.pass(40);
    expect(await cluster.get('Job', 'train')).toBeUndefined();
    expect(await pods()).toEqual([]);
  });

  it('has no pods while it is suspended, and begins when it is resumed', async () => {
    await cluster.create(job('train', { suspend: true }));
    await cluster.pass(10);
    expect(await pods()).toEqual([]);
    expect(condition(await cluster.get('Job', 'train'), 'Suspended').status).toBe('True');
    expect((await cluster.get('Job', 'train')).status.startTime).toBeUndefined();
    await cluster.patch('Job', 'train', { spec: { suspend: false } });
    await cluster.pass(10);
    expect(await pods('Running')).toHaveLength(1);
    expect(condition(await cluster.get('Job', 'train'), 'Suspended').status).toBe('False');
    await cluster.patch('Job', 'train', { spec: { suspend: true } });
    await cluster.pass(10);
    expect(await pods()).toEqual([]);
  });

  it('gives each pod of an indexed Job an index of its own', async () => {
    await cluster.create(job('train', { parallelism: 3, completions: 3, completionMode: 'Indexed' }));
    await cluster.pass(10);
    expect((await pods()).map(pod => pod.metadata.annotations['batch.kubernetes.io/job-completion-index']).sort()).toEqual(['0', '1', '2']);
  });

  it('labels its pods so that they can be found by the Job', async () => {
    await cluster.create(job('train', {}));
    await cluster.pass(1);
    const { uid } = (await cluster.get('Job', 'train')).metadata;
    expect((await pods())[0].metadata.labels).toMatchObject({ 'batch.kubernetes.io/job-name': 'train', 'batch.kubernetes.io/controller-uid': uid, app: 'train' });
  });

  it('takes its pods with it when it is deleted', async () => {
    await cluster.create(job('train', { parallelism: 2 }));
    await cluster.pass(10);
    await cluster.remove('Job', 'train');
    await cluster.pass(2);
    expect(await pods()).toEqual([]);
  });
});
