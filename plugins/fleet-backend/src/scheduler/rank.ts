import type { Judged } from './judge';

/**
 * Best first. Clusters that hold replicas stand before those that do not, since nothing moves for a better score;
 * then the total as shown; then a mix of workload and cluster, so that equal clusters do not all fill up in one order.
 */
export function rank(fitting: readonly Judged[], target: string): Judged[] {
  const start = mixed(`${target}\n`);
  const tie = (one: Judged) => mixed(one.cluster.name, start);
  return [...fitting].sort((a, b) => free(a) - free(b) || b.total - a.total || tie(a) - tie(b) || (a.cluster.name < b.cluster.name ? -1 : 1));
}

const free = ({ placed }: Judged) => (placed?.replicas ? 0 : 1);

/** FNV-1a, 32 bit, going on from `hash`: spreads ties, nothing more. */
function mixed(text: string, hash = 0x811c9dc5): number {
  let next = hash;
  for (let i = 0; i < text.length; i += 1) next = Math.imul(next ^ text.charCodeAt(i), 0x01000193);
  return next >>> 0;
}
