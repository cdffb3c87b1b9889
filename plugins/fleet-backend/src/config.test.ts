import { ConfigReader } from '@backstage/config';
import { readFleetConfig } from './config';

const secret = Buffer.alloc(32, 1).toString('base64');
const read = (fleet: object) => readFleetConfig(new ConfigReader({ fleet } as never));

describe('the settings of the plugin', () => {
  it('ask for an encryption key and say how to make one', () => {
    expect(() => read({})).toThrow('openssl rand -base64 32');
  });

  it('say how long a key was and how long it has to be', () => {
    expect(() => read({ encryption: { keys: [{ id: 'a', secret: 'c2hvcnQ=' }] } })).toThrow('found 5 bytes, wanted 32');
  });

  it('refuse loopback addresses, open kurator-system to all and run the engine unless told otherwise', () => {
    expect(read({ encryption: { keys: [{ id: 'a', secret }] } })).toMatchObject({ addresses: { allowLoopback: false }, fleetNamespaces: ['kurator-system'], engine: true, listen: undefined });
  });

  it('refuse a price in no currency', () => {
    expect(() => read({ encryption: { keys: [{ id: 'a', secret }] }, clusterDefaults: [{ match: {}, prices: { currency: 'yuan' } }] })).toThrow('found yuan, wanted an ISO 4217 code');
  });

  it('bound what one caller may ask, by default and as said', () => {
    const keys = { encryption: { keys: [{ id: 'a', secret }] } };
    expect(read(keys).limits).toEqual({ bodyBytes: 3_145_728, requestsPerSecond: 200, watchesPerPrincipal: 200, objectsPerNamespace: 20_000 });
    expect(read({ ...keys, kube: { limits: { requestsPerSecond: 5 } } }).limits.requestsPerSecond).toBe(5);
    expect(() => read({ ...keys, kube: { limits: { bodyBytes: 0 } } })).toThrow('fleet.kube.limits.bodyBytes: found 0, wanted a whole number of at least 1');
  });

  it('keep the audit trail for 90 days, or as said', () => {
    const keys = { encryption: { keys: [{ id: 'a', secret }] } };
    expect(read(keys).activity).toEqual({ keepMs: 90 * 24 * 3_600_000, keepRows: 1_000_000 });
    expect(read({ ...keys, activity: { keep: { days: 7 }, keepEntries: 500 } }).activity).toEqual({ keepMs: 7 * 24 * 3_600_000, keepRows: 500 });
    expect(read({ ...keys, activity: { keep: '36h' } }).activity.keepMs).toBe(36 * 3_600_000);
    expect(() => read({ ...keys, activity: { keepEntries: 0 } })).toThrow('fleet.activity.keepEntries: found 0, wanted a whole number of at least 1');
  });
});
