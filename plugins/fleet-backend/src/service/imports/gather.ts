/** What an import is made of: the objects as they run, and what goes with them. */
import type { ImportRequest, LeftOut, Reason, WorkloadName } from '@flotilla/backstage-plugin-fleet-common';
import { forbidden, type KubeObject, type Principal } from '@flotilla/kube-api';
import { podTemplateOf } from '../../model/componentObject';
import { groupOf } from '../../model/kinds';
import { referencesOf } from '../../model/references';
import { matches } from '../../model/selectors';
import { whoseObject } from '../../model/whose';
import { hindranceOf, podLabelsOf, versionOfKind } from '../../workloads/importing';
import { scaledBy } from '../../workloads/scaledBy';
import type { ClusterObserver } from '../../observe/types';
import type { Look } from './Look';

/** One object in one cluster. */
export interface Standing {
  cluster: string;
  live: KubeObject;
  /** The HorizontalPodAutoscaler that owns its replicas. */
  scaler?: string;
}

/** What becomes one component: objects of one kind and name, at most one in each cluster. */
export interface Group {
  kind: string;
  name: string;
  standing: Standing[];
  /** Objects that it uses or that lead to it, and that are not carried. */
  beside: LeftOut[];
}

export interface Gathered {
  namespace: string;
  groups: Group[];
  problems: Reason[];
}

export interface GatherSources {
  observer: Pick<ClusterObserver, 'live'>;
  hubId: string;
}

const LIMITS = { timeoutMs: 10_000 };
const problem = (code: string, values: Reason['values']): Reason => ({ code, values });

/** Reads an object; a sentence for what is not there. @throws KubeError 403 where the person may not read its content */
async function read(look: Look, principal: Principal, kind: string, namespace: string, name: string): Promise<KubeObject | string> {
  const of = await look.connection.resourceOf(versionOfKind(kind), kind, LIMITS);
  if (!of.ok) return of.because;
  if (!of.value) return `it does not serve ${kind}`;
  const { resource, apiVersion } = of.value;
  if (!look.sees({ group: groupOf(apiVersion), resource, namespace, name })) {
    throw forbidden({ group: groupOf(apiVersion), resource, kind } as never, name, `User "${principal.name}" cannot read its content in cluster ${look.cluster.metadata.name}`);
  }
  const found = await look.connection.get(of.value, namespace, name, LIMITS);
  return found.ok ? { ...found.value, apiVersion, kind } : found.because;
}

async function chosen(looks: ReadonlyMap<string, Look>, principal: Principal, workloads: readonly WorkloadName[]) {
  const problems: Reason[] = [];
  const groups = new Map<string, Group>();
  const found = await Promise.all(workloads.map(async of => ({ of, object: await read(looks.get(of.cluster)!, principal, of.kind, of.namespace, of.name) })));
  for (const { of, object } of found) {
    if (typeof object === 'string') {
      problems.push(problem('ImportNotFound', { ...of, said: object }));
      continue;
    }
    const key = `${of.kind}/${of.name}`;
    const group = groups.get(key) ?? { kind: of.kind, name: of.name, standing: [], beside: [] };
    groups.set(key, group);
    if (!group.standing.some(each => each.cluster === of.cluster)) group.standing.push({ cluster: of.cluster, live: object });
  }
  for (const { standing } of groups.values()) standing.sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
  return { groups: [...groups.values()], problems };
}

function sameNames(groups: readonly Group[]): Reason[] {
  const kinds = new Map<string, string[]>();
  for (const { kind, name } of groups) kinds.set(name, [...(kinds.get(name) ?? []), kind]);
  return [...kinds].filter(([, each]) => each.length > 1).map(([name, each]) => problem('ImportSameName', { name, kinds: each.sort().join(', ') }));
}

/** What the pods use that no component can be, and that therefore stays. */
function usedBy({ kind, standing }: Group): LeftOut[] {
  const spec = podTemplateOf({ kind, spec: standing[0].live.spec })?.spec;
  const claims = (spec?.volumes ?? []).flatMap((volume: any) => volume?.persistentVolumeClaim?.claimName ?? []).map((name: string) => `PersistentVolumeClaim/${name}`);
  const account = spec?.serviceAccountName && spec.serviceAccountName !== 'default' ? [`ServiceAccount/${spec.serviceAccountName}`] : [];
  const secrets = referencesOf(spec).filter(each => each.kind === 'Secret').map(({ name }) => `Secret/${name}`);
  return [...secrets, ...claims, ...account].map(path => ({ path, because: { code: 'LeftUsed', values: {} } }));
}

