import { byText, type MemberTable } from './MemberTable';
import type { MemberChange, MemberObject, MemberSnapshot } from './types';

/** What later changes hide, by namespace, cluster and name: the object as it was before them, or that there was none. */
type Former = Map<string, Map<string, Map<string, MemberObject | undefined>>>;

function formerOf(later: readonly MemberChange[]): Former {
  const former: Former = new Map();
  for (const { cluster, before, after } of later) {
    const { namespace, name } = (before ?? after)!;
    if (!former.has(namespace)) former.set(namespace, new Map());
    const clusters = former.get(namespace)!;
    if (!clusters.has(cluster)) clusters.set(cluster, new Map());
    const names = clusters.get(cluster)!;
    // The first change after the version says how it was at the version.
    if (!names.has(name)) names.set(name, before);
  }
  return former;
}

/**
 * Today's objects with every later change taken back. It is good until the tables change: whoever reads on after a pause
 * takes a new one.
 */
export function snapshotAt(tables: ReadonlyMap<string, MemberTable>, later: readonly MemberChange[]): MemberSnapshot {
  const former = formerOf(later);
  const sorted = (...texts: Iterable<string>[]) => [...new Set(texts.flatMap(each => [...each]))].sort((a, b) => byText(`${a}/`, `${b}/`));
  return {
    namespaces: () => sorted(former.keys(), ...[...tables.values()].map(table => table.inNamespaces())),
    clusters: namespace => {
      const now = [...tables].filter(([, table]) => table.has(namespace)).map(([cluster]) => cluster);
      return [...new Set([...now, ...(former.get(namespace)?.keys() ?? [])])].sort((a, b) => byText(`${a}.`, `${b}.`));
    },
    names: (namespace, cluster) => {
      const now = tables.get(cluster)?.names(namespace) ?? [];
      const changed = former.get(namespace)?.get(cluster);
      if (!changed) return now;
      return [...now.filter(name => !changed.has(name)), ...[...changed].filter(([, object]) => object).map(([name]) => name)].sort(byText);
    },
    get: (namespace, cluster, name) => {
      const changed = former.get(namespace)?.get(cluster);
      return changed?.has(name) ? changed.get(name) : tables.get(cluster)?.get(namespace, name);
    },
  };
}
