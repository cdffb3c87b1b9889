/** The ConfigMaps and Secrets a pod spec names, and the same pod spec naming copies of them. */

interface Named {
  kind: 'ConfigMap' | 'Secret';
  name: string;
}

/** Calls `visit` with every place that names a ConfigMap or Secret: the holder, the field and the kind. */
function eachReference(podSpec: any, visit: (holder: any, field: string, kind: Named['kind']) => void) {
  const volume = (source: any) => {
    if (source?.configMap) visit(source.configMap, 'name', 'ConfigMap');
    // A volume says secretName; the same source inside `projected` says name.
    if (source?.secret) visit(source.secret, 'secretName' in source.secret ? 'secretName' : 'name', 'Secret');
  };
  for (const each of podSpec?.volumes ?? []) {
    volume(each);
    for (const source of each?.projected?.sources ?? []) volume(source);
  }
  for (const container of [...(podSpec?.initContainers ?? []), ...(podSpec?.containers ?? [])]) {
    for (const from of container?.envFrom ?? []) {
      if (from?.configMapRef) visit(from.configMapRef, 'name', 'ConfigMap');
      if (from?.secretRef) visit(from.secretRef, 'name', 'Secret');
    }
    for (const env of container?.env ?? []) {
      if (env?.valueFrom?.configMapKeyRef) visit(env.valueFrom.configMapKeyRef, 'name', 'ConfigMap');
      if (env?.valueFrom?.secretKeyRef) visit(env.valueFrom.secretKeyRef, 'name', 'Secret');
    }
  }
  for (const pull of podSpec?.imagePullSecrets ?? []) visit(pull, 'name', 'Secret');
}

/** Each ConfigMap and Secret named, once, in order of kind and name. */
export function referencesOf(podSpec: unknown): Named[] {
  const found = new Map<string, Named>();
  eachReference(podSpec, (holder, field, kind) => {
    const name = holder[field];
    if (typeof name === 'string' && name) found.set(`${kind}/${name}`, { kind, name });
  });
  return [...found.keys()].sort().map(key => found.get(key)!);
}

/** A copy of the pod spec in which `rename` says the new name of each reference (undefined keeps the old one). */
export function renameReferences<T>(podSpec: T, rename: (of: Named) => string | undefined): T {
  const copy = structuredClone(podSpec);
  eachReference(copy, (holder, field, kind) => {
    const renamed = rename({ kind, name: holder[field] });
    if (renamed) holder[field] = renamed;
  });
  return copy;
}
