import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isExtendedResource, type KubeObject } from '@flotilla/kube-api';
import { parse } from 'yaml';
import { numberOf } from './quantity';

export interface NodeGroupSpec {
  name: string;
  count: number;
  zones: string[];
  instanceType: string;
  /** Per node and hour; only the pages of a real provider would know it, so nothing here uses it. */
  price?: number;
  capacity: Record<string, string>;
  /** What a node keeps for its system services. */
  reserved?: Record<string, string>;
  labels?: Record<string, string>;
  taints?: { key: string; value?: string; effect: string }[];
}

export interface WorkloadSpec {
  namespace: string;
  name: string;
  replicas: number;
  image?: string;
  requests: Record<string, string>;
  nodeSelector?: Record<string, string>;
  tolerations?: object[];
}

/** One member cluster of the file: what it is made of, and what runs on it before anybody comes. */
export interface ClusterSpec {
  name: string;
  provider: string;
  region: string;
  version?: string;
  /** Round trip to its API server, e.g. `9ms`. */
  latency?: string;
  nodeGroups: NodeGroupSpec[];
  workloads?: WorkloadSpec[];
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Reads a cluster file. `N` makes that many clusters of a usual shape.
 * @throws Error with path, what was found and what is wanted
 */
export function readClusters(fileOrCount: string): ClusterSpec[] {
  if (/^\d+$/.test(fileOrCount)) return manyClusters(Number(fileOrCount));
  const content = parse(readFileSync(fileOrCount, 'utf8'), { maxAliasCount: 100 });
  const clusters: unknown = content?.clusters;
  if (!Array.isArray(clusters)) throw new Error(`${fileOrCount}: clusters: found ${JSON.stringify(clusters)}, wanted a list`);
  const seen = new Set<string>();
  for (const [i, cluster] of clusters.entries()) {
    const name = cluster?.name;
    if (typeof name !== 'string' || !NAME.test(name)) throw new Error(`${fileOrCount}: clusters[${i}].name: found ${JSON.stringify(name)}, wanted a DNS label`);
    if (seen.has(name)) throw new Error(`${fileOrCount}: clusters[${i}].name: ${name} is there twice`);
    if (!Array.isArray(cluster.nodeGroups)) throw new Error(`${fileOrCount}: clusters[${i}].nodeGroups: wanted a list of node groups`);
    seen.add(name);
  }
  return clusters as ClusterSpec[];
}

const REGIONS = ['cn-north-1', 'cn-east-1', 'cn-south-1', 'ap-southeast-1'];
const PROVIDERS = ['huawei', 'aliyun', 'tencent', 'onprem'];

/** Clusters for load: a few nodes each, dealt over regions and providers. */
function manyClusters(count: number): ClusterSpec[] {
  return Array.from({ length: count }, (_, i) => {
    const region = REGIONS[i % REGIONS.length];
    return {
      name: `cluster-${String(i + 1).padStart(4, '0')}`,
      provider: PROVIDERS[Math.floor(i / REGIONS.length) % PROVIDERS.length],
      region,
      latency: `${5 + ((i * 7) % 60)}ms`,
      nodeGroups: [
        {
          name: 'general',
          count: 4,
          zones: [`${region}a`, `${region}b`],
          instanceType: 'general-16c',
          capacity: { cpu: '16', memory: '64Gi', 'ephemeral-storage': '200Gi', pods: '110', ...(i % 4 === 0 ? { 'nvidia.com/gpu': '4' } : {}) },
        },
      ],
    };
  });
}

/** Resources that a node keeps for its own system services, where the group does not say. */
const RESERVED = { cpu: '100m', memory: '512Mi' };

/** What pods may use: capacity less what is reserved. */
function allocatable(capacity: Record<string, string>, reserved: Record<string, string>): Record<string, string> {
  return {
    ...capacity,
    cpu: `${Math.round((numberOf(capacity.cpu) - numberOf(reserved.cpu)) * 1000)}m`,
    memory: `${Math.round((numberOf(capacity.memory) - numberOf(reserved.memory)) / 1024)}Ki`,
  };
}

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 5);

/** The nodes of a cluster, dealt over the zones of their group in turn. Names are the same at every start. */
export function nodesOf(cluster: ClusterSpec): KubeObject[] {
  const version = cluster.version ?? 'v1.36.3';
  return cluster.nodeGroups.flatMap(group =>
    Array.from({ length: group.count }, (_, i): KubeObject => {
      const zone = group.zones[i % group.zones.length];
      const name = `${group.name}-${shortHash(cluster.name)}-${String(i + 1).padStart(2, '0')}`;
      return {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: {
          name,
          labels: {
            'kubernetes.io/hostname': name,
            'kubernetes.io/os': 'linux',
            'kubernetes.io/arch': 'amd64',
            'node.kubernetes.io/instance-type': group.instanceType,
            'topology.kubernetes.io/region': cluster.region,
            'topology.kubernetes.io/zone': zone,
            'fleet.kurator.dev/node-group': group.name,
            ...group.labels,
          },
        },
        spec: { providerID: `${cluster.provider}://${zone}/${name}`, ...(group.taints ? { taints: group.taints } : {}) },
        status: {
          capacity: group.capacity,
          allocatable: allocatable(group.capacity, group.reserved ?? RESERVED),
          nodeInfo: nodeInfo(version),
        },
      };
    }),
  );
}

const nodeInfo = (version: string) => ({
  architecture: 'amd64', bootID: '', containerRuntimeVersion: 'containerd://2.1.4', kernelVersion: '6.6.0', kubeProxyVersion: version,
  kubeletVersion: version, machineID: '', operatingSystem: 'linux', osImage: 'Linux', systemUUID: '',
});

/** The background load: its namespaces, then its Deployments. */
export function workloadsOf(cluster: ClusterSpec): KubeObject[] {
  const workloads = cluster.workloads ?? [];
  const namespaces = [...new Set(workloads.map(each => each.namespace))];
  return [
    ...namespaces.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...workloads.map(deploymentOf),
  ];
}

function deploymentOf({ namespace, name, replicas, image, requests, nodeSelector, tolerations }: WorkloadSpec): KubeObject {
  const labels = { app: name };
  // Kubernetes demands equal requests and limits for extended resources (GPUs), and nothing else.
  const limits = Object.fromEntries(Object.entries(requests).filter(([resource]) => isExtendedResource(resource)));
  const container = { name, image: image ?? `registry.example.com/${namespace}/${name}:1.4.2`, resources: { requests, limits } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { nodeSelector, tolerations, containers: [container] } } },
  };
}
