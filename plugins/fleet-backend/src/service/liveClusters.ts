import type { KubeObject, ResourceService, Target } from '@flotilla/kube-api';
import type { ClusterObserver } from '../observe/types';

const isCluster = (target: Target) => target.info.group === 'fleet.kurator.dev' && target.info.resource === 'clusters';

/**
 * Shows when a Cluster last answered. Heartbeats are kept out of the stored object, so that an idle fleet writes nothing;
 * they are laid over it as it is read.
 * @param inner - plain functions, as createResourceService gives them
 */
export function withLastSeen(inner: ResourceService, observer: ClusterObserver): ResourceService {
  const laid = (object: KubeObject): KubeObject => {
    const at = observer.seen(object.metadata.name!)?.reachable.lastAnswerAt;
    if (!at) return object;
    return { ...object, status: { ...object.status, lastSeenTime: new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z') } };
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
