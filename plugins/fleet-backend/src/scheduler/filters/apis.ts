import type { ClusterFacts, Filter } from '../types';
import { PASSED } from './passed';

/** Every kind that will be written must be served. A cluster whose discovery was never read passes: applying will tell. */
export const apis: Filter = {
  name: 'apis',
  check({ request, cluster }) {
    const lacking = missing(request.apis, cluster);
    return lacking.length === 0 ? PASSED : lacking.map(api => ({ because: { code: 'ApiMissing', values: { api } }, remedy: 'changeCluster' }));
  },
  changes({ request, cluster }) {
    const lacking = missing(request.apis, cluster);
    return [
      {
        because: { code: 'FixApi', values: { cluster: cluster.name, apis: lacking.join(', ') } },
        apply: ({ cluster: now }) => ({ cluster: now.apis === 'unknown' ? now : { ...now, apis: { ...now.apis, value: [...now.apis.value, ...lacking] } } }),
      },
    ];
  },
};

function missing(needed: string[], { apis: served }: ClusterFacts): string[] {
  return served === 'unknown' ? [] : needed.filter(api => !served.value.includes(api));
}
