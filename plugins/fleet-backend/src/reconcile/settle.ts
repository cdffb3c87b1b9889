import { ANNOTATION_FLEET, ANNOTATION_POLICY, ANNOTATION_TAKEN_ALONG, type FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import { withClusterDefaults } from '../model/clusterDefaults';
import { deletionPolicy } from '../model/defaults';
import { keyOf } from '../model/kinds';
import { membership, type Member } from '../model/membership';
import type { PlacementSource } from '../model/narrowing';
import { clustersNamedBy, rolloutPolicyOf } from '../model/policyFor';
import { actingProfile } from '../model/profiles';
import { whichFleet } from '../model/whichFleet';
import { profileOf } from '../scheduler/profile';
import type { Profile } from '../scheduler/types';
import { KINDS, type Engine } from './engine';
import type { Setting } from './schedulingInput';

/** All that is settled before the first component is looked at: fleet, members, bounds, profile. */
export interface Settled extends Setting {
  fleet: KubeObject;
  /** `namespace/name`. */
  fleetName: string;
  members: Member[];
  profile: Profile;
  /** Annotations of the decisions: what is in force from the first placement on. */
  record: Record<string, string>;
}

export type Settling = { ok: true; settled: Settled } | { ok: false; condition: Statement };

/**
 * @param object - an Application, or an object that `policy` selected
 */
export function settle(engine: Engine, object: KubeObject, policy?: KubeObject): Settling {
  const namespace = engine.cache.get('', 'namespaces', '', object.metadata.namespace ?? '');
  const answer = whichFleet({
    object,
    namespace,
    fleets: engine.cache.all(KINDS.fleet.group, KINDS.fleet.resource),
    // An Application's clusters are named by the policy that rolls it out.
    policyClusters: clustersNamedBy(policy ?? rolloutPolicyOf(object, engine.cache.all(KINDS.policy.group, KINDS.policy.resource))),
    fleetNamespaces: engine.fleetNamespaces,
    recorded: recorded(engine, object, ANNOTATION_FLEET),
  });
  if (answer.found !== 'one') {
    const reason = answer.found === 'several' ? 'FleetAmbiguous' : 'FleetNotFound';
    return { ok: false, condition: { type: 'Scheduled', status: 'False', reason, message: `${answer.because}; ${answer.fix}` } };
  }
  const { fleet } = answer;
  const fleetName = keyOf(fleet);
  const outer: PlacementSource[] = [{ source: 'fleet', name: fleetName, placement: fleet.spec?.placement }];
  if (policy) outer.push({ source: 'policy', name: keyOf(policy), placement: policy.spec?.placement });
  const clusters = engine.cache.all(KINDS.cluster.group, KINDS.cluster.resource).map(cluster => withClusterDefaults(cluster, engine.clusterDefaults));
  const settled: Settled = {
    fleet,
    fleetName,
    // A Cluster that goes is no place any more: what is taken away there would be put back.
    members: membership(fleet, clusters).members.filter(({ cluster }) => !cluster.metadata.deletionTimestamp),
    outer,
    allowedClusterTolerations: fleet.spec?.placement?.clusterTolerations,
    wishers: [object, namespace, fleet],
    profile: profileOf(actingProfile('SchedulingProfile', [object, namespace, fleet], engine.cache.all(KINDS.schedulingProfile.group, KINDS.schedulingProfile.resource))),
    record: recordOf(fleet, policy),
  };
  return { ok: true, settled };
}

/** What is kept with a decision, for the day when the fleet, its entry or the policy says no more what it said. */
function recordOf(fleet: KubeObject, policy: KubeObject | undefined): Record<string, string> {
  const along: string[] = (fleet.spec?.clusters ?? []).filter((entry: FleetCluster) => deletionPolicy(entry) === 'Delete').map((entry: FleetCluster) => entry.name);
  return {
    [ANNOTATION_FLEET]: keyOf(fleet),
    ...(policy ? { [ANNOTATION_POLICY]: policy.metadata.name! } : {}),
    ...(along.length > 0 ? { [ANNOTATION_TAKEN_ALONG]: along.sort().join(',') } : {}),
  };
}

/**
 * Fleet and policy are kept from the first placement on: a second one never moves what runs. The PlacementDecisions carry them,
 * as a selected object has no status of ours to hold them.
 */
export function recorded(engine: Engine, object: KubeObject, annotation: string): string | undefined {
  const own = engine.cache
    .all(KINDS.decision.group, KINDS.decision.resource)
    .filter(decision => decision.metadata.ownerReferences?.some(owner => owner.uid === object.metadata.uid));
  const placed = own.find(decision => (decision.status?.verdicts ?? []).some((verdict: any) => verdict.outcome === 'chosen'));
  return placed?.metadata.annotations?.[annotation];
}
