import { Agent, request } from 'node:https';

const REQUEST_LIMIT_MS = 60_000;

/** The same client for both: HTTP/1.1 with connections kept, one bearer token. @param {import('./servers.mjs').Server} server */
export function clientOf({ url, token, ca }, { maxSockets = 64 } = {}) {
  const agent = new Agent({ keepAlive: true, ca, maxSockets });
  const headers = { authorization: `Bearer ${token}` };

  const send = (method, path, body) =>
    new Promise((resolve, reject) => {
      const more = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
      const sent = request(url + path, { method, agent, headers: { ...headers, ...more }, timeout: REQUEST_LIMIT_MS }, response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer in time`)));
      sent.on('error', reject).end(body);
    });

  return {
    send,
    close: () => agent.destroy(),
    /** Opens a watch on a connection of its own. @returns {Promise<import('node:http').IncomingMessage>} */
    watch: path =>
      new Promise((resolve, reject) => {
        const sent = request(url + path, { agent: new Agent({ ca }), headers }, response => {
          if (response.statusCode === 200) resolve(response);
          else reject(new Error(`watch ${path}: ${response.statusCode}`));
        });
        sent.on('error', reject).end();
      }),
  };
}

/** Runs `one(0)` to `one(count - 1)` by so many clients. @returns how many a second */
export async function rateOf(count, clients, one) {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) await one(next++);
    }),
  );
  return count / ((performance.now() - started) / 1_000);
}

/** An object of 2 kB. */
export const configMap = (namespace, name, data = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: { app: 'bench' } }, data: { text: 'x'.repeat(1_850), ...data } });

export const pathOf = (namespace, name) => `/api/v1/namespaces/${namespace}/configmaps${name ? `/${name}` : ''}`;

export const namespace = name => JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
