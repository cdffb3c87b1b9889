import type { DeleteOptions } from '../service';
import { testService } from './testKit';

describe('a pod that is deleted', () => {
  const open = async (spec: object = { nodeName: 'one' }) => {
    const { service, ctx, target, create, clock } = testService();
    await create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'main', image: 'example.com/app:1' }], ...spec } });
    const at = target('v1', 'Pod', 'web');
    return { remove: (options: DeleteOptions = {}) => service.delete(ctx, at, options), get: () => service.get(ctx, at), clock };
  };

  it('is gone at once while no node has it', async () => {
    const pod = await open({});
    await pod.remove();
    await expect(pod.get()).rejects.toThrow('not found');
  });

  it('has its grace on a node, and goes when its kubelet says so', async () => {
    const pod = await open();
    expect((await pod.remove()).metadata).toMatchObject({ deletionTimestamp: '2026-01-02T03:04:35Z', deletionGracePeriodSeconds: 30 });
    expect((await pod.get()).metadata.deletionGracePeriodSeconds).toBe(30);
    await pod.remove({ gracePeriodSeconds: 0 });
    await expect(pod.get()).rejects.toThrow('not found');
  });

  it('has the grace it asks for, and the one that the deletion names before that', async () => {
    const slow = await open({ nodeName: 'one', terminationGracePeriodSeconds: 90 });
    expect((await slow.remove()).metadata.deletionGracePeriodSeconds).toBe(90);
    const told = await open();
    expect((await told.remove({ gracePeriodSeconds: 5 })).metadata.deletionGracePeriodSeconds).toBe(5);
  });

  it('deleted again can only go sooner', async () => {
    const pod = await open();
    await pod.remove();
    await pod.remove({ gracePeriodSeconds: 60 });
    expect((await pod.get()).metadata.deletionTimestamp).toBe('2026-01-02T03:04:35Z');
    await pod.remove();
    expect((await pod.get()).metadata.deletionTimestamp).toBe('2026-01-02T03:04:35Z');
    await pod.remove({ gracePeriodSeconds: 10 });
    expect((await pod.get()).metadata).toMatchObject({ deletionTimestamp: '2026-01-02T03:04:15Z', deletionGracePeriodSeconds: 10 });
  });
});
