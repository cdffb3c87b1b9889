import type { Judged } from './judge';

/**
 * Best first. Clusters that hold replicas stand before those that do not, since nothing moves for a better score;
 * then the total as shown; then a mix of workload and cluster, so that equal clusters do not all fill up in one order.
 */
export function rank(fitting: Judged[], target: string): Judged[] {
  const ties = new Map<Judged, number>();
  const tie = (judged: Judged) => {
    if (!ties.has(judged)) ties.set(judged, mixed(`${target}\n${judged.context.cluster.name}`));
    return ties.get(judged)!;
  };
  return [...fitting].sort(
    (a, b) =>
      Number(Boolean(b.context.placed?.replicas)) - Number(Boolean(a.context.placed?.replicas)) ||
      b.total - a.total ||
      tie(a) - tie(b) ||
      (a.context.cluster.name < b.context.cluster.name ? -1 : 1),
  );
}

/** FNV-1a, 32 bit: spreads ties, nothing more. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
