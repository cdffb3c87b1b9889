import { unsupportedIn } from '../support';
import type { Rule } from './rule';

/** Fields that are kept and have no effect yet. */
export const unsupported: Rule = object =>
  unsupportedIn(object).map(({ path, note }) => ({ code: 'Unsupported', severity: 'info', path, because: `stored, no effect yet: ${note}` }));
