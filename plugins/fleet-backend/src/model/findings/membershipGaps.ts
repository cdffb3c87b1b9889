import { membership } from '../membership';
import type { Rule } from './rule';

const CODES = { NotRegistered: 'ClusterNotRegistered', NotAllowed: 'ClusterNotAllowed', RegisteredByOther: 'ClusterRegisteredByOther' } as const;

/** Entries of a fleet that give no member. One that is just being registered is not a finding. */
export const membershipGaps: Rule = (fleet, world) => {
  if (fleet.kind !== 'Fleet') return [];
  return membership(fleet, world.clusters).refused.flatMap(({ reason, because, at }) =>
    reason === 'Joining' ? [] : [{ code: CODES[reason], severity: 'warning' as const, path: `spec.clusters[${at}]`, because }],
  );
};
