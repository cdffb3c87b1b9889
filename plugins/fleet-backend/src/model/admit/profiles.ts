import { SCORERS, type CrossClusterEndpointSpec, type EdgeSiteSpec, type NetworkOptimizationPolicySpec, type NetworkPartitionPolicySpec, type PerformanceProfileSpec, type SchedulingProfileSpec } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, invalid, required } from '../causes';
import type { KubeObject, StatusCause } from '../kinds';
import { parseDuration } from '../time';
import type { World } from '../world';
import { amountCauses, durationCauses, labelNameCauses, objectNameCauses } from './values';

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

/** Shares of a whole in which nothing has a share. */
const allZero = (shares: readonly { weight: number }[] | undefined, path: string): StatusCause[] =>
  shares?.length && shares.every(share => share.weight === 0) ? [invalid(`${path}[0].weight`, 0, 'at least one weight must be above zero')] : [];

/** Names of profiles that an Application or Fleet binds. */
export const profileListCauses = (names: readonly string[] | undefined): StatusCause[] => (names ?? []).flatMap((name, index) => objectNameCauses(name, `spec.profiles[${index}]`));

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
    ...durationCauses(spec.costAware?.updateInterval, 'spec.costAware.updateInterval'),
    ...allZero(spec.resources, 'spec.resources'),
    ...allZero(spec.performanceAware?.metrics, 'spec.performanceAware.metrics'),
    ...urlCauses(spec.costAware?.priceAPI, 'spec.costAware.priceAPI', world),
    ...zero,
    ...flat,
  ];
}

/** Everything wrong in itself with a tunnel. */
export function endpointCauses(endpoint: KubeObject): StatusCause[] {
  const { sourceCluster, targetCluster }: CrossClusterEndpointSpec = endpoint.spec;
  return [
    ...labelNameCauses(sourceCluster, 'spec.sourceCluster'),
    ...labelNameCauses(targetCluster, 'spec.targetCluster'),
    ...(sourceCluster === targetCluster ? [invalid('spec.targetCluster', targetCluster, 'must be another cluster than sourceCluster')] : []),
  ];
}

/** Everything wrong in itself with a NetworkOptimizationPolicy. */
export function networkPolicyCauses(policy: KubeObject): StatusCause[] {
  const { connection, routing }: NetworkOptimizationPolicySpec = policy.spec ?? {};
  const idle = connection?.maxIdle !== undefined && connection.maxActive !== undefined && connection.maxIdle > connection.maxActive;
  return [
    ...(idle ? [invalid('spec.connection.maxIdle', connection!.maxIdle, `must not be more than maxActive (${connection!.maxActive})`)] : []),
    ...durationCauses(connection?.idleTimeout, 'spec.connection.idleTimeout'),
    ...durationCauses(connection?.keepAlive, 'spec.connection.keepAlive'),
    ...durationCauses(routing?.failover?.timeout, 'spec.routing.failover.timeout'),
    ...probeCauses(routing?.probe, 'spec.routing.probe'),
  ];
}

/** Everything wrong in itself with a PerformanceProfile. */
export function performanceProfileCauses(profile: KubeObject): StatusCause[] {
  const { scheduler, storage }: PerformanceProfileSpec = profile.spec ?? {};
  return [
    ...durationCauses(scheduler?.delay, 'spec.scheduler.delay'),
    ...durationCauses(storage?.ioTimeout, 'spec.storage.ioTimeout'),
    ...amountCauses(storage?.cacheSize, 'spec.storage.cacheSize'),
  ];
}

/** Whether a time zone is one of IANA's. */
function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** Everything wrong in itself with an EdgeSite. */
export function edgeSiteCauses(site: KubeObject): StatusCause[] {
  const { cluster, link, location, updates }: EdgeSiteSpec = site.spec;
  const half = (['latitude', 'longitude'] as const).filter(field => location?.[field] !== undefined);
  const windows = (updates?.windows ?? []).flatMap(({ start, end, timeZone }, index) => {
    const at = `spec.updates.windows[${index}]`;
    return [
      ...(start === end ? [invalid(`${at}.end`, end, 'must differ from start: the window would have no length', 'leave windows out for always')] : []),
      ...(timeZone === undefined || isTimeZone(timeZone) ? [] : [invalid(`${at}.timeZone`, timeZone, 'must be an IANA time zone, such as "Asia/Shanghai"')]),
    ];
  });
  return [
    ...labelNameCauses(cluster, 'spec.cluster'),
    ...(half.length === 1 ? [required(`spec.location.${half[0] === 'latitude' ? 'longitude' : 'latitude'}`, `must be given with ${half[0]}`)] : []),
    ...durationCauses(link?.expectedOffline, 'spec.link.expectedOffline'),
    ...windows,
  ];
}

/** Everything wrong in itself with a NetworkPartitionPolicy. */
export const partitionPolicyCauses = (policy: KubeObject): StatusCause[] => probeCauses((policy.spec as NetworkPartitionPolicySpec)?.detection, 'spec.detection');

/** A probe that takes longer than the time to the next one never ends. */
function probeCauses(probe: { interval?: string; timeout?: string } | undefined, path: string): StatusCause[] {
  const out = [...durationCauses(probe?.interval, `${path}.interval`), ...durationCauses(probe?.timeout, `${path}.timeout`)];
  const interval = parseDuration(probe?.interval);
  const timeout = parseDuration(probe?.timeout);
  if (out.length > 0 || !probe || !interval.ok || !timeout.ok) return out;
  return timeout.value > interval.value ? [invalid(`${path}.timeout`, probe.timeout, `must not be more than interval (${probe.interval})`)] : [];
}
