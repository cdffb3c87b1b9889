/** Faults of what is said about objects: another service before the one that holds them. */
import { forbidden as refusal, gone, type Access, type KubeObject, type RequestContext, type ResourceService, type Target, type WatchEvent } from '@flotilla/kube-api';
import { checkedService } from '../accounts/checkedService';
import { between, type Breakable, type Mend } from './fault';

/** A service that does some things differently; the rest it leaves to the one it stands before. */
function over(cluster: Breakable, differently: (inner: ResourceService) => Partial<ResourceService>, access?: Access): Mend {
  const { world } = cluster;
  const service = { ...world.service, ...differently(world.service) };
  return between(cluster, () => world.over(service, access && { access }));
}

/** Refuses some kinds, to whoever watches them too; the rest, discovery and questions about rights are answered. */
export function forbidden(cluster: Breakable, isMeant: (resource: string) => boolean): Mend {
  const check = ({ principal }: RequestContext, { info, name = '', namespace }: Target, verb: string) => {
    if (!isMeant(info.resource)) return;
    const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
    throw refusal(info, name, `User "${principal.name}" cannot ${verb} resource "${info.resource}" in API group "${info.group}" ${where}`);
  };
  const access: Access = async (_ctx, { resource }) => ({ allowed: !isMeant(resource), reason: '' });
  const mend = over(cluster, inner => checkedService(inner, check), access);
  cluster.door.cut();
  return mend;
}

/** Nodes say that they have so many times what they have; its own scheduler knows better. */
export function lies(cluster: Breakable, times: number): Mend {
  const enlarge = (amounts: Record<string, string> = {}) => Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, multiplied(amount, times)]));
  const lie = (object: KubeObject): KubeObject =>
    object.kind === 'Node' ? { ...object, status: { ...object.status, capacity: enlarge(object.status?.capacity), allocatable: enlarge(object.status?.allocatable) } } : object;
  return over(cluster, inner => ({
    get: async (...call) => lie(await inner.get(...call)),
    list: async (...call) => {
      const list = await inner.list(...call);
      return { ...list, items: list.items.map(lie) };
    },
    watch: async (...call) => mapped(await inner.watch(...call), lie),
  }));
}

/** `64Gi` times 10 is `640Gi`. */
const multiplied = (amount: string, times: number) => amount.replace(/^[\d.]+/, number => String(Number(number) * times));

async function* mapped(events: AsyncIterable<WatchEvent>, change: (object: KubeObject) => KubeObject): AsyncGenerator<WatchEvent> {
  for await (const { type, object } of events) yield { type, object: change(object as KubeObject) };
}

/** Watches end in good order after this time, at the latest. */
export const watchCloses = (cluster: Breakable, afterMs: number): Mend =>
  over(cluster, inner => ({
    watch: (ctx, target, request) => {
      const signal = AbortSignal.any([AbortSignal.timeout(afterMs), ...(ctx.signal ? [ctx.signal] : [])]);
      return inner.watch({ ...ctx, signal }, target, request);
    },
  }));

/** The oldest version a watch can begin with; 0 would mean that any will do. */
const oldest = ({ world }: Breakable) => String(Math.max(1, Number(world.storage.oldest())));

/** Wherever a watch wants to go on, it begins with the oldest change that is remembered. */
export const watchReplays = (cluster: Breakable): Mend =>
  over(cluster, inner => ({
    watch: (ctx, target, request) => inner.watch(ctx, target, { ...request, resourceVersion: oldest(cluster), sendInitialEvents: false }),
  }));

/** Whatever a watch wants to go on from is too old: 410. */
export const watchExpires = (cluster: Breakable): Mend =>
  over(cluster, () => ({
    async watch() {
      return expired();
    },
  }));

async function* expired(): AsyncGenerator<WatchEvent> {
  yield { type: 'ERROR', object: gone('too old resource version: 1 (2)').status };
}
