import type { EdgeSiteSpec, NetworkOptimizationPolicySpec, NetworkPartitionPolicySpec, SchedulingProfileSpec } from '@flotilla/backstage-plugin-fleet-common';
import { parseDuration } from '../time';
import type { Found, Rule } from './rule';

const warning = (path: string, because: string): Found => ({ code: 'SwitchedOff', severity: 'warning', path, because });

/** Fields that count on another that is switched off, by kind: each line is a sentence of what contradicts what. */
const OFF: Record<string, (spec: any) => (Found | false | undefined)[]> = {
  Fleet: ({ addons }) => [addons?.prometheus?.enabled === false && addons.prometheus.thanosMode && warning('spec.addons.prometheus.thanosMode', 'prometheus is not enabled, so there is nothing to query')],
  SchedulingProfile: ({ costAware }: SchedulingProfileSpec) => [
    costAware?.enabled === false && Boolean(costAware.weight) && warning('spec.costAware.weight', 'costAware is not enabled, so the cost weight is 0'),
    costAware?.enabled === false && costAware.priceAPI !== undefined && warning('spec.costAware.priceAPI', 'costAware is not enabled, so prices are not asked for'),
  ],
  NetworkOptimizationPolicy: ({ connection, routing }: NetworkOptimizationPolicySpec) => {
    const idle = parseDuration(connection?.idleTimeout);
    const alive = parseDuration(connection?.keepAlive);
    const unprobed = routing?.probe?.enabled === false;
    return [
      unprobed && routing.algorithm === 'latency-aware' && warning('spec.routing.algorithm', 'probe is not enabled, so no latency is known'),
      unprobed && routing.failover?.enabled && warning('spec.routing.failover.enabled', 'probe is not enabled, so no failure is noticed'),
      idle.ok && alive.ok && alive.value > idle.value && warning('spec.connection.keepAlive', `an idle connection is closed after idleTimeout (${connection!.idleTimeout}), before the first keepAlive`),
    ];
  },
  NetworkPartitionPolicy: ({ recovery }: NetworkPartitionPolicySpec) => [
    recovery?.restoration?.enabled === false && recovery.restoration.validation && warning('spec.recovery.restoration.validation', 'restoration is not enabled, so there is nothing to validate'),
  ],
  EdgeSite: ({ updates }: EdgeSiteSpec) => [updates?.hold && Boolean(updates.windows?.length) && warning('spec.updates.windows', 'hold is set, so no window opens')],
};

/** A field that has no effect because another is off. */
export const switchedOff: Rule = object => (OFF[object.kind]?.(object.spec ?? {}) ?? []).filter((each): each is Found => Boolean(each));
