import type { Component } from '@flotilla/backstage-plugin-fleet-common';
import { outOfBounds, withinBounds } from '../narrowing';
import { fleetOf, fleetSource, type Found, type Rule } from './rule';

/** A component that no member of its fleet can hold, by what is declared. */
export const components: Rule = (application, world) => {
  if (application.kind !== 'Application') return [];
  const found = fleetOf(application, world);
  // A fleet without members says so itself.
  if (!found || found.membership.members.length === 0) return [];
  const { fleet, membership } = found;
  return ((application.spec?.components ?? []) as Component[]).flatMap((component, index): Found[] => {
    const sources = [fleetSource(fleet), { source: 'component' as const, name: component.name, placement: component.placement }];
    const { members } = membership;
    if (members.some(withinBounds(sources))) return [];
    const listed = members.slice(0, 5).map(member => `${member.name}: ${outOfBounds(member, sources)[0]}`);
    const more = members.length > listed.length ? `, and ${members.length - listed.length} more` : '';
    return [
      {
        code: 'ComponentFitsNoCluster',
        severity: 'danger',
        path: `spec.components[${index}].placement`,
        because: `no cluster of fleet ${fleetSource(fleet).name} can hold ${component.name} (${listed.join('; ')}${more})`,
      },
    ];
  });
};
