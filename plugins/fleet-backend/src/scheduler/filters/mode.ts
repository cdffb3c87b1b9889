import type { Filter } from '../types';
import { PASSED } from './passed';

/** We write only where we manage, and never into a cluster that is held. */
export const mode: Filter = {
  name: 'mode',
  check({ cluster }) {
    const held = cluster.held === undefined ? PASSED : [{ because: { code: 'Held', values: { why: cluster.held } }, remedy: 'changeCluster' as const }];
    return cluster.mode === 'Observe' ? [...held, { because: { code: 'ObserveOnly', values: {} }, remedy: 'changeCluster' }] : held;
  },
  changes: ({ cluster }) =>
    cluster.held !== undefined
      ? []
      : [
          {
            because: { code: 'FixManage', values: { cluster: cluster.name } },
            apply: context => ({ cluster: { ...context.cluster, mode: 'Manage' } }),
          },
        ],
};
