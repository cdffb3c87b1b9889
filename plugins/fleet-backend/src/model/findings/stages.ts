import type { Component, RolloutStage } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import type { Member } from '../membership';
import { outOfBounds } from '../narrowing';
import { fleetOf, fleetSource, type Found, type Rule } from './rule';

/** Components that answer requests; a Job has no share of traffic. */
const SERVING = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Why each component stays off a member; an empty list for one that could run there. */
function reasonsOn(member: Member, components: readonly Component[], fleet: KubeObject) {
  return components.map(component => ({
    component,
    out: outOfBounds(member, [fleetSource(fleet), { source: 'component', name: component.name, placement: component.placement }]),
  }));
}

/** Stages that name clusters where nothing of the Application, or nothing that serves, can run. */
export const stages: Rule = (policy, world) => {
  const list: RolloutStage[] | undefined = policy.kind === 'PropagationPolicy' ? policy.spec?.rollout?.stages : undefined;
  const targetName: string | undefined = policy.spec?.targetRef?.name;
  if (!list || !targetName) return [];
  const application = world.applications.find(each => each.metadata.namespace === policy.metadata.namespace && each.metadata.name === targetName);
  const around = application && fleetOf(application, world);
  if (!application || !around) return [];
  const components = ((application.spec?.components ?? []) as Component[]).filter(component => SERVING.has(component.type) || component.type.endsWith('Job'));
  const memberNamed = new Map(around.membership.members.map(member => [member.name, member]));
  return list.flatMap((stage, index) => {
    const usable = stage.clusters.map(name => memberNamed.get(name)).filter((member): member is Member => member !== undefined);
    const judged = usable.map(member => ({ member, reasons: reasonsOn(member, components, around.fleet) }));
    return [...unusable(stage, index, judged, targetName), ...silent(stage, index, judged)];
  });
};

type Judged = { member: Member; reasons: { component: Component; out: string[] }[] };

function unusable(stage: RolloutStage, index: number, judged: readonly Judged[], application: string): Found[] {
  return judged
    .filter(({ reasons }) => reasons.length > 0 && reasons.every(each => each.out.length > 0))
    .map(({ member, reasons }) => ({
      code: 'StageClusterUnusable',
      severity: 'warning',
      path: `spec.rollout.stages[${index}].clusters[${stage.clusters.indexOf(member.name)}]`,
      because: `stage ${stage.name} names ${member.name}, which no component of ${application} can use: ${reasons.map(({ component, out }) => `${component.name} ${out[0]}`).join(', ')}`,
    }));
}

/** A stage judged by requests where only Jobs can run never gets evidence. */
function silent(stage: RolloutStage, index: number, judged: readonly Judged[]): Found[] {
  const running = judged.flatMap(({ reasons }) => reasons.filter(each => each.out.length === 0).map(each => each.component));
  if (!stage.validation?.metrics?.length || running.length === 0 || running.some(component => SERVING.has(component.type))) return [];
  return [
    {
      code: 'StageWithoutRequests',
      severity: 'warning',
      path: `spec.rollout.stages[${index}].validation.metrics`,
      because: `stage ${stage.name} is judged by requests, but only ${[...new Set(running.map(each => each.name))].join(', ')} can run in its clusters, which serves none`,
    },
  ];
}
