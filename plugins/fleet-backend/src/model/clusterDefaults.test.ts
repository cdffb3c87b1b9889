import { withClusterDefaults } from './clusterDefaults';
import type { KubeObject } from './kinds';

const cluster = (spec: object, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'fleet.kurator.dev/v1alpha1',
  kind: 'Cluster',
  metadata: { name: 'beijing', labels },
  spec,
});
const prices = { currency: 'CNY', perCpuHour: 0.3 };

describe('what the configuration knows of clusters', () => {
  it('is added where the Cluster is silent', () => {
    const filled = withClusterDefaults(cluster({ provider: 'huawei' }), [{ match: { provider: 'huawei' }, jurisdiction: 'CN', prices, compliance: ['iso27001'] }]);
    expect(filled.spec).toEqual({ provider: 'huawei', prices, compliance: ['iso27001'] });
    expect(filled.metadata.labels).toEqual({ 'fleet.kurator.dev/jurisdiction': 'CN' });
  });

  it('never changes what the Cluster says', () => {
    const own = { currency: 'CNY', perCpuHour: 0.9 };
    const filled = withClusterDefaults(cluster({ prices: own }, { 'fleet.kurator.dev/jurisdiction': 'SG' }), [{ match: {}, jurisdiction: 'CN', prices }]);
    expect(filled.spec.prices).toEqual(own);
    expect(filled.metadata.labels).toEqual({ 'fleet.kurator.dev/jurisdiction': 'SG' });
  });

  it('gives no price to a cluster whose node groups have theirs', () => {
    const filled = withClusterDefaults(cluster({ nodeGroups: [{ name: 'a', price: 2 }] }), [{ match: {}, prices }]);
    expect(filled.spec.prices).toBeUndefined();
  });

  it('is not added to other clusters', () => {
    const other = cluster({ provider: 'aliyun' });
    expect(withClusterDefaults(other, [{ match: { provider: 'huawei' }, prices }])).toBe(other);
  });

  it('of two matches takes the first that says a thing', () => {
    const filled = withClusterDefaults(cluster({}), [{ match: { name: 'beijing' }, compliance: ['a'] }, { match: {}, compliance: ['b'], prices }]);
    expect(filled.spec).toEqual({ compliance: ['a'], prices });
  });
});
