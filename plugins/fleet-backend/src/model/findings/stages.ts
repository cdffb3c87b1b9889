import type { Component, RolloutStage } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import type { Member } from '../membership';
import { outOfBounds, withinBounds, type PlacementSource } from '../narrowing';
import { fleetOf, fleetSource, type Found, type Rule } from './rule';

/** Components that answer requests; a Job has no share of traffic. */
const SERVING = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** A message names so many components; the rest is counted. */
const MOST = 5;

function whyNone(member: Member, parts: readonly Part[]): string {
  const reasons = parts.slice(0, MOST).map(({ component, sources }) => `${component.name} ${outOfBounds(member, sources)[0]}`);
  return `${reasons.join(', ')}${parts.length > MOST ? `, and ${parts.length - MOST} more` : ''}`;
}

interface Part {
  component: Component;
  sources: readonly PlacementSource[];
  /** Whether it could run on a member. */
  fits(member: Member): boolean;
}

function partOf(component: Component, fleet: KubeObject): Part {
  const sources = [fleetSource(fleet), { source: 'component' as const, name: component.name, placement: component.placement }];
  return { component, sources, fits: withinBounds(sources) };
}

/** Which components could run on a member, and why they cannot where none can; looked up once for all stages that name it. */
function judge(parts: readonly Part[]): (member: Member) => Judged {
  const known = new Map<Member, Judged>();
  return member => {
    const before = known.get(member);
    if (before) return before;
    const running = parts.filter(part => part.fits(member)).map(part => part.component);
    const judged = { member, running, why: running.length === 0 ? whyNone(member, parts) : '' };
    known.set(member, judged);
    return judged;
  };
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
  const parts = components.map(component => partOf(component, around.fleet));
  const judgeOnce = judge(parts);
  const memberNamed = new Map(around.membership.members.map(member => [member.name, member]));
  return list.flatMap((stage, index) => {
    const usable = stage.clusters.map(name => memberNamed.get(name)).filter((member): member is Member => member !== undefined);
    const judged = usable.map(judgeOnce);
    return [...unusable(stage, index, judged, parts, targetName), ...silent(stage, index, judged)];
  });
};

interface Judged {
  member: Member;
  /** Components that could run there. */
  running: readonly Component[];
  /** Why, where none could. */
  why: string;
}

function unusable(stage: RolloutStage, index: number, judged: readonly Judged[], parts: readonly Part[], application: string): Found[] {
  if (parts.length === 0) return [];
  const placeOf = new Map(stage.clusters.map((name, at) => [name, at]));
  return judged
    .filter(({ running }) => running.length === 0)
    .map(({ member, why }) => ({
      code: 'StageClusterUnusable',
      severity: 'warning',
      path: `spec.rollout.stages[${index}].clusters[${placeOf.get(member.name)}]`,
      because: `stage ${stage.name} names ${member.name}, which no component of ${application} can use: ${why}`,
    }));
}

/** A stage judged by requests where only Jobs can run never gets evidence. */
function silent(stage: RolloutStage, index: number, judged: readonly Judged[]): Found[] {
  if (!stage.validation?.metrics?.length) return [];
  const running = [...new Set(judged.flatMap(each => each.running))];
  if (running.length === 0 || running.some(component => SERVING.has(component.type))) return [];
  return [
    {
      code: 'StageWithoutRequests',
      severity: 'warning',
      path: `spec.rollout.stages[${index}].validation.metrics`,
      because: `stage ${stage.name} is judged by requests, but only ${running.map(each => each.name).slice(0, MOST).join(', ')} can run in its clusters, which serves none`,
    },
  ];
}
