import type { Reason } from '@flotilla/backstage-plugin-fleet-common';
import { capacityOf } from './capacity';
import { FILTERS, guarded } from './filters';
import { contextOf, rejectionsOf } from './judge';
import type { Change, Context, Filter, SchedulingInput } from './types';

/** More candidates than this are not paired: 12 give 66 pairs. */
const MOST_CHANGES = 12;

/**
 * The smallest set of changes, one or two, that lets a rejected cluster in; each set was tried by asking all filters again.
 * Empty = no single change and no pair does it, or only time helps.
 */
export function smallestFix(context: Context, extra: readonly Filter[] = []): Reason[] {
  const changes: Change[] = [];
  for (const filter of [...FILTERS, ...extra]) {
    if (filter.check(context).length === 0) continue;
    const own = filter.changes?.(context) ?? [];
    // Nothing can be done about this one, so nothing about the others would be enough.
    if (own.length === 0) return [];
    changes.push(...own);
  }
  changes.length = Math.min(changes.length, MOST_CHANGES);
  const single = changes.find(change => admits(context, [change], extra));
  if (single) return [single.because];
  for (let i = 0; i < changes.length; i += 1) {
    for (let j = i + 1; j < changes.length; j += 1) {
      if (admits(context, [changes[i], changes[j]], extra)) return [changes[i].because, changes[j].because];
    }
  }
  return [];
}

function admits(context: Context, changes: Change[], extra: readonly Filter[]): boolean {
  let tried = context;
  for (const change of changes) tried = { ...tried, ...change.apply(tried) };
  const { request, cluster, placed } = tried;
  // Most changes touch neither nodes nor requests; the room is then the same.
  const sameRoom = cluster.nodes === context.cluster.nodes && request.requests === context.request.requests && request.tolerations === context.request.tolerations;
  return rejectionsOf(sameRoom ? tried : { ...tried, capacity: capacityOf(request, cluster, placed) }, extra).length === 0;
}

/** The same for one cluster by name, for those whose fix the decision did not seek. Undefined when the cluster is not in the input. */
export function explainFix(input: SchedulingInput, name: string, extra: readonly Filter[] = []): Reason[] | undefined {
  const cluster = input.clusters.find(one => one.name === name);
  if (!cluster) return undefined;
  const context = contextOf(input, cluster, input.placed?.find(held => held.cluster === name));
  const filters = extra.map(guarded);
  return rejectionsOf(context, filters).length === 0 ? [] : smallestFix(context, filters);
}
