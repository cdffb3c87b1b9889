import { Agent, request as ask } from 'node:https';
import { createRegistry, type KubeObject, type ResourceRegistry } from '@flotilla/kube-api';
import { readKubeconfig } from '../../clusters';

type Named = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

/** Somebody with kubectl in a member, past the hub. Throws what the cluster refuses, but for what is not there. */
export class Person {
  readonly #registry: ResourceRegistry = createRegistry({ kinds: 'member' });
  readonly #agent: Agent;
  readonly #to: { server: URL; token?: string };

  constructor(readonly kubeconfig: string) {
    const reading = readKubeconfig(kubeconfig, { allowLoopback: true });
    if (!reading.ok) throw new Error(reading.because);
    this.#to = reading.credentials;
    this.#agent = new Agent({ ca: reading.credentials.ca, keepAlive: true });
  }

  get(apiVersion: string, kind: string, namespace: string, name: string): Promise<KubeObject | undefined> {
    return this.#ask('GET', this.#path({ apiVersion, kind, metadata: { namespace, name } }));
  }

  deployment = (namespace: string, name: string) => this.get('apps/v1', 'Deployment', namespace, name);
  namespace = (name: string) => this.get('v1', 'Namespace', '', name);

  async list(apiVersion: string, kind: string, namespace: string): Promise<KubeObject[]> {
    const { items } = (await this.#ask('GET', this.#path({ apiVersion, kind, metadata: { namespace, name: '' } }))) as unknown as { items: KubeObject[] };
    return items.map(item => ({ ...item, apiVersion, kind }));
  }

  async create(object: KubeObject): Promise<KubeObject> {
    const path = this.#path({ ...object, metadata: { ...object.metadata, name: undefined } });
    return (await this.#ask('POST', path, object))!;
  }

  async patch(of: Named, body: object, subresource = ''): Promise<void> {
    await this.#ask('PATCH', this.#path(of) + subresource, body);
  }

  async delete(of: Named): Promise<void> {
    await this.#ask('DELETE', this.#path(of));
  }

  close() {
    this.#agent.destroy();
  }

  #path({ apiVersion, kind, metadata: { namespace, name } }: Named): string {
    const info = this.#registry.byKind(apiVersion, kind)!;
    const parts = [info.group ? `apis/${apiVersion}` : 'api/v1', ...(info.namespaced ? ['namespaces', namespace] : []), info.resource, ...(name ? [name] : [])];
    return `/${parts.join('/')}`;
  }

  #ask(method: string, path: string, body?: object): Promise<KubeObject | undefined> {
    const { server, token } = this.#to;
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(body ? { 'content-type': type } : {}) };
    const options = { host: server.hostname, port: server.port, path: `${path}?fieldManager=kubectl`, method, headers, agent: this.#agent };
    return new Promise((resolve, reject) => {
      const outgoing = ask(options, async response => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        if (response.statusCode! < 300) resolve(JSON.parse(text));
        else if (response.statusCode === 404) resolve(undefined);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 500)}`));
      });
      outgoing.on('error', reject).end(body && JSON.stringify(body));
    });
  }
}
