import type { Component, OverrideRule } from '@flotilla/backstage-plugin-fleet-common';
import type { Member } from '../membership';
import { outOfBounds } from '../narrowing';
import { fleetOf, type Found, type Rule } from './rule';

const meant = (rule: OverrideRule, members: readonly Member[]) =>
  members.some(member => outOfBounds({ ...member, cluster: { ...member.cluster, spec: {} } }, [{ source: 'component', name: '', placement: { clusterAffinity: rule.targetCluster } }]).length === 0);

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
