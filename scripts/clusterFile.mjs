/**
 * The demo's cluster file (examples/article/clusters.yaml) turned into Kubernetes objects: nodes, and the Deployments
 * that are the background load. Pure; the same objects for every kind of cluster that the file describes.
 *
 * @typedef {{ name: string, count: number, zones: string[], instanceType: string, price: number,
 *   capacity: Record<string, string>, reserved?: Record<string, string>, labels?: Record<string, string>,
 *   taints?: { key: string, value?: string, effect: string }[], max?: number }} NodeGroup
 * @typedef {{ namespace: string, name: string, replicas: number, image?: string, requests: Record<string, string>,
 *   nodeSelector?: Record<string, string>, tolerations?: object[] }} Workload
 * @typedef {{ name: string, provider: string, region: string, version?: string, latency?: string,
 *   nodeGroups: NodeGroup[], workloads?: Workload[] }} ClusterSpec
 */
import { createHash } from 'node:crypto';

/** Resources that a node keeps for its own system services, where the group does not say. */
const RESERVED = { cpu: '100m', memory: '512Mi' };

const SCALE = { '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

function parseQuantity(text) {
  const found = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(String(text));
  if (!found) throw new Error(`"${text}" is not a quantity (such as 4, 500m, 16Gi)`);
  return Number(found[1]) * SCALE[found[2] ?? ''];
}

/** What pods may use: capacity less what is reserved, in units that lose nothing (millicores, KiB). */
function allocatableOf(capacity, reserved) {
  const left = { ...capacity };
  const take = (resource, unit, suffix) => {
    const rest = parseQuantity(capacity[resource]) - parseQuantity(reserved[resource] ?? 0);
    left[resource] = `${Math.round(rest / unit)}${suffix}`;
  };
  take('cpu', 1e-3, 'm');
  take('memory', 1024, 'Ki');
  return left;
}

const shortHash = text => createHash('sha256').update(text).digest('hex').slice(0, 5);

function nodeOf(cluster, group, index) {
  const zone = group.zones[index % group.zones.length];
  const name = `${group.name}-${shortHash(cluster.name)}-${String(index + 1).padStart(2, '0')}`;
  const version = cluster.version ?? 'v1.36.3';
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
      allocatable: allocatableOf(group.capacity, group.reserved ?? RESERVED),
      nodeInfo: nodeInfo(version),
    },
  };
}

function nodeInfo(version) {
  return {
    architecture: 'amd64',
    bootID: '',
    containerRuntimeVersion: 'containerd://2.1.4',
    kernelVersion: '6.6.0',
    kubeProxyVersion: version,
    kubeletVersion: version,
    machineID: '',
    operatingSystem: 'linux',
    osImage: 'Linux',
    systemUUID: '',
  };
}

/**
 * The nodes of one cluster, dealt over the zones of their group in turn. Names are the same at every start.
 *
 * @param {ClusterSpec} cluster
 * @returns {object[]} Node objects with `spec` and `status`
 * @throws Error when a quantity cannot be read
 */
export function nodesOf(cluster) {
  return cluster.nodeGroups.flatMap(group => Array.from({ length: group.count }, (_, index) => nodeOf(cluster, group, index)));
}

function deploymentOf(workload) {
  const labels = { app: workload.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: workload.name, namespace: workload.namespace, labels },
    spec: {
      replicas: workload.replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(workload.nodeSelector ? { nodeSelector: workload.nodeSelector } : {}),
          ...(workload.tolerations ? { tolerations: workload.tolerations } : {}),
          containers: [
            {
              name: workload.name,
              image: workload.image ?? `registry.example.com/${workload.namespace}/${workload.name}:1.4.2`,
              resources: { requests: workload.requests, limits: extendedOnly(workload.requests) },
            },
          ],
        },
      },
    },
  };
}

/** Kubernetes demands equal requests and limits for extended resources (GPUs), and nothing else. */
function extendedOnly(requests) {
  return Object.fromEntries(Object.entries(requests).filter(([resource]) => resource.includes('/')));
}

/**
 * The background load of one cluster: its namespaces, then its Deployments.
 *
 * @param {ClusterSpec} cluster
 * @returns {object[]}
 */
export function workloadsOf(cluster) {
  const workloads = cluster.workloads ?? [];
  const namespaces = [...new Set(workloads.map(workload => workload.namespace))].map(name => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  return [...namespaces, ...workloads.map(deploymentOf)];
}
