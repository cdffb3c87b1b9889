import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { refuseHost } from '../../clusters/urlSafety';
import type { KubeObject } from '../kinds';
import { clusterOfEntry } from '../membership';
import { PROFILE_KINDS } from '../profiles';
import type { World } from '../world';

const ARTICLE = join(__dirname, '../../../../../examples/article');

/** Every object of one YAML file of the article's example. */
export const articleFile = (file: string): KubeObject[] => parseAllDocuments(readFileSync(join(ARTICLE, file), 'utf8')).map(document => document.toJS());

/** The ten manifests, unchanged. */
export const articleManifests = (): KubeObject[] =>
  readdirSync(ARTICLE)
    .filter(name => name.includes('-') && name.endsWith('.yaml'))
    .sort()
    .flatMap(articleFile);

/** What lies beside them in the demo. */
export const demoObjects = (): KubeObject[] => ['demo/namespaces.yaml', 'demo/clusters.yaml', 'demo/critical-app.yaml'].flatMap(articleFile);

/** A world that holds these objects, sorted by kind as the hub does. */
export function aWorld(objects: readonly KubeObject[] = [], over: Partial<World> = {}): World {
  const ofKind = (...kinds: string[]) => objects.filter(object => kinds.includes(object.kind));
  return {
    fleets: ofKind('Fleet'),
    clusters: ofKind('Cluster'),
    applications: ofKind('Application'),
    policies: ofKind('PropagationPolicy'),
    namespaces: ofKind('Namespace'),
    profiles: ofKind(...PROFILE_KINDS),
    endpoints: ofKind('CrossClusterEndpoint'),
    sites: ofKind('EdgeSite'),
    secrets: ofKind('Secret'),
    objectsIn: namespace => objects.filter(object => object.metadata.namespace === namespace && !object.apiVersion.includes('kurator.dev')),
    debtOf: () => 0,
    fleetNamespaces: ['kurator-system'],
    checks: { validateObject: () => [], unknownFields: () => [], refuseHost: url => refuseHost(url, { allowLoopback: false }), isNamespaced: (_apiVersion, kind) => !['Namespace', 'ClusterRole'].includes(kind) },
    ...over,
  };
}

const secretsOf = (objects: readonly KubeObject[]): KubeObject[] =>
  objects
    .flatMap((object): { namespace?: string; name: string }[] =>
      object.kind === 'Cluster'
        ? [object.spec.kubeconfigRef]
        : object.kind === 'Fleet'
          ? object.spec.clusters.filter((entry: any) => entry.kubeconfigRef).map((entry: any) => ({ namespace: object.metadata.namespace, name: entry.kubeconfigRef.name }))
          : [],
    )
    .map(metadata => ({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: metadata.namespace, name: metadata.name }, type: 'fleet.kurator.dev/kubeconfig' }));

/** Those that every hub has. */
const namespacesOfHub = (): KubeObject[] => ['default', 'kurator-system'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));

/** The running demo: the article, what lies beside it, and what the engine makes of the fleet's own registrations. */
export function articleObjects(): KubeObject[] {
  const objects = [...articleManifests(), ...demoObjects()];
  const registered = objects
    .filter(object => object.kind === 'Fleet')
    .flatMap(fleet => fleet.spec.clusters.filter((entry: any) => entry.kubeconfigRef).map((entry: any) => clusterOfEntry(fleet, entry)));
  return [...namespacesOfHub(), ...objects, ...registered, ...secretsOf(objects)];
}

/** A deep copy with changes made in place. */
export function changed(object: KubeObject, change: (copy: any) => void): KubeObject {
  const copy = structuredClone(object);
  change(copy);
  return copy;
}

/** Finds one object by kind and name, or fails. */
export function pick(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find(object => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}
