import type { Reason } from '@flotilla/backstage-plugin-fleet-common';
import { NEUTRAL, fresh, onScale } from '../facts';
import type { Capacity, DimensionScorer, Prices, Profile, Score } from '../types';

const GIB = 1024 ** 3;

interface Units {
  cpu: number;
  gib: number;
  gpu: number;
}

const UNITS = new WeakMap<Record<string, number>, Units>();

/** What one replica takes, in the units prices are in. Any resource that is neither CPU, memory, storage nor pods is an accelerator. */
function units(requests: Record<string, number>): Units {
  let found = UNITS.get(requests);
  if (!found) {
    const gpus = Object.entries(requests).filter(([name]) => name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage' && name !== 'pods');
    found = { cpu: (requests.cpu ?? 0) / 1000, gib: (requests.memory ?? 0) / GIB, gpu: gpus.reduce((sum, [, amount]) => sum + amount, 0) };
    UNITS.set(requests, found);
  }
  return found;
}

/** Price of one replica an hour: by resource where these prices are known, else the share of a node it takes. */
function perReplica({ cpu, gib, gpu }: Units, { eligible, resources }: Capacity, prices: Prices): number | undefined {
  const { perCpuHour, perGiBHour, perGpuHour, perNodeHour } = prices;
  const known = (gpu === 0 || perGpuHour !== undefined) && (perCpuHour !== undefined || (gpu > 0 && perGpuHour !== undefined));
  if (known) return cpu * (perCpuHour ?? 0) + gib * (perGiBHour ?? 0) + gpu * (perGpuHour ?? 0);
  if (perNodeHour === undefined || eligible === 0) return undefined;
  const share = resources.reduce((most, { wanted, sums: { largest } }) => (largest > 0 ? Math.max(most, wanted / largest) : most), 0);
  return share * perNodeHour;
}

function anchorOf({ cpu, gib, gpu }: Units, anchors: Profile['anchors'], side: 'best' | 'worst'): number {
  return cpu * anchors['price-per-cpu-hour'][side] + gib * anchors['price-per-gib-hour'][side] + gpu * anchors['price-per-gpu-hour'][side];
}

/** What the workload would cost here an hour, between what it costs at the profile's best and worst prices. */
export const cost: DimensionScorer = {
  name: 'cost',
  score({ cluster, capacity, profile, now, request }): Score {
    const prices = fresh(cluster.prices, now, profile.staleAfter.cost);
    if (!prices.ok) return { score: NEUTRAL, because: { code: prices.why === 'old' ? 'PriceOld' : 'PriceUnknown', values: {} }, factAt: prices.seenAt, unsure: true };
    const { currency, source } = prices.value;
    if (currency !== profile.currency) {
      return { score: NEUTRAL, because: { code: 'PriceOtherCurrency', values: { currency, wanted: profile.currency } }, factAt: prices.seenAt, unsure: true };
    }
    const { replicas } = request;
    const asked = units(request.requests);
    const one = perReplica(asked, capacity, prices.value);
    if (one === undefined) return { score: NEUTRAL, because: { code: 'PriceUnknown', values: {} }, factAt: prices.seenAt, unsure: true };
    const best = anchorOf(asked, profile.anchors, 'best');
    const worst = anchorOf(asked, profile.anchors, 'worst');
    const values: Reason['values'] = { cost: rounded(one * replicas), currency, replicas, best: rounded(best * replicas), worst: rounded(worst * replicas) };
    if (source) values.source = source;
    return { score: Math.round(onScale(one, { best, worst })), because: { code: 'Price', values }, factAt: prices.seenAt };
  },
};

function rounded(money: number): number {
  return Math.round(money * 100) / 100;
}
