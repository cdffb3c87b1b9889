import type { Filter } from '../types';
import { apis } from './apis';
import { capacity } from './capacity';
import { labels } from './labels';
import { mode } from './mode';
import { names } from './names';
import { reachable } from './reachable';
import { residency } from './residency';
import { taints } from './taints';

/** The hard rules, in the order in which the funnel counts them. All are asked, always. */
export const FILTERS: readonly Filter[] = [names, labels, taints, mode, reachable, apis, capacity, residency];

/**
 * A filter from outside may throw. That must not lose the decision, and must not let the cluster pass either:
 * it becomes a rejection that names the filter.
 */
export function guarded(filter: Filter): Filter {
  return {
    ...filter,
    check(context) {
      try {
        return filter.check(context);
      } catch {
        return [{ because: { code: 'FilterFailed', values: { filter: filter.name } }, remedy: 'wait' }];
      }
    },
    changes: undefined,
  };
}
