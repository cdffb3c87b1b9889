import type { Component, Placement } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import { selectedBy } from '../policyFor';
import type { World } from '../world';
import type { Found, Rule } from './rule';

interface Wish {
  /** Whose replicas: the component, or the selected object. */
  name: string;
  replicas: number | undefined;
  placement: Placement;
  /** Field that says the replicas; for a selected object the policy's own field, since the finding is on the policy. */
  replicasPath: string;
  path: string;
}

function wishesOf(object: KubeObject, world: World): Wish[] {
  if (object.kind === 'Application') {
    return ((object.spec?.components ?? []) as Component[]).flatMap((component, index) => {
      const at = `spec.components[${index}]`;
      const replicas = (component.template as any)?.spec?.replicas;
      return component.placement ? [{ name: component.name, replicas, placement: component.placement, replicasPath: `${at}.template.spec.replicas`, path: `${at}.placement` }] : [];
    });
  }
  const placement: Placement | undefined = object.spec?.placement;
  if (object.kind !== 'PropagationPolicy' || !placement) return [];
  const selected = world.objectsIn(object.metadata.namespace ?? '').filter(each => selectedBy(object, each) && each.spec?.replicas !== undefined);
  return selected.map(each => ({
    name: `${each.kind} ${each.metadata.name}`,
    replicas: each.spec.replicas,
    placement,
    replicasPath: 'spec.placement.autoscaling',
    path: 'spec.placement',
  }));
}

/** Two that say how many: `replicas` in the template and autoscaling beside it. */
function owners({ name, replicas, placement, replicasPath }: Wish): Found[] {
  const { autoscaling } = placement;
  if (!autoscaling || replicas === undefined) return [];
  const { minReplicas = 1, maxReplicas } = autoscaling;
  const found: Found[] = [
    {
      code: 'TwoOwnersOfReplicas',
      severity: 'warning',
      path: replicasPath,
      because: `${name} says replicas: ${replicas} and has autoscaling from ${minReplicas} to ${maxReplicas}: leave one of them out`,
    },
  ];
  if (replicas < minReplicas || replicas > maxReplicas) {
    found.push({ code: 'ReplicasOutsideRange', severity: 'warning', path: replicasPath, because: `${replicas} replicas of ${name} are outside ${minReplicas} to ${maxReplicas}` });
  }
  return found;
}

/** Fewer replicas than clusters that must each get some. */
function underSplit({ name, replicas, placement, path }: Wish): Found[] {
  const { autoscaling, distribution, spreadConstraints } = placement;
  const least = autoscaling ? (autoscaling.minReplicas ?? 1) : replicas;
  if (least === undefined) return [];
  const field = autoscaling ? 'minReplicas' : 'replicas';
  const sharing = Object.values(distribution?.trafficSplit ?? {}).filter(percent => percent > 0).length;
  const groups = Math.max(0, ...(spreadConstraints ?? []).map(rule => rule.minGroups ?? 0));
  const found: Found[] = [];
  if (least < sharing) {
    found.push({ code: 'MinReplicasUnderSplit', severity: 'warning', path: `${path}.distribution.trafficSplit`, because: `${field} ${least} of ${name} is less than the ${sharing} clusters that share its traffic: one of them would have none` });
  }
  if (least < groups) {
    found.push({ code: 'MinReplicasUnderSpread', severity: 'warning', path: `${path}.spreadConstraints`, because: `${field} ${least} of ${name} is less than minGroups ${groups}: it could not be spread so far` });
  }
  return found;
}

/** A HorizontalPodAutoscaler beside our own autoscaling of one workload. */
function scalersBeside(application: KubeObject, world: World): Found[] {
  if (application.kind !== 'Application') return [];
  const components: Component[] = application.spec?.components ?? [];
  if (!components.some(component => component.placement?.autoscaling)) return [];
  const scalers = world.objectsIn(application.metadata.namespace ?? '').filter(object => object.kind === 'HorizontalPodAutoscaler');
  return components.flatMap(({ name, type, placement }, index) => {
    const beside = placement?.autoscaling && scalers.find(({ spec }) => spec?.scaleTargetRef?.kind === type && spec.scaleTargetRef.name === name);
    return beside
      ? [{ code: 'TwoOwnersOfReplicas', severity: 'warning' as const, path: `spec.components[${index}].placement.autoscaling`, because: `HorizontalPodAutoscaler ${beside.metadata.name} scales ${name} as well: leave one of them out` }]
      : [];
  });
}

/** Contradictions about how many replicas there are. */
export const replicas: Rule = (object, world) => [
  ...wishesOf(object, world).flatMap(wish => [...owners(wish), ...underSplit(wish)]),
  ...scalersBeside(object, world),
];
