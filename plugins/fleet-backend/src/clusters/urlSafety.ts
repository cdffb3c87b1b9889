/**
 * Which addresses a kubeconfig may lead to. A person who may register a cluster chooses the URL this server calls,
 * so metadata services and the like must be out of reach in every spelling, and stay so when a name changes its
 * address after the check (DNS rebinding): {@link safeLookup} checks each address again, right before connecting.
 */
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

export interface AddressPolicy {
  /** 127.0.0.0/8 and ::1. On for development, where the member clusters run beside the portal. */
  allowLoopback: boolean;
}

/** Marks an error of {@link safeLookup}, so that it is told apart from a DNS failure. */
export const ADDRESS_REFUSED = 'ERR_FLEET_ADDRESS_REFUSED';

const METADATA_NAMES = ['metadata.google.internal', 'metadata', 'metadata.azure.internal', 'instance-data', 'instance-data.ec2.internal'];

const never = new BlockList();
never.addSubnet('169.254.0.0', 16, 'ipv4'); // link-local; AWS, Azure, Google, OpenStack, Huawei metadata
never.addAddress('100.100.100.200', 'ipv4'); // Alibaba Cloud metadata
never.addAddress('168.63.129.16', 'ipv4'); // Azure wire server
never.addAddress('192.0.0.192', 'ipv4'); // Oracle Cloud metadata
never.addSubnet('0.0.0.0', 8, 'ipv4'); // "this host", reaches loopback on Linux
never.addSubnet('224.0.0.0', 3, 'ipv4'); // multicast, reserved, broadcast
never.addSubnet('fe80::', 10, 'ipv6');
never.addAddress('fd00:ec2::254', 'ipv6');
never.addAddress('fd20:ce::254', 'ipv6'); // Google metadata over IPv6
never.addSubnet('ff00::', 8, 'ipv6');
never.addAddress('::', 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** The eight 16-bit groups of an IPv6 address that the URL parser has already normalised. */
function groupsOf(address: string): number[] {
  const [head, tail] = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1).split('::');
  const parse = (text: string | undefined) => (text ? text.split(':').map(group => parseInt(group, 16)) : []);
  const front = parse(head);
  const back = parse(tail);
  return tail === undefined ? front : [...front, ...new Array(8 - front.length - back.length).fill(0), ...back];
}

/** IPv4 addresses that travel inside an IPv6 one: mapped, compatible, NAT64 and 6to4. */
function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  const dotted = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  const zeros = (to: number) => groups.slice(0, to).every(group => group === 0);
  if (zeros(5) && (groups[5] === 0xffff || groups[5] === 0) && groups[6] !== 0) return dotted(groups[6], groups[7]);
  if (zeros(4) && groups[4] === 0xffff && groups[5] === 0) return dotted(groups[6], groups[7]);
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return dotted(groups[6], groups[7]);
  if (groups[0] === 0x2002) return dotted(groups[1], groups[2]);
  return undefined;
}

/** Why this IP address is not connected to; undefined when it may be. */
export function refuseAddress(address: string, policy: AddressPolicy): string | undefined {
  if (!isIP(address)) return `"${address}" is not an IP address`;
  const inner = isIPv4(address) ? undefined : embeddedIPv4(address);
  if (inner) return refuseAddress(inner, policy);
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const bare = address.split('%')[0];
  if (never.check(bare, family)) return `${bare} is a link-local, metadata or reserved address, which is never called`;
  if (!policy.allowLoopback && loopback.check(bare, family)) {
    return `${bare} is this machine itself; loopback addresses are called only where the configuration allows it`;
  }
  return undefined;
}

/** Why this URL's host is not called, as far as its text says; names are checked again after DNS. */
export function refuseHost(url: URL, policy: AddressPolicy): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '').toLowerCase();
  if (!host) return 'the URL names no host';
  if (isIP(host)) return refuseAddress(host, policy);
  if (METADATA_NAMES.includes(host)) return `${host} is a cloud metadata service, which is never called`;
  if (!policy.allowLoopback && (host === 'localhost' || host.endsWith('.localhost'))) {
    return `${host} is this machine itself; loopback addresses are called only where the configuration allows it`;
  }
  return undefined;
}

type Resolve = (hostname: string, options: LookupOptions & { all: true }, callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

/** A `lookup` for sockets that resolves as usual and fails when any of the addresses is refused. */
export function safeLookup(policy: AddressPolicy, resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.map(each => refuseAddress(each.address, policy)).find(Boolean);
      if (refused || !addresses.length) {
        const because = refused ? `"${hostname}" leads to an address that is not called: ${refused}` : `"${hostname}" has no address`;
        return callback(Object.assign(new Error(because), { code: refused ? ADDRESS_REFUSED : 'ENOTFOUND' }), '', 0);
      }
      if (options.all) return callback(null, addresses);
      return callback(null, addresses[0].address, addresses[0].family);
    });
  };
}
