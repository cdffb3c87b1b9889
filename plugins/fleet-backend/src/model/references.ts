/** The ConfigMaps and Secrets a pod spec names, and the same pod spec naming copies of them. */

interface Named {
  kind: 'ConfigMap' | 'Secret';
  name: string;
}

// Templates are judged before and after this: here what is no list has no items, and what is no object names nothing.
const itemsOf = (list: unknown): any[] => (Array.isArray(list) ? list : []);

/** Calls `visit` with every place that names a ConfigMap or Secret: the holder, the field and the kind. */
function eachReference(podSpec: any, visit: (holder: any, field: string, kind: Named['kind']) => void) {
  const at = (holder: any, kind: Named['kind'], field = 'name') => {
    if (typeof holder === 'object' && holder !== null) visit(holder, field, kind);
  };
  const volume = (source: any) => {
    at(source?.configMap, 'ConfigMap');
    // A volume says secretName; the same source inside `projected` says name.
    at(source?.secret, 'Secret', source?.secret?.secretName === undefined ? 'name' : 'secretName');
  };
  for (const each of itemsOf(podSpec?.volumes)) {
    volume(each);
    itemsOf(each?.projected?.sources).forEach(volume);
  }
  for (const container of [...itemsOf(podSpec?.initContainers), ...itemsOf(podSpec?.containers)]) {
    for (const from of itemsOf(container?.envFrom)) {
      at(from?.configMapRef, 'ConfigMap');
      at(from?.secretRef, 'Secret');
    }
    for (const env of itemsOf(container?.env)) {
      at(env?.valueFrom?.configMapKeyRef, 'ConfigMap');
      at(env?.valueFrom?.secretKeyRef, 'Secret');
    }
  }
  for (const pull of itemsOf(podSpec?.imagePullSecrets)) at(pull, 'Secret');
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
