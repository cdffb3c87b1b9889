import type { Filter, Rejected } from '../types';
import { PASSED } from './passed';

/** Fleet, policy and component may each name or exclude clusters; all of them must agree. */
export const names: Filter = {
  name: 'names',
  check({ request, cluster }) {
    let rejections: Rejected[] | undefined;
    for (const { source, name, clusterNames, exclude } of request.bounds) {
      if (clusterNames?.length && !clusterNames.includes(cluster.name)) (rejections ??= []).push({ because: { code: 'NotNamed', values: { source, name } }, remedy: 'changeRequest' });
      if (exclude?.includes(cluster.name)) (rejections ??= []).push({ because: { code: 'Excluded', values: { source, name } }, remedy: 'changeRequest' });
    }
    return rejections ?? PASSED;
  },
  changes({ request, cluster }) {
    const blocking = request.bounds.filter(bound => (bound.clusterNames?.length && !bound.clusterNames.includes(cluster.name)) || bound.exclude?.includes(cluster.name));
    return blocking.map(bound => ({
      because: { code: 'FixName', values: { cluster: cluster.name, source: bound.source, name: bound.name } },
      apply: context => ({
        request: {
          ...context.request,
          bounds: context.request.bounds.map(other =>
            other === bound
              ? { ...bound, clusterNames: bound.clusterNames && [...bound.clusterNames, cluster.name], exclude: bound.exclude?.filter(name => name !== cluster.name) }
              : other,
          ),
        },
      }),
    }));
  },
};
