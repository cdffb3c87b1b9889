import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import type { AddressPolicy } from './clusters';
import type { ClusterDefaults } from './model/clusterDefaults';
import type { WatchedToBeShown } from './observe';
import { ACTIVITY_LIMITS, type ActivityLimits } from './store/activity';

/** The plugin's settings, read and checked once at start. */
export interface FleetSettings {
  encryption: { keys: { id: string; key: Buffer }[] };
  addresses: AddressPolicy;
  fleetNamespaces: string[];
  resourceAliases: Record<string, string>;
  clusterDefaults: ClusterDefaults[];
  engine: boolean;
  seeThrough: WatchedToBeShown;
  /** Members are asked in the name of whoever passes through, not of the portal's account. */
  impersonate: boolean;
  limits: ApiLimits;
  activity: ActivityLimits;
  listen?: { host?: string; port: number; certificates: string; hosts?: string[] };
}

/** What one caller may ask of the API, and one namespace hold. */
export interface ApiLimits {
  bodyBytes: number;
  requestsPerSecond: number;
  watchesPerPrincipal: number;
  objectsPerNamespace: number;
}

/** What holds where the configuration says nothing. */
export const DEFAULT_LIMITS: ApiLimits = { bodyBytes: 3 * 1024 * 1024, requestsPerSecond: 200, watchesPerPrincipal: 200, objectsPerNamespace: 20_000 };

const KEY_BYTES = 32;

/** @throws InputError that names the key of the configuration, what was found and what is wanted */
export function readFleetConfig(config: Config): FleetSettings {
  const fleet = config.getOptionalConfig('fleet');
  const listen = fleet?.getOptionalConfig('kube.listen');
  return {
    encryption: { keys: readKeys(fleet) },
    addresses: { allowLoopback: fleet?.getOptionalBoolean('clusters.allowLoopback') ?? false },
    fleetNamespaces: fleet?.getOptionalStringArray('fleetNamespaces') ?? ['kurator-system'],
    resourceAliases: fleet?.getOptional<Record<string, string>>('resourceAliases') ?? { gpu: 'nvidia.com/gpu' },
    clusterDefaults: (fleet?.getOptionalConfigArray('clusterDefaults') ?? []).map(readDefaults),
    seeThrough: {
      events: fleet?.getOptionalBoolean('seeThrough.events') ?? true,
      workloads: fleet?.getOptionalBoolean('seeThrough.workloads') ?? true,
    },
    impersonate: fleet?.getOptionalBoolean('seeThrough.impersonate') ?? false,
    limits: readLimits(fleet?.getOptionalConfig('kube.limits')),
    activity: readActivity(fleet),
    engine: fleet?.getOptionalBoolean('engine.enabled') ?? true,
    listen: listen && {
      host: listen.getOptionalString('host'),
      port: listen.getNumber('port'),
      certificates: listen.getString('certificates'),
      hosts: listen.getOptionalStringArray('hosts'),
    },
  };
}

function readLimits(config: Config | undefined): ApiLimits {
  const names = Object.keys(DEFAULT_LIMITS) as (keyof ApiLimits)[];
  const read = (name: keyof ApiLimits): number => {
    const said = config?.getOptionalNumber(name) ?? DEFAULT_LIMITS[name];
    if (!Number.isInteger(said) || said < 1) throw new InputError(`fleet.kube.limits.${name}: found ${said}, wanted a whole number of at least 1`);
    return said;
  };
  return Object.fromEntries(names.map(name => [name, read(name)])) as unknown as ApiLimits;
}

function readActivity(fleet: Config | undefined): FleetSettings['activity'] {
  const keepMs = fleet?.has('activity.keep') ? durationToMilliseconds(readDurationFromConfig(fleet, { key: 'activity.keep' })) : ACTIVITY_LIMITS.keepMs;
  const keepRows = fleet?.getOptionalNumber('activity.keepEntries') ?? ACTIVITY_LIMITS.keepRows;
  if (!(keepMs > 0)) throw new InputError(`fleet.activity.keep: found ${keepMs} ms, wanted a duration`);
  if (!Number.isInteger(keepRows) || keepRows < 1) throw new InputError(`fleet.activity.keepEntries: found ${keepRows}, wanted a whole number of at least 1`);
  return { keepMs, keepRows };
}

function readKeys(fleet: Config | undefined): { id: string; key: Buffer }[] {
  const keys = fleet?.getOptionalConfigArray('encryption.keys') ?? [];
  if (keys.length === 0) {
    throw new InputError('fleet.encryption.keys is missing: name at least one key of 32 bytes in base64 (`openssl rand -base64 32`); Secrets are encrypted with the first');
  }
  return keys.map((each, i) => {
    const key = Buffer.from(each.getString('secret'), 'base64');
    if (key.length !== KEY_BYTES) throw new InputError(`fleet.encryption.keys[${i}].secret: found ${key.length} bytes, wanted ${KEY_BYTES} in base64`);
    return { id: each.getString('id'), key };
  });
}

function readDefaults(each: Config): ClusterDefaults {
  const match = { name: each.getOptionalString('match.name'), provider: each.getOptionalString('match.provider'), region: each.getOptionalString('match.region') };
  const prices = each.getOptional<ClusterDefaults['prices']>('prices');
  if (prices && !/^[A-Z]{3}$/.test(prices.currency)) throw new InputError(`fleet.clusterDefaults: prices.currency: found ${prices.currency}, wanted an ISO 4217 code such as CNY`);
  return {
    match,
    jurisdiction: each.getOptionalString('jurisdiction'),
    prices,
    performance: each.getOptional<ClusterDefaults['performance']>('performance'),
    compliance: each.getOptionalStringArray('compliance'),
  };
}
