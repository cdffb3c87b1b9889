import type { ReachabilityHistory } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject, ResourceService, Target } from '@flotilla/kube-api';
import type { ClusterObserver } from '../observe/types';

/** Cut, not rounded: 100 % is said of a cluster that was never silent. */
const lastDayOf = ({ uptime24h, flaps24h }: ReachabilityHistory) => ({
  ...(uptime24h === undefined ? {} : { uptime24h: `${Math.floor(uptime24h * 1_000) / 10}%` }),
  flaps24h,
});

const isCluster = (target: Target) => target.info.group === 'fleet.kurator.dev' && target.info.resource === 'clusters';

/**
 * Shows when a Cluster last answered, and how it was reached in the last day. What changes by the hour alone is kept out of the stored object,
 * so that an idle fleet writes nothing; it is laid over it as it is read.
 * @param inner - plain functions, as createResourceService gives them
 */
export function withLastSeen(inner: ResourceService, observer: ClusterObserver): ResourceService {
  const laid = (object: KubeObject): KubeObject => {
    const at = observer.reachable(object.metadata.name!)?.lastAnswerAt;
    const history = observer.history(object.metadata.name!);
    if (!at && !history) return object;
    return {
      ...object,
      status: {
        ...object.status,
        ...(at ? { lastSeenTime: new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z') } : {}),
        ...(history ? { reachability: { ...object.status?.reachability, ...lastDayOf(history) } } : {}),
      },
    };
  };
  return {
    ...inner,
    get: async (ctx, target) => {
      const object = await inner.get(ctx, target);
      return isCluster(target) && !target.subresource ? laid(object) : object;
    },
    list: async (ctx, target, request) => {
      const list = await inner.list(ctx, target, request);
      return isCluster(target) ? { ...list, items: list.items.map(laid) } : list;
    },
  };
}
