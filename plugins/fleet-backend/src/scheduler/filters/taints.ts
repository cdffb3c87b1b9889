import { formatTaint, tolerates, untolerated, type Taint, type Toleration } from '../../model/taints';
import type { Filter, PlacementRequest, Rejected } from '../types';
import { PASSED } from './passed';

/** What the application tolerates; where it names nothing, what the fleet lets it. */
function wanted(request: PlacementRequest): Toleration[] {
  return request.clusterTolerations ?? request.allowedClusterTolerations ?? [];
}

function rejection(code: string, taint: Taint): Rejected {
  return { because: { code, values: { taint: formatTaint(taint) } }, remedy: 'changeRequest' };
}

/** Taints of the cluster as a whole. The fleet's list, if there is one, bounds what an application may tolerate. */
export const taints: Filter = {
  name: 'taints',
  check({ request, cluster }) {
    if (cluster.taints.length === 0) return PASSED;
    const { allowedClusterTolerations: allowed } = request;
    const bare = untolerated(cluster.taints, wanted(request));
    const rejections = bare.map(taint => rejection('TaintNotTolerated', taint));
    if (!allowed) return rejections;
    for (const taint of untolerated(cluster.taints, allowed)) {
      if (!bare.includes(taint)) rejections.push(rejection('TaintNotAllowed', taint));
    }
    return rejections;
  },
  changes({ request, cluster }) {
    const { allowedClusterTolerations: allowed } = request;
    const blocking = [...new Set([...untolerated(cluster.taints, wanted(request)), ...untolerated(cluster.taints, allowed ?? [{ operator: 'Exists' }])])];
    return blocking.flatMap(taint => {
      const untaint = {
        because: { code: 'FixUntaint', values: { cluster: cluster.name, taint: formatTaint(taint) } },
        apply: (context: { cluster: typeof cluster }) => ({ cluster: { ...context.cluster, taints: context.cluster.taints.filter(other => formatTaint(other) !== formatTaint(taint)) } }),
      };
      if (allowed && !allowed.some(toleration => tolerates(toleration, taint))) return [untaint];
      const tolerate = {
        because: { code: 'FixTolerate', values: { taint: formatTaint(taint) } },
        apply: (context: { request: PlacementRequest }) => ({
          request: { ...context.request, clusterTolerations: [...wanted(context.request), { key: taint.key, operator: 'Equal', value: taint.value, effect: taint.effect }] },
        }),
      };
      return [tolerate, untaint];
    });
  },
};
