import { request } from 'node:https';

const LIMIT_MS = 15_000;

/** One request to a Kubernetes-shaped API. @returns {Promise<{status: number, body: any}>} the body parsed, or as text */
function ask({ port, ca, token }, method, path, body, contentType = 'application/json') {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': contentType }) };
    const sent = request({ host: '127.0.0.1', port, path, method, ca, headers, signal: AbortSignal.timeout(LIMIT_MS) }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.on('error', reject).on('end', () => {
        try {
          resolve({ status: response.statusCode, body: JSON.parse(text) });
        } catch {
          resolve({ status: response.statusCode, body: text });
        }
      });
    });
    sent.on('error', reject).end(body && JSON.stringify(body));
  });
}

/** A small client of the portal's own API; finds paths by discovery as kubectl does. */
export class KubeClient {
  #connection;
  #resources = new Map();

  /** @param {{port: number, ca: Buffer, token: string}} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  ask(method, path, body, contentType) {
    return ask(this.#connection, method, path, body, contentType);
  }

  /** @returns the path of the object's collection, and of the object itself */
  async pathOf({ apiVersion, kind, metadata }) {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (!this.#resources.has(root)) {
      const { status, body } = await this.ask('GET', root);
      if (status !== 200) throw new Error(`the API does not serve ${apiVersion} (${status})`);
      this.#resources.set(root, body.resources);
    }
    const resource = this.#resources.get(root).find(one => one.kind === kind && !one.name.includes('/'));
    if (!resource) throw new Error(`the API does not serve ${kind} of ${apiVersion}`);
    const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    const collection = `${root}${scope}/${resource.name}`;
    return { collection, object: `${collection}/${metadata.name}`, namespaced: resource.namespaced };
  }
}
