import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppsV1Api, CoreV1Api, KubeConfig, V1Deployment } from '@kubernetes/client-node';
import { serveInMemory, type InMemoryServer } from './testing/serveInMemory';

const deployment: V1Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] } },
  },
};

/** Kubernetes' own JavaScript client, as a program that knows nothing of this package. It is ESM only, hence the import at run time. */
describe('@kubernetes/client-node', () => {
  jest.setTimeout(60_000);
  let dir: string;
  let server: InMemoryServer;
  let k8s: typeof import('@kubernetes/client-node');
  let config: KubeConfig;
  let apps: AppsV1Api;
  let core: CoreV1Api;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'client-node-'));
    server = await serveInMemory({ dir });
    k8s = await import('@kubernetes/client-node');
    config = new k8s.KubeConfig();
    config.loadFromFile(server.kubeconfig);
    apps = config.makeApiClient(k8s.AppsV1Api);
    core = config.makeApiClient(k8s.CoreV1Api);
  });

  afterAll(async () => {
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('creates, reads, lists and deletes', async () => {
    const made = await apps.createNamespacedDeployment({ namespace: 'default', body: deployment });
    expect(made.metadata?.uid).toBeTruthy();
    expect((await apps.readNamespacedDeployment({ namespace: 'default', name: 'web' })).spec?.replicas).toBe(2);
    const listed = await apps.listNamespacedDeployment({ namespace: 'default', labelSelector: 'app=web' });
    expect(listed.items.map(each => each.metadata?.name)).toEqual(['web']);
    await apps.deleteNamespacedDeployment({ namespace: 'default', name: 'web' });
    await expect(apps.readNamespacedDeployment({ namespace: 'default', name: 'web' })).rejects.toMatchObject({ code: 404 });
  });

  it('is told what is wrong in its own error', async () => {
    const body = { ...deployment, spec: { ...deployment.spec!, template: { metadata: { labels: { app: 'other' } }, spec: deployment.spec!.template.spec } } };
    await expect(apps.createNamespacedDeployment({ namespace: 'default', body })).rejects.toMatchObject({ code: 422 });
  });

  it('follows changes with its informer, from before the first object', async () => {
    const informer = k8s.makeInformer(config, '/api/v1/namespaces/default/configmaps', () => core.listNamespacedConfigMap({ namespace: 'default' }));
    const seen: string[] = [];
    const done = new Promise<void>(resolve => {
      informer.on('add', object => seen.push(`added ${object.metadata?.name}`));
      informer.on('delete', object => {
        seen.push(`deleted ${object.metadata?.name}`);
        resolve();
      });
    });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'settings' }, data: { a: 'b' } } });
    await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'settings' });
    await done;
    await informer.stop();
    expect(seen).toEqual(['added settings', 'deleted settings']);
  });
});
