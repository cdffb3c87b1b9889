import type { Filter } from '../types';

/** We write only where we manage, and never into a cluster that is held. */
export const mode: Filter = {
  name: 'mode',
  check({ cluster }) {
    const rejections: ReturnType<Filter['check']> = [];
    if (cluster.held !== undefined) rejections.push({ because: { code: 'Held', values: { why: cluster.held } }, remedy: 'changeCluster' });
    if (cluster.mode === 'Observe') rejections.push({ because: { code: 'ObserveOnly', values: {} }, remedy: 'changeCluster' });
    return rejections;
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
