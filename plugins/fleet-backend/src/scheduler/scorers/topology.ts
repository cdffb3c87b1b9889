import { tableOf } from '../columns';
import { Mean, fresh, onScale } from '../facts';
import type { ClusterFacts, DimensionScorer, Near } from '../types';

type Closeness = 'cluster' | 'zone' | 'region' | 'provider' | 'far';

/** Closeness to data and siblings, and over how many failure zones the cluster's own nodes stand. */
export const topology: DimensionScorer = {
  name: 'topology',
  score({ cluster, request, profile, now }) {
    const nodes = fresh(cluster.nodes, now, profile.staleAfter.topology);
    const zones = nodes.ok ? tableOf(nodes.value).zones || undefined : undefined;
    const stands = closest(cluster, request.near);
    const mean = new Mean();
    if (stands) mean.add(profile.anchors[`near-${stands.closeness}`].best, 0.7);
    mean.add(zones === undefined ? undefined : onScale(zones, profile.anchors['node-zones']), 0.3);
    const { score, known } = mean;
    if (known === 0) return { score, because: { code: 'PlaceUnknown', values: {} }, unsure: true };
    const factAt = nodes.ok ? nodes.seenAt : undefined;
    const shown: Record<string, number> = zones === undefined ? {} : { zones };
    if (!stands) return { score, because: { code: 'NodeZones', values: shown }, factAt };
    return { score, because: { code: 'Near', values: { closeness: stands.closeness, what: stands.near.what, name: stands.near.name, ...shown } }, factAt };
  },
};

const ORDER: Closeness[] = ['cluster', 'zone', 'region', 'provider', 'far'];

/** What it stands closest to; data before siblings, then by name, so that the order given does not matter. */
function closest(cluster: ClusterFacts, near: Near[]): { near: Near; closeness: Closeness } | undefined {
  let best: { near: Near; closeness: Closeness } | undefined;
  for (const one of near) {
    const closeness = closenessTo(cluster, one);
    const order = best === undefined ? -1 : ORDER.indexOf(closeness) - ORDER.indexOf(best.closeness) || rankOf(one) - rankOf(best.near) || (one.name < best.near.name ? -1 : 1);
    if (order < 0) best = { near: one, closeness };
  }
  return best;
}

function rankOf({ what }: Near): number {
  return what === 'data' ? 0 : 1;
}

function closenessTo(cluster: ClusterFacts, near: Near): Closeness {
  if (near.cluster !== undefined && near.cluster === cluster.name) return 'cluster';
  if (near.zone !== undefined && near.zone === cluster.zone) return 'zone';
  if (near.region !== undefined && near.region === cluster.region) return 'region';
  if (near.provider !== undefined && near.provider === cluster.provider) return 'provider';
  return 'far';
}

