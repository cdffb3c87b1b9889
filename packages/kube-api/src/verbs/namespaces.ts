import { badRequest, kubeError, notFound } from '../errors';
import type { Target } from '../service';
import type { KubeObject } from '../types';
import type { ServiceDeps } from './deps';

/** Puts the URL's namespace into the object. Throws 400 where the two differ. */
export function settleNamespace(target: Target, object: KubeObject): void {
  const { info, namespace } = target;
  const own = object.metadata.namespace;
  if (!info.namespaced) {
    delete object.metadata.namespace;
    return;
  }
  if (!namespace) throw badRequest(`an empty namespace may not be set when a resource name is provided or an object is created`);
  if (own && own !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  object.metadata.namespace = namespace;
}

/** A new object needs its namespace, alive. Throws 404 without one, 403 while it ends. */
export async function requireNamespace(deps: ServiceDeps, target: Target, name: string): Promise<void> {
  const { info, namespace } = target;
  if (!info.namespaced || !deps.enforceNamespaces) return;
  const found = await deps.storage.get({ group: '', resource: 'namespaces', namespace: '', name: namespace! });
  if (!found) throw notFound({ group: '', resource: 'namespaces', kind: 'Namespace' }, namespace!);
  if (!found.metadata.deletionTimestamp) return;
  const resource = info.group ? `${info.resource}.${info.group}` : info.resource;
  throw kubeError(
    403,
    'Forbidden',
    `${resource} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    {
      name,
      group: info.group || undefined,
      kind: info.resource,
      causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
    },
  );
}
