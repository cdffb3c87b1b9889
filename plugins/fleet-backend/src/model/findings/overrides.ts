import type { Component, OverrideRule } from '@flotilla/backstage-plugin-fleet-common';
import type { Member } from '../membership';
import { withinBounds } from '../narrowing';
import { fleetOf, type Found, type Rule } from './rule';

function meant({ targetCluster }: OverrideRule, members: readonly Member[]): boolean {
  const holds = withinBounds([{ source: 'component', name: '', placement: { clusterAffinity: targetCluster } }]);
  // Taints keep workloads away, and say nothing about what is changed where.
  return members.some(member => holds({ ...member, cluster: { ...member.cluster, spec: {} } }));
}

/** An override whose clusters are none of the fleet's. */
export const overrides: Rule = (application, world) => {
  if (application.kind !== 'Application') return [];
  const components: Component[] = application.spec?.components ?? [];
  if (!components.some(component => component.overrideRules?.length)) return [];
  const found = fleetOf(application, world);
  if (!found) return [];
  return components.flatMap((component, index) =>
    (component.overrideRules ?? []).flatMap((rule, at): Found[] =>
      meant(rule, found.membership.members)
        ? []
        : [{ code: 'OverrideMatchesNothing', severity: 'warning', path: `spec.components[${index}].overrideRules[${at}].targetCluster`, because: 'no cluster of the fleet is meant: it changes nothing' }],
    ),
  );
};
