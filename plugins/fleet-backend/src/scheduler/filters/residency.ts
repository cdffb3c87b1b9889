import type { Filter } from '../types';
import { PASSED } from './passed';

/** Where data may be is law: a hard rule, never a score, and never a change we would propose. */
export const residency: Filter = {
  name: 'residency',
  check({ request, cluster }) {
    if (!request.residency) return PASSED;
    if (cluster.jurisdiction === 'unknown') return [{ because: { code: 'JurisdictionUnknown', values: { allowed: request.residency.join(', ') } }, remedy: 'wait' }];
    if (request.residency.includes(cluster.jurisdiction)) return PASSED;
    return [
      {
        because: { code: 'JurisdictionNotAllowed', values: { jurisdiction: cluster.jurisdiction, allowed: request.residency.join(', ') } },
        remedy: 'changeRequest',
      },
    ];
  },
};
