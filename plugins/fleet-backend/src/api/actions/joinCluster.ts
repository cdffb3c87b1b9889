import type { AuthService, BackstageCredentials } from '@backstage/backend-plugin-api';
import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import type { KubeObject, RequestContext, ResourceRegistry, ResourceService } from '@flotilla/kube-api';
import { setTimeout as sleep } from 'node:timers/promises';
import { principalOf } from '../authenticate';
import { refusal } from './refusal';

export interface JoinClusterOptions {
  actionsRegistry: ActionsRegistryService;
  auth: AuthService;
  /** With rights and audit: the action may do what its caller may. */
  service: ResourceService;
  registry: ResourceRegistry;
  /** How long it waits for the cluster to be seen, ms; default 10,000. */
  waitMs?: number;
}

const LOOK_MS = 100;
const FLEET = 'fleet.kurator.dev/v1alpha1';

const isKnown = (cluster: KubeObject) => {
  const ready = cluster.status?.conditions?.find((each: { type: string }) => each.type === 'Ready');
  return ready && !['NotSeen', 'Joining'].includes(ready.reason) ? ready : undefined;
};

/** Registers the action `join-cluster`. Its kubeconfig is a secret of the invocation: it is in no log and no answer. */
export function registerJoinCluster({ actionsRegistry, auth, service, registry, waitMs = 10_000 }: JoinClusterOptions): void {
  const write = (ctx: RequestContext, object: KubeObject) => {
    const info = registry.byKind(object.apiVersion, object.kind)!;
    const { namespace, name } = object.metadata;
    return service.patch(ctx, { info, namespace, name }, { type: 'apply', body: object, force: true }, { fieldManager: 'flotilla-action' });
  };

  async function seen(ctx: RequestContext, name: string) {
    const target = { info: registry.byKind(FLEET, 'Cluster')!, name };
    for (let waited = 0; waited < waitMs; waited += LOOK_MS) {
      const ready = isKnown(await service.get(ctx, target));
      if (ready) return { ready: ready.status as string, reason: ready.reason as string, message: ready.message as string };
      await sleep(LOOK_MS);
    }
    return { ready: 'Unknown', reason: 'NotSeen', message: 'it has not answered yet' };
  }

  actionsRegistry.register({
    name: 'join-cluster',
    title: 'Join a cluster',
    description: 'Registers a Kubernetes cluster with a kubeconfig that holds an account\'s token or certificate (`npm run join` makes one with the least rights). Mode Observe, the default, only looks; Manage lets applications be placed there.',
    attributes: { readOnly: false, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          name: z.string().min(1).max(63).describe('What the cluster is called in the portal'),
          namespace: z.string().min(1).max(63).default('kurator-system').describe('Where the Secret with the kubeconfig is put'),
          mode: z.enum(['Observe', 'Manage']).default('Observe').describe('Observe only looks, Manage also places applications'),
          allowedNamespaces: z.array(z.string()).max(1000).optional().describe('Namespaces of the portal whose fleets may use it'),
        }),
      secrets: z => z.object({ kubeconfig: z.string().min(1).max(262_144).describe('Text of the kubeconfig; its current context is used') }),
      output: z => z.object({ name: z.string(), mode: z.string(), ready: z.string(), reason: z.string(), message: z.string() }),
    },
    action: async ({ input, secrets, credentials }: { input: any; secrets: any; credentials: BackstageCredentials }) => {
      const { name, namespace, mode, allowedNamespaces } = input;
      const ctx: RequestContext = { principal: principalOf(auth, credentials), warn: () => undefined };
      const secret = { name: `${name}-kubeconfig`, namespace };
      try {
        await write(ctx, { apiVersion: 'v1', kind: 'Secret', type: 'fleet.kurator.dev/kubeconfig', metadata: secret, data: { kubeconfig: Buffer.from(secrets.kubeconfig).toString('base64') } });
        await write(ctx, { apiVersion: FLEET, kind: 'Cluster', metadata: { name }, spec: { mode, kubeconfigRef: secret, ...(allowedNamespaces ? { allowedNamespaces } : {}) } });
        return { output: { name, mode, ...(await seen(ctx, name)) } };
      } catch (error) {
        throw refusal(error);
      }
    },
  });
}
