import type { KubeError, ObjectKey, RequestContext, ResourceService, Target } from '@flotilla/kube-api';
import type { Activity, ActivityRecord } from '../store/types';

/** What is put on record; reads only when they are refused. */
export type Record = (activity: Activity) => void;

const isRefusal = (error: unknown): error is KubeError => typeof (error as KubeError)?.code === 'number' && (error as KubeError).code < 500;

/** Puts every write, in its own commit, and every refusal on record: who, what, which object, how it ended. Never a body. */
export function auditedService(inner: ResourceService, record: Record, now: () => number): ResourceService {
  const entry = (ctx: RequestContext, verb: string, target: Target, outcome: Activity['outcome'], why: string): Activity => ({
    at: now(),
    actor: ctx.principal.name,
    verb: target.subresource ? `${verb} ${target.subresource}` : verb,
    group: target.info.group,
    resource: target.info.resource,
    namespace: target.namespace ?? '',
    name: target.name ?? '',
    outcome,
    why,
  });

  async function put<T>(ctx: RequestContext, verb: string, target: Target, write: boolean, call: (ctx: RequestContext) => Promise<T>): Promise<T> {
    // The engine's writes follow from the objects; recording them would drown what people did.
    const own = ctx.principal.kind === 'system';
    // A name that was generated is known when it is stored.
    const done = (key?: ObjectKey) => entry(ctx, verb, verb === 'create' && key ? { ...target, name: key.name } : target, 'done', '');
    const withWrite: ActivityRecord | undefined = write && !own ? { stored: false, entryOf: done } : undefined;
    try {
      const result = await call(withWrite ? { ...ctx, record: withWrite } : ctx);
      // A write that changed nothing, or that the storage does not put on record.
      if (withWrite && !withWrite.stored) record(done());
      return result;
    } catch (error) {
      const code = isRefusal(error) ? error.code : 500;
      if (!own && (write || code === 403)) record(entry(ctx, verb, target, isRefusal(error) ? 'refused' : 'failed', isRefusal(error) ? error.message : 'internal error'));
      throw error;
    }
  }

  return {
    get: (ctx, target) => put(ctx, 'get', target, false, of => inner.get(of, target)),
    list: (ctx, target, request) => put(ctx, 'list', target, false, of => inner.list(of, target, request)),
    watch: (ctx, target, request) => put(ctx, 'watch', target, false, of => inner.watch(of, target, request)),
    create: (ctx, target, object, options) =>
      put(ctx, 'create', { ...target, name: target.name ?? (object as any)?.metadata?.name }, !options.dryRun, of => inner.create(of, target, object, options)),
    update: (ctx, target, object, options) => put(ctx, 'update', target, !options.dryRun, of => inner.update(of, target, object, options)),
    patch: (ctx, target, patch, options) => put(ctx, 'patch', target, !options.dryRun, of => inner.patch(of, target, patch, options)),
    delete: (ctx, target, options) => put(ctx, 'delete', target, !options.dryRun, of => inner.delete(of, target, options)),
    deleteCollection: (ctx, target, request, options) =>
      put(ctx, 'deletecollection', target, !options.dryRun, of => inner.deleteCollection(of, target, request, options)),
  };
}
