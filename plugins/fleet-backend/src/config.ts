import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { AddressPolicy } from './clusters';
import type { ClusterDefaults } from './model/clusterDefaults';

/** The plugin's settings, read and checked once at start. */
export interface FleetSettings {
  encryption: { keys: { id: string; key: Buffer }[] };
  addresses: AddressPolicy;
  fleetNamespaces: string[];
  resourceAliases: Record<string, string>;
  clusterDefaults: ClusterDefaults[];
  engine: boolean;
  listen?: { host?: string; port: number; certificates: string; hosts?: string[] };
}

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
    engine: fleet?.getOptionalBoolean('engine.enabled') ?? true,
    listen: listen && {
      host: listen.getOptionalString('host'),
      port: listen.getNumber('port'),
      certificates: listen.getString('certificates'),
      hosts: listen.getOptionalStringArray('hosts'),
    },
  };
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