/** Services of the namespace that select the pods of a group, by cluster. */
async function servicesOf(look: Look, namespace: string): Promise<KubeObject[]> {
  const of = await look.connection.resourceOf('v1', 'Service', LIMITS);
  const found = of.ok && of.value ? await look.connection.list(of.value, { namespace, managers: true }, LIMITS) : undefined;
  return found?.ok ? found.value.items.filter(({ metadata }) => look.sees({ group: '', resource: 'services', namespace, name: metadata.name })) : [];
}

const selects = (service: KubeObject, labels: Record<string, string> | undefined) =>
  labels !== undefined && Object.keys(service.spec?.selector ?? {}).length > 0 && matches({ matchLabels: service.spec.selector }, labels);

/** Names of what goes with a group: Services that select its pods, ConfigMaps that they name. */
function relatedNames({ kind, standing }: Group, services: readonly KubeObject[]): { kind: string; name: string }[] {
  const { live } = standing[0];
  const configMaps = referencesOf(podTemplateOf({ kind, spec: live.spec })?.spec).filter(each => each.kind === 'ConfigMap' && each.name !== 'kube-root-ca.crt');
  const leading = services.filter(service => selects(service, podLabelsOf(live))).map(({ metadata }) => ({ kind: 'Service', name: metadata.name! }));
  return [...configMaps, ...leading];
}

const leftBeside = (kind: string, name: string, because: string, more: Reason['values'] = {}): LeftOut => ({ path: `${kind}/${name}`, because: { code: kind === 'Service' ? 'LeftService' : 'LeftConfigMap', values: { ...more, because } } });

/** Adds what goes with the chosen as groups of their own, where that can be; else it is told why it stays. */
async function addRelated(from: GatherSources, looks: ReadonlyMap<string, Look>, principal: Principal, namespace: string, groups: Group[], request: ImportRequest): Promise<Group[]> {
  const services = new Map(await Promise.all([...looks].map(async ([cluster, look]) => [cluster, await servicesOf(look, namespace)] as const)));
  const related = new Map<string, Group>();
  const names = new Set(groups.map(group => group.name));
  for (const group of groups) {
    for (const { kind, name } of relatedNames(group, services.get(group.standing[0].cluster) ?? [])) {
      const known = related.get(`${kind}/${name}`);
      if (known) continue;
      if (request.related === false || names.has(name)) {
        group.beside.push(leftBeside(kind, name, request.related === false ? 'LeftNotAsked' : 'LeftNameTaken'));
        continue;
      }
      const standing = await Promise.all(group.standing.map(async ({ cluster }) => ({ cluster, live: await read(looks.get(cluster)!, principal, kind, namespace, name) })));
      const there = standing.filter((each): each is Standing => typeof each.live !== 'string');
      const hindered = there.map(({ live }) => hindranceOf(live, whoseObject(live, from.hubId), request.fromTools)).find(each => each !== undefined);
      if (there.length < standing.length) group.beside.push(leftBeside(kind, name, 'LeftNotEverywhere'));
      else if (hindered) group.beside.push(leftBeside(kind, name, hindered.code, hindered.values));
      else {
        related.set(`${kind}/${name}`, { kind, name, standing: there, beside: [] });
        names.add(name);
      }
    }
  }
  const order = ['ConfigMap', 'Service'];
  return [...[...related.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)), ...groups];
}

/** Reads the chosen workloads and what goes with them. Reads only. */
export async function gather(from: GatherSources, looks: ReadonlyMap<string, Look>, principal: Principal, request: ImportRequest): Promise<Gathered> {
  const namespaces = [...new Set(request.workloads.map(each => each.namespace))].sort();
  const [namespace = ''] = namespaces;
  if (namespaces.length !== 1) return { namespace, groups: [], problems: [namespaces.length === 0 ? problem('ImportNothing', {}) : problem('ImportNamespaces', { namespaces: namespaces.join(', ') })] };
  const { groups, problems } = await chosen(looks, principal, request.workloads);
  problems.push(...sameNames(groups));
  for (const group of groups) {
    group.beside.push(...usedBy(group));
    for (const each of group.standing) {
      const because = hindranceOf(each.live, whoseObject(each.live, from.hubId), request.fromTools);
      if (because) problems.push(problem('ImportHindered', { kind: group.kind, ...because.values, name: group.name, cluster: each.cluster, because: because.code }));
      const scaler = scaledBy(from.observer.live(each.cluster).values(), each.live);
      if (scaler) each.scaler = scaler;
    }
    if (group.standing.some(each => each.scaler)) group.beside.push({ path: `HorizontalPodAutoscaler/${group.standing.find(each => each.scaler)!.scaler}`, because: { code: 'LeftScaler', values: {} } });
  }
  return { namespace, groups: problems.length > 0 ? groups : await addRelated(from, looks, principal, namespace, groups, request), problems };
}
