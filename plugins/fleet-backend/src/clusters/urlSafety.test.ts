import type { LookupAddress } from 'node:dns';
import { ADDRESS_REFUSED, refuseAddress, refuseHost, safeLookup } from './urlSafety';

const strict = { allowLoopback: false };
const loose = { allowLoopback: true };
const host = (name: string, policy = strict) => refuseHost(new URL(`https://${name}/`), policy);

describe('addresses that a kubeconfig may lead to', () => {
  it.each([
    '169.254.169.254', '2852039166', '0xa9fea9fe', '0xA9.0xFE.0xA9.0xFE', '0251.0376.0251.0376', '169.254.43518', '169.254.169.254.',
    '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[0:0:0:0:0:ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[::a9fe:a9fe]', '[::ffff:0:a9fe:a9fe]',
    '[fe80::1]', '[febf::1]', '[fd00:ec2::254]', '[fd20:ce::254]', '100.100.100.200', '168.63.129.16', '192.0.0.192', '0.0.0.0', '0', '[::]',
    '224.0.0.1', '255.255.255.255', '[ff02::1]', 'metadata.google.internal', 'METADATA.google.internal.', 'metadata', '１６９.254.169.254',
  ])('%s is never called, even where loopback is', name => {
    expect(host(name, loose)).toMatch(/never called/);
  });

  it.each(['127.0.0.1', '127.255.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]', 'localhost', 'LOCALHOST', 'api.localhost', 'localhost.'])(
    '%s is called only where the configuration allows it',
    name => {
      expect(host(name)).toMatch(/loopback addresses are called only where the configuration allows it/);
      expect(host(name, loose)).toBeUndefined();
    },
  );

  it.each(['10.0.0.1', '192.168.1.1', '172.16.0.1', '8.8.8.8', '[2001:db8::1]', '[fd12:3456::1]', 'cluster.example', '100.64.0.1', '[64:ff9b::808:808]'])('%s is called', name => {
    expect(host(name)).toBeUndefined();
  });

  it('refuses what is no address at all', () => {
    expect(refuseAddress('cluster.example', strict)).toMatch(/is not an IP address/);
  });
});

describe('looking up a name again before connecting', () => {
  const resolving = (...addresses: LookupAddress[]) => safeLookup(strict, (_name, _options, callback) => callback(null, addresses));
  const run = (lookup: ReturnType<typeof safeLookup>, all: boolean) =>
    new Promise<unknown>(resolve => lookup('cluster.example', { all }, (error: any, ...found: unknown[]) => resolve(error ? error.code : found)));
  const good = { address: '10.0.0.1', family: 4 };

  it('passes on good addresses, in both forms of the call', async () => {
    expect(await run(resolving(good), false)).toEqual(['10.0.0.1', 4]);
    expect(await run(resolving(good), true)).toEqual([[good]]);
  });

  it('fails when any address of a name is refused, as the socket might take that one', async () => {
    expect(await run(resolving(good, { address: '169.254.169.254', family: 4 }), true)).toBe(ADDRESS_REFUSED);
    expect(await run(resolving({ address: '::ffff:127.0.0.1', family: 6 }), true)).toBe(ADDRESS_REFUSED);
  });

  it('says when there is no address', async () => {
    expect(await run(resolving(), true)).toBe('ENOTFOUND');
  });
});
