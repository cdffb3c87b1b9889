import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import { forbidden, type KubeObject } from '@flotilla/kube-api';
import { registerJoinCluster } from './joinCluster';

const KUBECONFIG = 'users: [{ user: { token: very-secret } }]';
const infos: any = { byKind: (_version: string, kind: string) => ({ kind, group: '', resource: kind.toLowerCase() }) };

function register(patch: (ctx: any, target: any, patch: any) => Promise<unknown>, cluster: Partial<KubeObject> = {}) {
  const actionsRegistry = actionsRegistryServiceMock();
  const service: any = { patch, get: async () => ({ kind: 'Cluster', ...cluster }) };
  registerJoinCluster({ actionsRegistry, auth: mockServices.auth(), service, registry: infos, waitMs: 200 });
  return (input: object, secrets: object = { kubeconfig: KUBECONFIG }) => actionsRegistry.invoke({ id: 'test:join-cluster', input, secrets, credentials: mockCredentials.user() } as never);
}

describe('the action join-cluster', () => {
  it('writes Secret and Cluster as its caller, to be observed unless told otherwise, and tells what was seen', async () => {
    const written: any[] = [];
    const invoke = register(
      async (ctx, _target, { body }) => void written.push([ctx.principal.name, body]),
      { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Healthy', message: 'answers' }] } },
    );
    const { output } = await invoke({ name: 'east' });
    expect(output).toEqual({ name: 'east', mode: 'Observe', ready: 'True', reason: 'Healthy', message: 'answers' });
    expect(written.map(([who, body]) => [who, body.kind, body.spec?.mode])).toEqual([['user:default/mock', 'Secret', undefined], ['user:default/mock', 'Cluster', 'Observe']]);
    expect(Buffer.from(written[0][1].data.kubeconfig, 'base64').toString()).toBe(KUBECONFIG);
    expect(JSON.stringify(output)).not.toContain('very-secret');
  });

  it('refuses whom the service refuses, and then writes no Cluster', async () => {
    const kinds: string[] = [];
    const invoke = register(async (_ctx, target) => {
      kinds.push(target.info.kind);
      throw forbidden(target.info, 'east-kubeconfig', 'you may not');
    });
    await expect(invoke({ name: 'east' })).rejects.toThrow(/you may not/);
    expect(kinds).toEqual(['Secret']);
  });

  it('does not wait for ever for a cluster that is not seen', async () => {
    const invoke = register(async () => undefined, { status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NotSeen', message: '' }] } });
    expect((await invoke({ name: 'east', mode: 'Manage' })).output).toMatchObject({ mode: 'Manage', reason: 'NotSeen' });
  });
});
