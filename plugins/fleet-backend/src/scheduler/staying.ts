import type { Placed, StayReason } from './types';
import type { Judged } from './judge';

/** Replicas that stay on a cluster although nothing new could go there. */
export interface Staying {
  cluster: string;
  replicas: number;
  why: StayReason | 'NotManaged' | 'NoTarget';
}

/** What becomes of the places held now, before anything is divided. */
export interface Standing {
  fitting: Judged[];
  staying: Staying[];
  /** To be moved; what finds no target stays after all. Never because of residency. */
  movable: Placed[];
}

/**
 * Scores, prices and load never move what runs: a cluster that passes its filters keeps its replicas. Beyond that, replicas stay
 * - where their kind says so (`keep`): a Job until it ends, a StatefulSet until a recorded wish, what was orphaned;
 * - where the cluster merely does not answer, or is not ours to write to now: there is nothing we could do there.
 * Residency alone evicts whatever stands there, at once.
 */
export function standing(judged: Judged[], placed: ReadonlyMap<string, Placed>): Standing {
  const fitting: Judged[] = [];
  const staying: Staying[] = [];
  const movable: Placed[] = [];
  for (const one of judged) {
    const { rejections, placed: held } = one;
    if (rejections.length === 0) fitting.push(one);
    if (rejections.length === 0 || !held || rejections.some(({ by }) => by === 'residency')) continue;
    const why = held.keep ?? outOfReach(rejections);
    if (why) staying.push({ cluster: held.cluster, replicas: held.replicas, why });
    else movable.push(held);
  }
  staying.push(...departed(judged, placed));
  return { fitting, staying, movable };
}

/** Left the fleet, still running: it counts, so that nothing is made twice. */
function departed(judged: Judged[], placed: ReadonlyMap<string, Placed>): Staying[] {
  if (placed.size === 0) return [];
  const known = new Set(judged.map(({ cluster }) => cluster.name));
  return [...placed.values()].flatMap(({ cluster, replicas, keep }) => (keep && !known.has(cluster) ? [{ cluster, replicas, why: keep }] : []));
}

function outOfReach(rejections: Judged['rejections']): 'NotAnswering' | 'NotManaged' | undefined {
  if (rejections.every(({ by }) => by === 'reachable')) return 'NotAnswering';
  return rejections.every(({ by }) => by === 'reachable' || by === 'mode') ? 'NotManaged' : undefined;
}
