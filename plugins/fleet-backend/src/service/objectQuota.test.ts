import { MemoryStorage, type AdmissionRequest, type KubeObject } from '@flotilla/kube-api';
import { ObjectQuota, withinQuota } from './objectQuota';

const info = { group: 'fleet.kurator.dev', resource: 'fleets', kind: 'Fleet' };
const request = (over: object = {}) => ({ operation: 'CREATE', info, namespace: 'shop', name: 'new', principal: { kind: 'user', name: 'user:default/ann', groups: [] }, ...over }) as unknown as AdmissionRequest;

async function holding(count: number, namespace = 'shop') {
  const storage = new MemoryStorage();
  for (let i = 0; i < count; i++) {
    const name = `f${i}`;
    await storage.create({ group: info.group, resource: info.resource, namespace, name }, { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { name, namespace } } as KubeObject);
  }
  return storage;
}

describe('the quota of objects in a namespace', () => {
  const admit = (storage: MemoryStorage, limit: number) => {
    const admission = withinQuota(new ObjectQuota(storage, limit), () => ({ warnings: ['asked on'] }));
    return (over: object = {}) => admission({ warn: () => undefined, principal: request(over).principal }, request(over));
  };

  it('lets in what there is room for, and refuses what is beyond it in the words of a ResourceQuota', async () => {
    expect(await admit(await holding(3), 4)()).toEqual({ warnings: ['asked on'] });
    expect(await admit(await holding(4), 4)()).toEqual({
      denied: {
        code: 403,
        reason: 'Forbidden',
        message: 'fleets "new" is forbidden: exceeded quota: fleet.kube.limits.objectsPerNamespace, requested: count/fleets.fleet.kurator.dev=1, used: count/fleets.fleet.kurator.dev=4, limited: count/fleets.fleet.kurator.dev=4',
      },
    });
  });

  it('counts each namespace and each kind for itself', async () => {
    const ask = admit(await holding(4), 4);
    expect(await ask({ namespace: 'bank' })).not.toHaveProperty('denied');
    expect(await ask({ info: { ...info, resource: 'clusters' } })).not.toHaveProperty('denied');
  });

  it('is never about updates, deletions and the engine', async () => {
    const ask = admit(await holding(4), 4);
    for (const over of [{ operation: 'UPDATE' }, { operation: 'DELETE' }, { principal: { kind: 'system', name: 'engine', groups: [] } }]) expect(await ask(over)).not.toHaveProperty('denied');
  });

  it('is exact for one process, and counts seldom', async () => {
    const storage = new MemoryStorage();
    const list = jest.spyOn(storage, 'list');
    const quota = new ObjectQuota(storage, 1_000);
    let created = 0;
    while ((await quota.take(request())) === undefined && created < 2_000) {
      await storage.create({ group: info.group, resource: info.resource, namespace: 'shop', name: `f${created}` }, { metadata: { name: `f${created}` } } as KubeObject);
      created += 1;
    }
    expect(created).toBe(1_000);
    expect(list.mock.calls.length).toBeLessThan(20);
  });
});
