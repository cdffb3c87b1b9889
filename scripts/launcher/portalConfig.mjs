import { readFileSync, writeFileSync } from 'node:fs';

const LOOPBACK = '127.0.0.1';

/**
 * Writes what this start adds to app-config.yaml: ports, the data folder, generated secrets (by the name of their file).
 * @returns the path of the file
 */
export function writePortalConfig(data, { appPort, backendPort, kubePort }) {
  const baseUrl = `http://localhost:${appPort}`;
  const config = {
    app: { baseUrl },
    backend: {
      baseUrl,
      listen: { host: LOOPBACK, port: backendPort },
      database: { client: 'better-sqlite3', connection: { directory: data.file('db') } },
      auth: {
        externalAccess: [
          { type: 'static', options: { token: { $file: data.token }, subject: 'kubectl' }, accessRestrictions: [{ plugin: 'fleet' }] },
        ],
      },
    },
    fleet: {
      kube: { listen: { host: LOOPBACK, port: kubePort, certificates: data.file('certificates') } },
      encryption: { keys: [{ id: 'demo', secret: { $file: data.encryptionKey } }] },
      clusters: { allowLoopback: true },
    },
  };
  const file = data.file('app-config.generated.yaml');
  // JSON is YAML, and needs no library to write.
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/** Writes `portal.kubeconfig`: kubectl's way to the portal's API. */
export function writePortalKubeconfig(data, kubePort, ca) {
  const name = 'flotilla';
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `https://${LOOPBACK}:${kubePort}`, 'certificate-authority-data': ca.toString('base64') } }],
    users: [{ name, user: { token: readFileSync(data.token, 'utf8') } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  writeFileSync(data.file('portal.kubeconfig'), `${JSON.stringify(kubeconfig, null, 2)}\n`, { mode: 0o600 });
}
