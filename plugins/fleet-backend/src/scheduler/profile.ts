import { DEFAULT_WEIGHTS, profileWeights, type ProfileWeights } from '@flotilla/backstage-plugin-fleet-common';
import type { Anchor, PerformanceMetric, Profile } from './types';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The profile that holds where nothing else is bound. Anchors, with units:
 *
 * | measure | 100 | 0 | unit |
 * | --- | --- | --- | --- |
 * | p95-latency | 10 | 250 | ms, as users see it |
 * | network-bandwidth | 25,000 | 0 | Mbit/s of a node |
 * | disk-iops | 50,000 | 0 | operations/s of a node |
 * | api-latency | 0 | 500 | ms from here to the cluster's API |
 * | price-per-cpu-hour, -gib-hour, -gpu-hour | 0.05, 0.005, 4 | 0.8, 0.1, 60 | money |
 * | kubernetes-minor | 36 | 30 | the minor number |
 * | policy-findings | 0 | 10 | open findings |
 * | standards | 3 | 0 | declared, where none is asked for |
 * | node-zones | 3 | 0 | zones with a ready node |
 * | near-cluster … near-far | 100, 90, 80, 45, 15 | – | same cluster, zone, region, provider, none |
 */
export const DEFAULT_PROFILE: Profile = {
  name: '',
  weights: DEFAULT_WEIGHTS,
  resourceWeights: { cpu: 1, memory: 0.8, gpu: 5, storage: 0.5 },
  performance: [
    { metric: 'p95-latency', weight: 0.4 },
    { metric: 'network-bandwidth', weight: 0.25 },
    { metric: 'disk-iops', weight: 0.25 },
    { metric: 'api-latency', weight: 0.1 },
  ],
  anchors: {
    'p95-latency': { best: 10, worst: 250 },
    'network-bandwidth': { best: 25_000, worst: 0 },
    'disk-iops': { best: 50_000, worst: 0 },
    'api-latency': { best: 0, worst: 500 },
    'price-per-cpu-hour': { best: 0.05, worst: 0.8 },
    'price-per-gib-hour': { best: 0.005, worst: 0.1 },
    'price-per-gpu-hour': { best: 4, worst: 60 },
    'kubernetes-minor': { best: 36, worst: 30 },
    'policy-findings': { best: 0, worst: 10 },
    standards: { best: 3, worst: 0 },
    'node-zones': { best: 3, worst: 0 },
    'near-cluster': { best: 100, worst: 0 },
    'near-zone': { best: 90, worst: 0 },
    'near-region': { best: 80, worst: 0 },
    'near-provider': { best: 45, worst: 0 },
    'near-far': { best: 15, worst: 0 },
  },
  headroom: 0.15,
  currency: 'CNY',
  staleAfter: { resource: 5 * MINUTE, performance: HOUR, cost: 48 * HOUR, compliance: 24 * HOUR, topology: 24 * HOUR },
};

/** The parts of a SchedulingProfile that are read here; already admitted, so numbers are in range. */
export interface SchedulingProfileObject {
  metadata?: { name?: string };
  spec?: ProfileWeights & {
    resources?: { name: string; weight: number }[];
    performanceAware?: { metrics?: { name: string; weight: number }[] };
    anchors?: { metric: string; best: number; worst: number }[];
    headroomPercent?: number;
  };
}

/**
 * Reads a SchedulingProfile over the defaults; what it does not say stays. Weights: see `profileWeights`.
 * @param currency - of the price anchors, from the app's configuration
 */
export function profileOf(object: SchedulingProfileObject | undefined, currency = DEFAULT_PROFILE.currency): Profile {
  const spec = object?.spec ?? {};
  const metrics = spec.performanceAware?.metrics?.filter((entry): entry is { name: PerformanceMetric; weight: number } => entry.name in DEFAULT_PROFILE.anchors);
  return {
    ...DEFAULT_PROFILE,
    name: object?.metadata?.name ?? '',
    weights: profileWeights(spec),
    resourceWeights: { ...DEFAULT_PROFILE.resourceWeights, ...Object.fromEntries((spec.resources ?? []).map(({ name, weight }) => [name, weight])) },
    performance: metrics && metrics.length > 0 ? metrics.map(({ name, weight }) => ({ metric: name, weight })) : DEFAULT_PROFILE.performance,
    anchors: { ...DEFAULT_PROFILE.anchors, ...Object.fromEntries((spec.anchors ?? []).map(({ metric, best, worst }): [string, Anchor] => [metric, { best, worst }])) },
    headroom: spec.headroomPercent === undefined ? DEFAULT_PROFILE.headroom : spec.headroomPercent / 100,
    currency,
  };
}
