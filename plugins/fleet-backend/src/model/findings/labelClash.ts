import { LABEL_REGION } from '@flotilla/backstage-plugin-fleet-common';
import { membership } from '../membership';
import type { Rule } from './rule';

/** A fleet's attribute that says something else than the Cluster about a protected label. The Cluster holds. */
export const labelClash: Rule = (fleet, world) => {
  if (fleet.kind !== 'Fleet') return [];
  return membership(fleet, world.clusters).members.flatMap(member =>
    member.clashes.map(({ key, said, holds, path }) => ({
      code: key === LABEL_REGION ? 'RegionClash' : 'ProtectedLabelClash',
      severity: 'warning' as const,
      path,
      because:
        holds === undefined
          ? `label ${key} is protected and Cluster ${member.name} does not have it: "${said}" does not count`
          : `Cluster ${member.name} says ${key} is "${holds}", which holds: "${said}" does not count`,
    })),
  );
};
