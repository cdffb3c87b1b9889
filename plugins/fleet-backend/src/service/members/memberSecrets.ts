import { SECRET_TYPE_KUBECONFIG } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';

/** What a kubeconfig has in it, in YAML or JSON. */
const KUBECONFIG = /client-key-data|client-certificate-data|current-context|"?kind"?\s*:\s*["']?Config\b/;

const decoded = (value: unknown): string => (typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '');

/** Whether a Secret of a member opens a cluster: it says so by its type, or holds what a kubeconfig holds. */
function opensCluster({ type, data }: KubeObject): boolean {
  if (type === SECRET_TYPE_KUBECONFIG) return true;
  return Object.entries((data ?? {}) as object).some(([key, value]) => /kubeconfig/i.test(key) || KUBECONFIG.test(decoded(value)));
}

/**
 * An answer about Secrets as it may be given on: those that open a cluster without their data.
 *
 * @param redact - takes data away and puts a hash in its place
 * @returns undefined for what is no Secret, no list of them and no Status: it could hold anything
 */
export function withoutKubeconfigs(answer: unknown, redact: (secret: KubeObject) => KubeObject): object | undefined {
  const object = answer as KubeObject | null;
  if (typeof object !== 'object' || object === null) return undefined;
  const safe = (secret: KubeObject) => (opensCluster(secret) ? redact(secret) : secret);
  if (object.kind === 'Status') return object;
  if (object.kind === 'Secret' && object.metadata) return safe(object);
  if (object.kind !== 'SecretList' || !Array.isArray(object.items) || !object.items.every(item => item?.metadata)) return undefined;
  return { ...object, items: object.items.map(safe) };
}
