import { SCORERS, type CrossClusterEndpointSpec, type NetworkOptimizationPolicySpec, type NetworkPartitionPolicySpec, type SchedulingProfileSpec } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, invalid } from '../causes';
import type { KubeObject, StatusCause } from '../kinds';
import { parseDuration } from '../time';
import type { World } from '../world';

/** A price source: http or https, no user info, and never an address that only this machine's network knows as metadata. */
function urlCauses(text: string | undefined, field: string, world: World): StatusCause[] {
  if (text === undefined) return [];
  if (!URL.canParse(text)) return [invalid(field, text, 'must be a URL, such as "https://prices.example.com/v1"')];
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return [invalid(field, text, 'must begin with http:// or https://')];
  // Not shown: what stands before the @ may be a password.
  if (url.username || url.password || /^https?:\/\/[^/?#]*@/i.test(text)) return [invalid(field, `${url.protocol}//…@${url.host}`, 'must not hold user name or password')];
  const refused = world.checks.refuseHost(url);
  return refused ? [invalid(field, text, refused)] : [];
}

/** Everything wrong in itself with a SchedulingProfile. */
export function schedulingProfileCauses(profile: KubeObject, world: World): StatusCause[] {
  const spec: SchedulingProfileSpec = profile.spec ?? {};
  const { weights } = spec;
  const zero = weights && SCORERS.every(scorer => weights[scorer] === 0) ? [invalid('spec.weights', weights, 'at least one weight must be above zero')] : [];
  const flat = (spec.anchors ?? []).flatMap((anchor, index) => (anchor.best === anchor.worst ? [invalid(`spec.anchors[${index}].worst`, anchor.worst, 'must differ from best')] : []));
  return [
    ...duplicates(spec.resources, resource => resource.name, index => `spec.resources[${index}].name`),
    ...duplicates(spec.performanceAware?.metrics, metric => metric.name, index => `spec.performanceAware.metrics[${index}].name`),
    ...duplicates(spec.anchors, anchor => anchor.metric, index => `spec.anchors[${index}].metric`),
    ...urlCauses(spec.costAware?.priceAPI, 'spec.costAware.priceAPI', world),
    ...zero,
    ...flat,
  ];
}

/** Everything wrong in itself with a tunnel. */
export function endpointCauses(endpoint: KubeObject): StatusCause[] {
  const { sourceCluster, targetCluster }: CrossClusterEndpointSpec = endpoint.spec;
  return sourceCluster === targetCluster ? [invalid('spec.targetCluster', targetCluster, 'must be another cluster than sourceCluster')] : [];
}

/** Everything wrong in itself with a NetworkOptimizationPolicy. */
export function networkPolicyCauses(policy: KubeObject): StatusCause[] {
  const { connection, routing }: NetworkOptimizationPolicySpec = policy.spec ?? {};
  const idle = connection?.maxIdle !== undefined && connection.maxActive !== undefined && connection.maxIdle > connection.maxActive;
  return [
    ...(idle ? [invalid('spec.connection.maxIdle', connection!.maxIdle, `must not be more than maxActive (${connection!.maxActive})`)] : []),
    ...probeCauses(routing?.probe, 'spec.routing.probe'),
  ];
}

/** Everything wrong in itself with a NetworkPartitionPolicy. */
export const partitionPolicyCauses = (policy: KubeObject): StatusCause[] => probeCauses((policy.spec as NetworkPartitionPolicySpec)?.detection, 'spec.detection');

/** A probe that takes longer than the time to the next one never ends. */
function probeCauses(probe: { interval?: string; timeout?: string } | undefined, path: string): StatusCause[] {
  if (!probe?.interval || !probe.timeout) return [];
  const interval = parseDuration(probe.interval);
  const timeout = parseDuration(probe.timeout);
  if (!interval.ok || !timeout.ok) return [];
  if (interval.value === 0) return [invalid(`${path}.interval`, probe.interval, 'must be more than zero')];
  return timeout.value > interval.value ? [invalid(`${path}.timeout`, probe.timeout, `must not be more than interval (${probe.interval})`)] : [];
}
