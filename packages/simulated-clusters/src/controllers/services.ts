import type { KubeObject } from '@flotilla/kube-api';
import { REQUESTS_PER_SECOND } from '../pods/annotations';
import { isGoing, isOver, isReady, make, ownerReference, remove, write, writeStatus, type Hands } from './hands';
import { nameSuffix } from './pods';
import type { Snapshot } from './snapshot';

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
/** As many as Kubernetes puts into one slice. */
const SLICE_SIZE = 100;
/** What is asked of a Service that does not say. */
const REQUESTS = 10;
/** Addresses of load balancers, from a range kept for documentation. */
const BALANCERS = '203.0.113.';

/** A Service: its pods in EndpointSlices, its share of requests, the address of its load balancer. */
export async function reconcileService(hands: Hands, world: Snapshot, service: KubeObject): Promise<void> {
  const { spec, metadata } = service;
  if (!spec.selector || spec.type === 'ExternalName') return;
  const selected = Object.entries(spec.selector);
  const pods = world.pods.filter(
    pod => pod.metadata.namespace === metadata.namespace && pod.status?.podIP && !isOver(pod) && selected.every(([key, value]) => pod.metadata.labels?.[key] === value),
  );
  const ready = pods.filter(pod => isReady(pod) && !isGoing(pod)).map(pod => pod.metadata.uid!);
  hands.traffic.deal(metadata.uid!, ready, Number(metadata.annotations?.[REQUESTS_PER_SECOND] ?? REQUESTS) || 0);
  await writeSlices(hands, world, service, pods);
  if (spec.type === 'LoadBalancer' && !service.status?.loadBalancer?.ingress) {
    await writeStatus(hands, service, { loadBalancer: { ingress: [{ ip: balancerOf(world, service), ipMode: 'VIP' }] } });
  }
}

async function writeSlices(hands: Hands, world: Snapshot, service: KubeObject, pods: readonly KubeObject[]) {
  const { name, namespace, uid } = service.metadata;
  const slices = world.slices.filter(each => each.metadata.ownerReferences?.some(owner => owner.uid === uid) && !isGoing(each));
  const ports = portsOf(service, pods);
  const parts = Array.from({ length: Math.max(1, Math.ceil(pods.length / SLICE_SIZE)) }, (_, i) => pods.slice(i * SLICE_SIZE, (i + 1) * SLICE_SIZE));
  for (const [i, part] of parts.entries()) {
    const endpoints = part.map(pod => endpointOf(world, pod));
    const slice = slices[i];
    if (slice && JSON.stringify([slice.endpoints, slice.ports]) === JSON.stringify([endpoints, ports])) continue;
    if (slice) await write(hands, slice, { endpoints, ports });
    else {
      const labels = { ...service.metadata.labels, [SERVICE_NAME]: name!, ...MANAGED_BY, ...(service.spec.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }) };
      const slicesName = `${name}-${nameSuffix(hands)}`;
      await make(hands, { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: slicesName, namespace, labels, ownerReferences: [ownerReference(service)] }, addressType: 'IPv4', endpoints, ports });
    }
  }
  for (const slice of slices.slice(parts.length)) await remove(hands, slice);
}

function endpointOf(world: Snapshot, pod: KubeObject): object {
  const { name, namespace, uid } = pod.metadata;
  const zone = world.node(pod.spec.nodeName)?.metadata.labels?.['topology.kubernetes.io/zone'];
  const serving = isReady(pod);
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: serving && !isGoing(pod), serving, terminating: isGoing(pod) },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name, namespace, uid },
    ...(zone && { zone }),
  };
}

/** Ports of the pods; a name is looked up among the ports of the first. */
function portsOf({ spec }: KubeObject, [pod]: readonly KubeObject[]): object[] {
  const named = (wanted: string) => (pod?.spec.containers ?? []).flatMap((each: any) => each.ports ?? []).find((each: any) => each.name === wanted)?.containerPort;
  return (spec.ports ?? []).flatMap(({ name = '', port, targetPort = port, protocol = 'TCP' }: any) => {
    const number = typeof targetPort === 'number' ? targetPort : named(targetPort);
    return number === undefined ? [] : [{ name, port: number, protocol }];
  });
}

function balancerOf({ services }: Snapshot, { metadata }: KubeObject): string {
  const balanced = services.filter(each => each.spec.type === 'LoadBalancer').sort((a, b) => a.metadata.uid!.localeCompare(b.metadata.uid!));
  const taken = new Set(balanced.flatMap(each => each.status?.loadBalancer?.ingress ?? []).map((each: any) => each.ip));
  for (let i = 1 + balanced.findIndex(each => each.metadata.uid === metadata.uid); ; i += 1) if (!taken.has(BALANCERS + i)) return BALANCERS + i;
}
