/** What a Kubernetes API server's admission does beyond the rules of each kind: quotas, default tolerations, addresses of Services. */
import { createHash } from 'node:crypto';
import { StorageError, type Admission, type AdmissionRequest, type AdmissionResponse, type KubeObject, type ResourceStorage } from '@flotilla/kube-api';
import { numberOf } from '../quantity';
import { tolerationOf } from './nodeFit';
import { quantityOf } from './quotas';
import { countedBy, saidAs, usedBy } from './quotaUsage';

const GONE_NODES = ['not-ready', 'unreachable'].map(name => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));

/** A pod stays for five minutes on a node that is lost, unless it says otherwise. */
function withTolerations(pod: KubeObject): KubeObject {
  const tolerations = pod.spec.tolerations ?? [];
  const added = GONE_NODES.filter(each => tolerationOf(tolerations, each).length === 0);
  return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest().readUInt32BE(0);

/** The first that is free, from a place that the name decides. */
function freeFrom<T>(start: string, size: number, make: (i: number) => T, taken: ReadonlySet<T>): T {
  const first = hashOf(start) % size;
  for (let i = 0; i < size; i += 1) if (!taken.has(make((first + i) % size))) return make((first + i) % size);
  throw new Error('no address is free');
}

const SERVICES = { group: '', resource: 'services' };

/** Gives a Service its address and node ports. Nothing listens there. */
async function withAddress(storage: ResourceStorage, service: KubeObject, old?: KubeObject): Promise<KubeObject> {
  const { metadata } = service;
  const isOpen = ['NodePort', 'LoadBalancer'].includes(service.spec?.type);
  const spec = {
    clusterIP: old?.spec?.clusterIP,
    ...(isOpen && { externalTrafficPolicy: 'Cluster' }),
    ...(service.spec?.type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
    ...service.spec,
  };
  if (spec.type === 'ExternalName' || (spec.clusterIP && spec.type === 'ClusterIP')) return service;
  const others = (await storage.list(SERVICES)).items.filter(each => each.metadata.uid !== metadata.uid);
  const start = `${metadata.namespace}/${metadata.name}`;
  const clusterIP = spec.clusterIP ?? freeFrom(start, 65_000, i => `10.96.${i >> 8}.${i % 256 || 255}`, new Set(others.map(each => each.spec?.clusterIP)));
  const taken = new Set<number>([...others, service].flatMap(each => each.spec?.ports ?? []).map((each: any) => each.nodePort));
  const ports = spec.ports?.map((port: any) => {
    if (port.nodePort || !isOpen) return port;
    const nodePort = freeFrom(`${start}/${port.port}`, 2_768, i => 30_000 + i, taken);
    taken.add(nodePort);
    return { ...port, nodePort };
  });
  return { ...service, spec: { ...spec, clusterIP, clusterIPs: spec.clusterIPs ?? [clusterIP], ...(ports && { ports }) } };
}

const QUOTAS = { group: '', resource: 'resourcequotas' };
const TRIES = 8;

/** What of a quota an object would take, by resource. */
function demands(quota: KubeObject, { info }: AdmissionRequest, object: KubeObject): Map<string, number> {
  const names = Object.keys(quota.spec?.hard ?? {}).filter(name => {
    const range = countedBy(name);
    return range?.group === info.group && range.resource === info.resource;
  });
  return new Map(names.map(name => [name, usedBy(name, object)]));
}

/** Resources that a quota counts and the containers do not speak of. */
function unsaid(names: Iterable<string>, { spec }: KubeObject): string[] {
  const missing = [...names].filter(name => ['cpu', 'memory'].includes(saidAs(name)?.resource ?? '')).map(name => {
    const { list, resource } = saidAs(name)!;
    const silent = spec.containers.filter((each: any) => each.resources?.[list]?.[resource] === undefined).map((each: any) => each.name);
    return silent.length > 0 ? `${name} for: ${silent.join(',')}` : '';
  });
  return missing.filter(Boolean).sort();
}

/** Takes a new object's share of a quota, or says why not. The quota is written before the object, so that two cannot take the same. */
async function charge(storage: ResourceStorage, name: string, request: AdmissionRequest, object: KubeObject): Promise<string | undefined> {
  const key = { ...QUOTAS, namespace: request.namespace, name };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const quota = await storage.get(key);
    if (!quota) return undefined;
    const wanted = demands(quota, request, object);
    if (wanted.size === 0) return undefined;
    const silent = request.info.kind === 'Pod' ? unsaid(wanted.keys(), object) : [];
    if (silent.length > 0) return `failed quota: ${name}: must specify ${silent.join('; ')}`;
    const used: Record<string, string> = quota.status?.used ?? {};
    const unknown = [...wanted.keys()].filter(each => used[each] === undefined).sort();
    if (unknown.length > 0) return `status unknown for quota: ${name}, resources: ${unknown.join(',')}`;
    const over = [...wanted].filter(([each, amount]) => amount > 0 && numberOf(used[each]) + amount > numberOf(quota.spec.hard[each])).map(([each]) => each).sort();
    if (over.length > 0) {
      const say = (of: (each: string) => string) => over.map(each => `${each}=${of(each)}`).join(',');
      return `exceeded quota: ${name}, requested: ${say(each => quantityOf(each, wanted.get(each)!))}, used: ${say(each => used[each])}, limited: ${say(each => quota.spec.hard[each])}`;
    }
    if (request.dryRun) return undefined;
    const raised = Object.fromEntries([...wanted].map(([each, amount]) => [each, quantityOf(each, numberOf(used[each]) + amount)]));
    try {
      await storage.update(key, { ...quota, status: { ...quota.status, used: { ...used, ...raised } } }, quota.metadata.resourceVersion!);
      return undefined;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }
  return `quota ${name} is written by too many at once; try again`;
}

async function refusal(storage: ResourceStorage, request: AdmissionRequest, object: KubeObject): Promise<string | undefined> {
  const { items } = await storage.list({ ...QUOTAS, namespace: request.namespace });
  for (const { metadata } of items) {
    const why = await charge(storage, metadata.name!, request, object);
    if (why) return why;
  }
  return undefined;
}

/** Admission of a member cluster. */
export function memberAdmission(storage: ResourceStorage): Admission {
  return async (_ctx, request): Promise<AdmissionResponse> => {
    const { info, name, operation, subresource } = request;
    if (operation === 'DELETE' || subresource) return {};
    const isKind = (kind: string) => info.group === '' && info.kind === kind;
    let object = request.object!;
    if (isKind('Pod') && operation === 'CREATE') object = withTolerations(object);
    if (isKind('Service')) object = await withAddress(storage, object, request.old);
    const why = info.namespaced && operation === 'CREATE' ? await refusal(storage, request, object) : undefined;
    return why ? { denied: { code: 403, reason: 'Forbidden', message: `${info.group ? `${info.resource}.${info.group}` : info.resource} "${name}" is forbidden: ${why}` } } : { object };
  };
}
