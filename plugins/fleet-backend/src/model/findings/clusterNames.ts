import type { FleetCluster, Placement } from '@flotilla/backstage-plugin-fleet-common';
import { keyOf, type KubeObject } from '../kinds';
import type { World } from '../world';
import { fleetOf, placementsIn, type Found, type Rule } from './rule';

interface Named {
  cluster: string;
  path: string;
}

function namedIn(placement: Placement, path: string): Named[] {
  const list = (names: readonly string[] | undefined, at: string) => (names ?? []).map((cluster, index) => ({ cluster, path: `${path}.${at}[${index}]` }));
  const weights = placement.replicaScheduling?.weightPreference?.staticWeightList ?? [];
  return [
    ...list(placement.clusterAffinity?.clusterNames, 'clusterAffinity.clusterNames'),
    ...list(placement.clusterAffinity?.exclude, 'clusterAffinity.exclude'),
    ...Object.keys(placement.distribution?.trafficSplit ?? {}).map(cluster => ({ cluster, path: `${path}.distribution.trafficSplit.${cluster}` })),
    ...weights.flatMap((weight, index) => list(weight.targetCluster.clusterNames, `replicaScheduling.weightPreference.staticWeightList[${index}].targetCluster.clusterNames`)),
  ];
}

/** Clusters named outside any fleet: they must be registered. */
function plainNames(object: KubeObject): Named[] {
  if (object.kind === 'CrossClusterEndpoint') return ['sourceCluster', 'targetCluster'].map(field => ({ cluster: object.spec[field], path: `spec.${field}` }));
  return object.kind === 'EdgeSite' ? [{ cluster: object.spec.cluster, path: 'spec.cluster' }] : [];
}

const stageNames = (object: KubeObject): Named[] =>
  ((object.spec?.rollout?.stages ?? []) as { clusters: string[] }[]).flatMap((stage, index) =>
    stage.clusters.map((cluster, at) => ({ cluster, path: `spec.rollout.stages[${index}].clusters[${at}]` })),
  );

const unknown = ({ path }: Named, because: string): Found => ({ code: 'UnknownCluster', severity: 'warning', path, because });

/** The entries of the fleet an object is placed on (of the Fleet itself, its own), and how to call it. */
function entriesFor(object: KubeObject, world: World): { names: ReadonlySet<string>; fleet: string } | undefined {
  const fleet = object.kind === 'Fleet' ? object : fleetOf(object, world)?.fleet;
  return fleet && { names: new Set((fleet.spec?.clusters ?? []).map((entry: FleetCluster) => entry.name)), fleet: keyOf(fleet) };
}

/** Clusters that are named and are not in the fleet, or not registered at all. */
export const clusterNames: Rule = (object, world) => {
  const registered = new Set(world.clusters.map(cluster => cluster.metadata.name));
  const unregistered = plainNames(object).filter(({ cluster }) => !registered.has(cluster));
  const plain = unregistered.map(named => unknown(named, `no Cluster is named ${named.cluster}`));
  const inFleet = [...placementsIn(object).flatMap(({ placement, path }) => namedIn(placement, path)), ...(object.kind === 'PropagationPolicy' ? stageNames(object) : [])];
  if (inFleet.length === 0) return plain;
  const entries = entriesFor(object, world);
  if (!entries) return [...plain, ...inFleet.filter(({ cluster }) => !registered.has(cluster)).map(named => unknown(named, `no Cluster is named ${named.cluster}`))];
  const strangers = inFleet.filter(({ cluster }) => !entries.names.has(cluster));
  return [...plain, ...strangers.map(named => unknown(named, `${named.cluster} is not in fleet ${entries.fleet}`))];
};
