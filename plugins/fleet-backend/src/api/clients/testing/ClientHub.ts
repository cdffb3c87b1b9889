/* eslint-disable @backstage/no-undeclared-imports -- tests alone load this: development dependencies are what it needs */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockCredentials, mockServices, startTestBackend, type TestBackend } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ensureCertificates, kubeconfigOf, type KubeObject } from '@flotilla/kube-api';
import type { KubernetesObjectApi } from '@kubernetes/client-node';
import type { Knex } from 'knex';
import fleetPlugin from '../../..';
import { Member } from '../../../reconcile/testing/Member';
import { aStart } from '../../../reconcile/testing/shop';
import { compactHistory } from '../../../store/resources/compactHistory';
import { Database } from '../../../store/sql/Database';
import { sqlite } from '../../../store/testbed';

/** May read everything but Secrets, and write nothing. */
export const READER = 'user:default/reader';
const KEY = Buffer.alloc(32, 7).toString('base64');
const MEMBERS = ['east', 'west'];

/** Everybody may do everything, but {@link READER} only read. */
const permissions = (() => {
  const decide = async (queries: any[], { credentials }: any) =>
    queries.map(({ permission }) => ({
      result: credentials.principal.userEntityRef !== READER || permission.name === 'fleet.read' ? AuthorizeResult.ALLOW : AuthorizeResult.DENY,
    }));
  return mockServices.permissions.mock({ authorize: decide as never, authorizeConditional: decide as never }).factory;
})();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/**
 * The whole plugin in a backend, its API on a TLS listener as kubectl sees it, and two members whose pods are ready in an instant:
 * namespace `shop`, fleet `kurator-system/main`. For clients that know nothing of us.
 */
export class ClientHub {
  readonly members: Member[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'flotilla-clients-'));
  /** Path of the kubeconfig of a user with every right. */
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  port = 0;
  objects!: KubernetesObjectApi;
  #backend!: TestBackend;
  #knex!: Knex;

  static async open(): Promise<ClientHub> {
    const hub = new ClientHub();
    try {
      await hub.#start();
    } catch (error) {
      await hub.close();
      throw error;
    }
    return hub;
  }

  async #start() {
    const certificates = await ensureCertificates(join(this.folder, 'members'));
    for (const name of MEMBERS) this.members.push(await Member.open(name, certificates));
    this.port = await freePort();
    const data = {
      fleet: {
        kube: { listen: { port: this.port, certificates: join(this.folder, 'hub') }, limits: { requestsPerSecond: 2000 } },
        encryption: { keys: [{ id: 'a', secret: KEY }] },
        clusters: { allowLoopback: true, probeInterval: '1s' },
      },
    };
    this.#knex = sqlite(join(this.folder, 'hub.sqlite'));
    this.#backend = await startTestBackend({
      features: [fleetPlugin, permissions, mockServices.database.factory({ knex: this.#knex }), mockServices.rootConfig.factory({ data })],
    });
    this.kubeconfigFor(mockCredentials.user.token(), this.kubeconfig);
    const { KubeConfig, KubernetesObjectApi: Objects } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromFile(this.kubeconfig);
    this.objects = Objects.makeApiClient(config);
    for (const object of aStart(this.members)) await this.objects.create(object as never);
  }

  /** Writes a kubeconfig whose namespace is `shop`. @param port - of something that stands before the API; default the API itself */
  kubeconfigFor(token: string, file: string, port = this.port): string {
    const ca = readFileSync(join(this.folder, 'hub', 'ca.crt'), 'utf8');
    const config = JSON.parse(kubeconfigOf(`https://127.0.0.1:${port}`, ca, token));
    config.contexts[0].context.namespace = 'shop';
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  /** A kubeconfig of {@link READER}. */
  readerKubeconfig(): string {
    return this.kubeconfigFor(mockCredentials.user.token(READER), join(this.folder, 'reader'));
  }

  /** Writes a file into the hub's folder. @returns its path; objects become JSON, several a List */
  file(name: string, content: string | object): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(Array.isArray(content) ? { apiVersion: 'v1', kind: 'List', items: content } : content));
    return path;
  }

  /** Forgets all changes so far, as time does: watches from before now are answered 410. */
  async forgetHistory(): Promise<void> {
    await compactHistory(new Database(this.#knex), { keepMs: 0, keepRows: 0 }, Date.now() + 1000);
  }

  async read<T extends KubeObject = KubeObject>(apiVersion: string, kind: string, name: string, namespace = 'shop'): Promise<T> {
    return (await this.objects.read({ apiVersion, kind, metadata: { name, namespace } })) as unknown as T;
  }

  async close() {
    await this.#backend?.stop();
    await Promise.all(this.members.map(member => member.close()));
    await this.#knex?.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
