import type { Filter } from '../types';
import { PASSED } from './passed';

/** Nothing new goes to a cluster that does not answer. What runs there stays (see `staying.ts`). */
export const reachable: Filter = {
  name: 'reachable',
  check({ cluster: { reachable: answer } }) {
    if (answer === 'unknown') return [{ because: { code: 'NotSeenYet', values: {} }, remedy: 'wait' }];
    if (answer.ok) return PASSED;
    return [{ because: { code: 'NoAnswer', values: { since: answer.since, why: answer.reason ?? 'Unreachable' } }, remedy: 'wait' }];
  },
};
