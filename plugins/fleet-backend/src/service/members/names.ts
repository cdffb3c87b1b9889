import { createHash } from 'node:crypto';

/** What Kubernetes lets a name have. */
const LONGEST = 253;
const HASH = 10;

/**
 * The name at the portal of a member's object: `<cluster>.<name>`. Clusters' names have no dot, so it can be read back, and it is
 * unique over clusters. Where that would be longer than names may be, its end is a hash; only such names have the full length.
 */
export function portalName(cluster: string, name: string): string {
  const plain = `${cluster}.${name}`;
  if (plain.length < LONGEST) return plain;
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, HASH);
  return `${plain.slice(0, LONGEST - HASH - 1).replace(/\.$/, '-')}-${hash}`;
}

/** Which cluster a name at the portal speaks of; undefined for what is no such name. */
export function clusterOfName(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot > 0 ? name.slice(0, dot) : undefined;
}

/** The cluster and the member's own name; `name` undefined where a hash hides it. */
export function readPortalName(name: string): { cluster: string; name: string | undefined } | undefined {
  const cluster = clusterOfName(name);
  if (cluster === undefined) return undefined;
  return { cluster, name: name.length < LONGEST ? name.slice(cluster.length + 1) : undefined };
}
