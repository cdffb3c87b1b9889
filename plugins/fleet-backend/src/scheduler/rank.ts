import type { Judged } from './judge';

/**
 * Best first. Clusters that hold replicas stand before those that do not, since nothing moves for a better score;
 * then the total as shown; then a mix of workload and cluster, so that equal clusters do not all fill up in one order.
 */
export function rank(fitting: Judged[], target: string): Judged[] {
  const start = mixed(`${target}\n`);
  const keyed = fitting.map(judged => {
    const { cluster, placed } = judged.context;
    return { judged, free: placed?.replicas ? 0 : 1, tie: mixed(cluster.name, start), name: cluster.name };
  });
  keyed.sort((a, b) => a.free - b.free || b.judged.total - a.judged.total || a.tie - b.tie || (a.name < b.name ? -1 : 1));
  return keyed.map(({ judged }) => judged);
}

/** FNV-1a, 32 bit, going on from `hash`: spreads ties, nothing more. */
function mixed(text: string, hash = 0x811c9dc5): number {
  let next = hash;
  for (let i = 0; i < text.length; i += 1) next = Math.imul(next ^ text.charCodeAt(i), 0x01000193);
  return next >>> 0;
}
