import { gone, KubeError } from '../errors';
import { apiVersionOf } from '../registry/builtinInfos';
import { matchesFields, matchesLabels } from '../selectors';
import type { RequestContext, Target, WatchRequest } from '../service';
import { StorageError } from '../storage';
import type { Change, FieldRequirement, ListPage } from '../storage';
import type { KubeObject, ResourceInfo, WatchEvent } from '../types';
import { asVersion, stored } from './deps';
import type { ServiceDeps } from './deps';
import { parseVersion, rangeOf } from './read';

/**
 * The changes of a range as a client sees them through its selectors: what enters is ADDED, what leaves is DELETED.
 * Without a version (or at "0") the objects now there come first. Ends with the caller's signal, `timeoutSeconds`,
 * or the principal's token; a version too old to go on from is an ERROR event (410 Expired), as in Kubernetes.
 *
 * @throws KubeError 400 for a version that is none, and what listing throws where the objects come first
 */
export async function watch(deps: ServiceDeps, ctx: RequestContext, target: Target, request: WatchRequest): Promise<AsyncIterable<WatchEvent>> {
  const since = request.resourceVersion ?? '';
  if (since !== '') parseVersion(since);
  const fields = fieldsOf(target, request);
  const isInitial = since === '' || since === '0' || request.sendInitialEvents;
  const initial = isInitial ? await stored(target.info, '', () => deps.storage.list(rangeOf(target), { labels: request.labels, fields })) : undefined;
  return follow(deps, ctx, target, { ...request, fields, resourceVersion: since }, initial);
}

/** Nothing runs, and nothing is held open, before the first event is asked for. */
async function* follow(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  request: WatchRequest & { resourceVersion: string },
  initial: ListPage | undefined,
): AsyncGenerator<WatchEvent, void, undefined> {
  const end = endOf(deps, ctx, request);
  const seen = (object?: KubeObject) => object !== undefined && matchesLabels(object, request.labels) && matchesFields(object, request.fields);
  let since = initial?.resourceVersion ?? request.resourceVersion;
  try {
    // Taken out, so that a watch does not hold them for as long as it lasts.
    for (const object of initial?.items.splice(0) ?? []) yield { type: 'ADDED', object: asVersion(object, target.info) };
    if (request.sendInitialEvents && request.allowBookmarks) yield bookmark(target.info, since, true);
    for await (const change of deps.storage.changes(rangeOf(target), since, end.signal)) {
      if (end.signal.aborted) return;
      if ('bookmark' in change) {
        if (request.allowBookmarks && change.bookmark !== since) yield bookmark(target.info, (since = change.bookmark));
        continue;
      }
      const event = eventOf(change, seen, target.info);
      if (event) yield event;
    }
  } catch (error) {
    if (end.signal.aborted && !(error instanceof KubeError)) return;
    const status = error instanceof StorageError && error.reason === 'expired' ? gone(error.message) : error;
    if (!(status instanceof KubeError) || status.code !== 410) throw error;
    yield { type: 'ERROR', object: status.status };
  } finally {
    end.release();
  }
}

function fieldsOf({ name }: Target, { fields = [] }: WatchRequest): FieldRequirement[] {
  return name ? [...fields, { path: 'metadata.name', operator: '=', value: name }] : fields;
}

function eventOf(change: Change, seen: (object?: KubeObject) => boolean, info: ResourceInfo): WatchEvent | undefined {
  const before = seen(change.before);
  const after = seen(change.after);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: asVersion(change.after!, info) };
  if (!before) return undefined;
  return { type: 'DELETED', object: asVersion(change.last ?? atVersion(change.before!, change.version), info) };
}

/** What left the selector is shown as it last was inside it, at the version at which it left. */
const atVersion = (object: KubeObject, version: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(version) },
});

function bookmark(info: ResourceInfo, resourceVersion: string, initialEnd = false): WatchEvent {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  const metadata = { resourceVersion, ...(initialEnd && { annotations }) };
  return { type: 'BOOKMARK', object: { kind: info.kind, apiVersion: apiVersionOf(info), metadata } as unknown as KubeObject };
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** One signal for all the reasons a watch ends. */
function endOf(deps: ServiceDeps, ctx: RequestContext, { timeoutSeconds }: WatchRequest) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const { signal } = ctx;
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const untilToken = ctx.principal.expiresAt === undefined ? Infinity : ctx.principal.expiresAt - deps.now().getTime();
  const milliseconds = Math.min(timeoutSeconds ? timeoutSeconds * 1000 : Infinity, untilToken);
  const timer = milliseconds < MAX_TIMER_MS ? setTimeout(stop, Math.max(0, milliseconds)) : undefined;
  const release = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    controller.abort();
  };
  return { signal: controller.signal, release };
}
