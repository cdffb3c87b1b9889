import { MEMBERS_GROUP } from '@flotilla/backstage-plugin-fleet-common';
import type { FieldRequirement, KubeObject, LabelRequirement, RequestContext, ResourceService, Target } from '@flotilla/kube-api';
import type { ClusterObserver, MemberKind } from '../../observe/types';
import { aboutObject, type Authority } from '../rights';
import { memberKindOf } from './kinds';
import { wantsCluster } from './MemberStorage';

/** Clusters named in one warning; of the others the number. */
const NAMED = 5;
/** Facts older than this are said to be old, milliseconds. */
const OLD_MS = 30_000;

interface Told {
  clusters(): readonly KubeObject[];
  authority: Authority;
  observer: Pick<ClusterObserver, 'objects' | 'seen'>;
}

type Selectors = { labels?: LabelRequirement[]; fields?: FieldRequirement[]; limit?: number };

const utc = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** Why a list does not show a cluster as it is now; undefined where it does. */
function problemOf(kind: MemberKind, cluster: string, { objects, seen }: Told['observer']): string | undefined {
  const at = objects.seenAt(kind, cluster);
  const reachable = seen(cluster)?.reachable;
  if (at !== undefined) return Date.now() - at > OLD_MS ? `as it was at ${utc(at)}` : undefined;
  if (reachable && !reachable.ok && reachable.because) return `not seen: ${reachable.because}`;
  return 'not seen since this process began';
}

/**
 * Says of each list of what members hold which clusters it does not show, or shows as they were: nothing seen is not nothing there.
 * Of clusters that the reader may not see nothing is said. Comes before audit and after rights.
 */
export function tellUnseen(inner: ResourceService, { clusters, authority, observer }: Told): ResourceService {
  async function tell(ctx: RequestContext, { info }: Target, { labels, fields }: Selectors): Promise<void> {
    const kind = info.group === MEMBERS_GROUP ? memberKindOf(info.resource) : undefined;
    if (!kind) return;
    const itself = { group: 'fleet.kurator.dev', resource: 'clusters' };
    const reader = await authority.reader(ctx.principal, itself);
    const seen = clusters().filter(each => (reader.all || reader.sees(aboutObject(itself, each))) && wantsCluster(each.metadata.name!, labels, fields));
    const problems = seen.flatMap(each => {
      const name = each.metadata.name!;
      const problem = problemOf(kind, name, { objects: observer.objects, seen: cluster => observer.seen(cluster) });
      return problem ? [`${name}: ${problem}`] : [];
    });
    problems.slice(0, NAMED).forEach(each => ctx.warn(each));
    if (problems.length > NAMED) ctx.warn(`and ${problems.length - NAMED} more clusters are not shown as they are now`);
  }

  return {
    get: (ctx, target) => inner.get(ctx, target),
    async list(ctx, target, request) {
      const list = await inner.list(ctx, target, request);
      // Pages after the first say nothing new.
      if (!request.continue) await tell(ctx, target, request);
      if (!request.limit && list.metadata.continue) ctx.warn(`only the first ${list.items.length} are here: ask for the rest with limit and continue`);
      return list;
    },
    async watch(ctx, target, request) {
      const events = await inner.watch(ctx, target, request);
      if (!request.resourceVersion || request.resourceVersion === '0') await tell(ctx, target, request);
      return events;
    },
    create: (ctx, target, object, options) => inner.create(ctx, target, object, options),
    update: (ctx, target, object, options) => inner.update(ctx, target, object, options),
    patch: (ctx, target, patch, options) => inner.patch(ctx, target, patch, options),
    delete: (ctx, target, options) => inner.delete(ctx, target, options),
    deleteCollection: (ctx, target, request, options) => inner.deleteCollection(ctx, target, request, options),
  };
}
