import type { Principal } from '@flotilla/kube-api';
import { impersonatedAs, impersonation } from './impersonation';

const user = (name: string): Principal => ({ kind: 'user', name, groups: ['system:authenticated'], credentials: {} });

describe('who somebody is in a member', () => {
  it('is a user with the groups they own by, and a program without', () => {
    expect(impersonatedAs(user('user:default/ann'), ['user:default/ann', 'group:default/web'])).toEqual({ user: 'user:default/ann', groups: ['group:default/web'] });
    expect(impersonatedAs({ kind: 'service', name: 'external:deploy' }, [])).toEqual({ user: 'external:deploy', groups: [] });
  });

  it.each(['system:masters', 'system:admin', 'System:x', 'system:serviceaccount:kube-system:default', '', 'a b', 'a\r\nImpersonate-Group: system:masters', 'ännchen', 'a'.repeat(254)])('is never a user %j', name => {
    expect(() => impersonatedAs(user(name), [])).toThrow(/nobody of this name/);
  });

  it('is never in a group that Kubernetes keeps for itself, or that would change on the way', () => {
    expect(impersonatedAs(user('user:default/ann'), ['system:masters', 'SYSTEM:masters', 'a\nb', 'grüppe', '', 'group:default/web']).groups).toEqual(['group:default/web']);
  });

  it('is nobody for whoever is not signed in, nor for the engine', () => {
    for (const kind of ['anonymous', 'system'] as const) expect(() => impersonatedAs({ kind, name: 'x' }, [])).toThrow(/nobody of this name/);
  });

  it('is asked for once for a sign-in, and again after a failure', async () => {
    let asked = 0;
    let broken = true;
    const personOf = impersonation({
      getUserInfo: async () => {
        asked += 1;
        if (broken) throw new Error('planted');
        return { userEntityRef: 'user:default/ann', ownershipEntityRefs: ['group:default/web'] };
      },
    });
    const ann = user('user:default/ann');
    await expect(personOf(ann)).rejects.toMatchObject({ code: 503, message: expect.not.stringContaining('planted') });
    broken = false;
    expect(await Promise.all([personOf(ann), personOf(ann)])).toEqual([1, 2].map(() => ({ user: 'user:default/ann', groups: ['group:default/web'] })));
    expect(asked).toBe(2);
  });
});
