import type { ResourceSelector } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';
import { matches } from './selectors';

/** How closely a selector means an object: by its name, by label, or all of its kind. */
const CLOSENESS = { name: 3, label: 2, all: 1 } as const;

export interface Candidate {
  policy: KubeObject;
  by: keyof typeof CLOSENESS;
  priority: number;
}

export type PolicyAnswer =
  | { found: 'none' }
  | { found: 'one'; policy: KubeObject; because: string; losers: { policy: KubeObject; because: string }[] }
  | { found: 'tie'; policies: KubeObject[]; because: string };

/** Whether a policy places plain objects (and does not roll out an Application). */
export const isPlacementForm = (policy: KubeObject): boolean => Array.isArray(policy.spec?.resourceSelectors);

/** How one selector means the object; undefined when it does not. A policy reaches its own namespace only. */
function selects(selector: ResourceSelector, object: KubeObject): Candidate['by'] | undefined {
  if (selector.apiVersion !== object.apiVersion || selector.kind !== object.kind) return undefined;
  if (selector.namespace && selector.namespace !== object.metadata.namespace) return undefined;
  if (selector.name) return selector.name === object.metadata.name ? 'name' : undefined;
  if (!selector.labelSelector) return 'all';
  return matches(selector.labelSelector, object.metadata.labels ?? {}) ? 'label' : undefined;
}

/** How a policy means an object: the closest of its selectors. Undefined when it does not, or is being deleted. */
export function selectedBy(policy: KubeObject, object: KubeObject): Candidate | undefined {
  if (!isPlacementForm(policy) || policy.metadata.deletionTimestamp) return undefined;
  if (policy.metadata.namespace !== object.metadata.namespace) return undefined;
  const ways = (policy.spec.resourceSelectors as ResourceSelector[])
    .map(selector => selects(selector, object))
    .filter((by): by is Candidate['by'] => by !== undefined)
    .sort((a, b) => CLOSENESS[b] - CLOSENESS[a]);
  return ways.length ? { policy, by: ways[0], priority: policy.spec.priority ?? 0 } : undefined;
}

const rank = (a: Candidate, b: Candidate) => b.priority - a.priority || CLOSENESS[b.by] - CLOSENESS[a.by];

const BY = { name: 'names it', label: 'selects it by label', all: 'selects all of its kind' } as const;

/**
 * The policy that places an object, in Karmada's order: priority, then name over label over all of a kind.
 * In a tie the policy in force stays; with none in force nobody wins.
 * @param inForce - name of the policy that places the object now
 */
export function policyFor(object: KubeObject, policies: readonly KubeObject[], inForce?: string): PolicyAnswer {
  const candidates = policies.map(policy => selectedBy(policy, object)).filter((each): each is Candidate => each !== undefined);
  if (candidates.length === 0) return { found: 'none' };
  candidates.sort(rank);
  const best = candidates.filter(each => rank(each, candidates[0]) === 0);
  const stays = best.find(each => each.policy.metadata.name === inForce);
  if (best.length > 1 && !stays) {
    const names = best.map(each => each.policy.metadata.name!).sort();
    return {
      found: 'tie',
      policies: best.map(each => each.policy),
      because: `${names.join(' and ')} select it with priority ${best[0].priority} and each ${BY[best[0].by]}: give one a higher spec.priority`,
    };
  }
  const winner = stays ?? best[0];
  const losers = candidates.filter(each => each !== winner).map(each => ({ policy: each.policy, because: whyLost(each, winner) }));
  const because = best.length > 1 ? `it was in force before ${losers.map(each => each.policy.metadata.name).join(', ')} tied with it` : `it ${BY[winner.by]}, priority ${winner.priority}`;
  return { found: 'one', policy: winner.policy, because, losers };
}

function whyLost(loser: Candidate, winner: Candidate): string {
  const name = winner.policy.metadata.name;
  if (loser.priority !== winner.priority) return `${name} has priority ${winner.priority}, this one ${loser.priority}`;
  if (loser.by !== winner.by) return `${name} ${BY[winner.by]}, this one ${BY[loser.by]}`;
  return `${name} was in force before`;
}

/** Clusters that a policy names, in any field. */
export function clustersNamedBy(policy: KubeObject | undefined): string[] {
  const placement = policy?.spec?.placement;
  const stages: { clusters?: string[] }[] = policy?.spec?.rollout?.stages ?? [];
  const named = [
    ...(placement?.clusterAffinity?.clusterNames ?? []),
    ...Object.keys(placement?.distribution?.trafficSplit ?? {}),
    ...stages.flatMap(stage => stage.clusters ?? []),
  ];
  return [...new Set<string>(named)];
}

/** The policy that rolls an Application out; the first by name when there are several. Undefined for any other object. */
export const rolloutPolicyOf = (application: KubeObject, policies: readonly KubeObject[]): KubeObject | undefined =>
  policies
    .filter(
      policy =>
        application.kind === 'Application' &&
        policy.metadata.namespace === application.metadata.namespace &&
        policy.spec?.targetRef?.name === application.metadata.name &&
        !policy.metadata.deletionTimestamp,
    )
    .sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1))[0];
