import {
  ALWAYS_PROTECTED,
  ANNOTATION_REGISTERED_BY,
  LABEL_PROVIDER,
  LABEL_REGION,
  LABEL_ZONE,
  type ClusterSpec,
  type FleetCluster,
} from '@flotilla/backstage-plugin-fleet-common';
import { clusterOpenTo } from './allowed';
import { entryMode } from './defaults';
import { keyOf, type KubeObject } from './kinds';

/** A fleet's attribute that says something else than the Cluster, and lost. */
export interface Clash {
  key: string;
  /** The fleet's word. */
  said: string;
  /** The Cluster's; undefined when a protected label is absent there. */
  holds: string | undefined;
  /** The field of the fleet. */
  path: string;
}

/** A cluster that the fleet may use, as the fleet sees it. */
export interface Member {
  name: string;
  cluster: KubeObject;
  entry: FleetCluster;
  /** Index of the entry in `spec.clusters`. */
  at: number;
  /** Within this fleet. */
  labels: Record<string, string>;
  protectedLabels: string[];
  clashes: Clash[];
}

/** An entry that gives no member, and why. */
export interface Refused {
  name: string;
  at: number;
  reason: 'NotRegistered' | 'Joining' | 'NotAllowed' | 'RegisteredByOther';
  because: string;
}

export interface Membership {
  members: Member[];
  refused: Refused[];
}

/** Why the fleet may not use this Cluster; undefined when it may. */
function refusal(fleet: KubeObject, entry: FleetCluster, cluster: KubeObject | undefined): Omit<Refused, 'name' | 'at'> | undefined {
  if (!cluster) {
    return entry.kubeconfigRef
      ? { reason: 'Joining', because: `${entry.name} is being registered` }
      : { reason: 'NotRegistered', because: `no Cluster is named ${entry.name}: register it, or give this entry a kubeconfigRef` };
  }
  if (entry.kubeconfigRef) {
    const owner = cluster.metadata.annotations?.[ANNOTATION_REGISTERED_BY];
    if (owner === keyOf(fleet)) return undefined;
    const whose = owner ? `fleet ${owner} registered it` : 'it was registered by itself';
    return { reason: 'RegisteredByOther', because: `${entry.name} is not this fleet's to register: ${whose}; leave kubeconfigRef out to use it` };
  }
  const namespace = fleet.metadata.namespace ?? '';
  if (clusterOpenTo(cluster, namespace)) return undefined;
  return { reason: 'NotAllowed', because: `${entry.name} is not open to fleets of namespace ${namespace}: its owner adds the namespace to spec.allowedNamespaces` };
}

/** What the Cluster says for sure: provider, region and zone by its spec, or where that is silent by the fleet's entry. */
function places(entry: FleetCluster, spec: ClusterSpec): Record<string, string> {
  const said = { [LABEL_PROVIDER]: spec.provider ?? entry.provider, [LABEL_REGION]: spec.region ?? entry.region, [LABEL_ZONE]: spec.zone ?? entry.zone };
  return Object.fromEntries(Object.entries(said).filter((pair): pair is [string, string] => Boolean(pair[1])));
}

/**
 * The labels a cluster has within a fleet. The Cluster's come first, the fleet's attributes may change them, except
 * the protected ones: those hold as the Cluster has them, and one it does not have cannot be claimed for it.
 * Provider, region and zone count from an attribute only where neither Cluster nor entry gives one.
 */
export function labelsWithin(entry: FleetCluster, cluster: KubeObject, at: number): Pick<Member, 'labels' | 'protectedLabels' | 'clashes'> {
  const spec: ClusterSpec = cluster.spec ?? {};
  const own: Record<string, string> = { ...cluster.metadata.labels, ...spec.attributes };
  const place = places(entry, spec);
  const protectedLabels = [...new Set([...ALWAYS_PROTECTED, ...(spec.protectedLabels ?? [])])];
  const labels = { ...own, ...place };
  const clashes: Clash[] = [];
  const clash = (key: string, said: string, holds: string | undefined, path: string) => {
    if (said !== holds) clashes.push({ key, said, holds, path: `spec.clusters[${at}].${path}` });
  };
  for (const key of [LABEL_PROVIDER, LABEL_REGION, LABEL_ZONE] as const) {
    const said = entry[key as 'provider' | 'region' | 'zone'];
    if (said) clash(key, said, place[key], key);
  }
  for (const [key, said] of Object.entries(entry.attributes ?? {})) {
    const isPlace = key === LABEL_PROVIDER || key === LABEL_REGION || key === LABEL_ZONE;
    const open = isPlace ? labels[key] === undefined : !protectedLabels.includes(key);
    if (open) labels[key] = said;
    else clash(key, said, labels[key], `attributes.${key}`);
  }
  return { labels, protectedLabels, clashes };
}

/**
 * Who is in a fleet: every entry is either a member or refused with its reason, in the fleet's order.
 * @param clusters - all Clusters of the hub
 */
export function membership(fleet: KubeObject, clusters: readonly KubeObject[]): Membership {
  const byName = new Map(clusters.map(cluster => [cluster.metadata.name, cluster]));
  const result: Membership = { members: [], refused: [] };
  const entries: FleetCluster[] = fleet.spec?.clusters ?? [];
  entries.forEach((entry, at) => {
    const cluster = byName.get(entry.name);
    const no = refusal(fleet, entry, cluster);
    if (no || !cluster) result.refused.push({ name: entry.name, at, ...no! });
    else result.members.push({ name: entry.name, cluster, entry, at, ...labelsWithin(entry, cluster, at) });
  });
  return result;
}

/** The Cluster that a fleet entry with `kubeconfigRef` registers; the engine creates it and keeps it like this. */
export function clusterOfEntry(fleet: KubeObject, entry: FleetCluster): KubeObject {
  const { name, key } = entry.kubeconfigRef!;
  const spec: ClusterSpec = {
    ...(entry.provider ? { provider: entry.provider } : {}),
    ...(entry.region ? { region: entry.region } : {}),
    ...(entry.zone ? { zone: entry.zone } : {}),
    kubeconfigRef: { name, namespace: fleet.metadata.namespace!, ...(key ? { key } : {}) },
    mode: entryMode(entry),
    ...(entry.deletionPolicy ? { deletionPolicy: entry.deletionPolicy } : {}),
  };
  return {
    apiVersion: 'fleet.kurator.dev/v1alpha1',
    kind: 'Cluster',
    metadata: { name: entry.name, annotations: { [ANNOTATION_REGISTERED_BY]: keyOf(fleet) } },
    spec,
  };
}
