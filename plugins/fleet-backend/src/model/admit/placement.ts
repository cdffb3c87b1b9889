import type { Autoscaling, AutoscalingMetric, ClusterAffinity, Distribution, Placement, SpreadConstraint } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, forbidden, invalid, required } from '../causes';
import type { StatusCause } from '../kinds';
import { isLabelKey, selectorCauses, tolerationCauses } from './selectors';
import { amountCauses, clusterListCauses, labelNameCauses, labelValueCauses, objectNameCauses } from './values';

export function affinityCauses(affinity: ClusterAffinity | undefined, path: string): StatusCause[] {
  if (!affinity) return [];
  return [
    ...selectorCauses(affinity.labelSelector, `${path}.labelSelector`),
    ...clusterListCauses(affinity.clusterNames, `${path}.clusterNames`),
    ...clusterListCauses(affinity.exclude, `${path}.exclude`),
    ...duplicates(affinity.clusterNames, name => name, index => `${path}.clusterNames[${index}]`),
    ...duplicates(affinity.exclude, name => name, index => `${path}.exclude[${index}]`),
  ];
}

function spreadCauses(constraints: readonly SpreadConstraint[] | undefined, path: string): StatusCause[] {
  const each = (constraints ?? []).flatMap(({ spreadByField, spreadByLabel, minGroups, maxGroups }, index) => {
    const at = `${path}[${index}]`;
    const causes: StatusCause[] = [];
    if (!spreadByField && !spreadByLabel) causes.push(required(`${at}.spreadByField`, 'one of spreadByField and spreadByLabel must be given'));
    if (spreadByField && spreadByLabel) causes.push(forbidden(`${at}.spreadByLabel`, 'may not stand beside spreadByField', 'use one rule for each'));
    if (spreadByLabel && !isLabelKey(spreadByLabel)) causes.push(invalid(`${at}.spreadByLabel`, spreadByLabel, 'must be a label key'));
    if (minGroups !== undefined && maxGroups !== undefined && minGroups > maxGroups) causes.push(invalid(`${at}.minGroups`, minGroups, `must not be more than maxGroups (${maxGroups})`));
    return causes;
  });
  return [...each, ...duplicates(constraints, rule => rule.spreadByField ?? rule.spreadByLabel, index => `${path}[${index}]`)];
}

function metricCauses(metric: AutoscalingMetric, at: string): StatusCause[] {
  if (metric.type !== 'Resource') {
    if (metric.averageUtilization === undefined) return [required(`${at}.averageUtilization`, `must be given with type ${metric.type}`)];
    return metric.resource ? [forbidden(`${at}.resource`, `may not be given with type ${metric.type}`, 'say type: Resource for the long form')] : [];
  }
  if (!metric.resource) return [required(`${at}.resource`, 'must be given with type Resource')];
  const { target } = metric.resource;
  const path = `${at}.resource.target`;
  const [field, other] = target.type === 'Utilization' ? (['averageUtilization', 'averageValue'] as const) : (['averageValue', 'averageUtilization'] as const);
  return [
    ...(metric.averageUtilization === undefined ? [] : [forbidden(`${at}.averageUtilization`, 'may not be given with type Resource', 'say it in resource.target')]),
    ...(target[field] === undefined ? [required(`${path}.${field}`, `must be given with target type ${target.type}`)] : []),
    ...(target[other] === undefined ? [] : [forbidden(`${path}.${other}`, `may not be given with target type ${target.type}`)]),
    ...amountCauses(target.averageValue, `${path}.averageValue`),
  ];
}

/** The resource that a metric follows, in either form. */
export const resourceOf = (metric: AutoscalingMetric): string | undefined => (metric.type === 'Resource' ? metric.resource?.name : metric.type.toLowerCase());

function autoscalingCauses(autoscaling: Autoscaling | undefined, path: string): StatusCause[] {
  if (!autoscaling) return [];
  const { minReplicas, maxReplicas, metrics } = autoscaling;
  const range = minReplicas !== undefined && minReplicas > maxReplicas ? [invalid(`${path}.maxReplicas`, maxReplicas, `must be greater than or equal to \`minReplicas\` (${minReplicas})`)] : [];
  return [...range, ...duplicates(metrics, resourceOf, index => `${path}.metrics[${index}]`), ...(metrics ?? []).flatMap((metric, index) => metricCauses(metric, `${path}.metrics[${index}]`))];
}

function distributionCauses(distribution: Distribution | undefined, path: string): StatusCause[] {
  const split = distribution?.trafficSplit;
  if (!split) return [];
  const strange = Object.keys(split).flatMap(cluster => labelNameCauses(cluster, `${path}.trafficSplit`));
  const sum = Object.values(split).reduce((total, percent) => total + percent, 0);
  return sum === 100 ? strange : [...strange, invalid(`${path}.trafficSplit`, split, `must add up to 100, adds up to ${sum}`)];
}

/** Everything wrong in itself with a placement: of a fleet, a policy or a component. */
export function placementCauses(placement: Placement | undefined, path: string): StatusCause[] {
  if (!placement) return [];
  const weights = placement.replicaScheduling?.weightPreference?.staticWeightList ?? [];
  return [
    ...selectorCauses(placement.clusterSelector, `${path}.clusterSelector`),
    ...affinityCauses(placement.clusterAffinity, `${path}.clusterAffinity`),
    ...tolerationCauses(placement.clusterTolerations, `${path}.clusterTolerations`),
    ...spreadCauses(placement.spreadConstraints, `${path}.spreadConstraints`),
    ...weights.flatMap((weight, index) => affinityCauses(weight.targetCluster, `${path}.replicaScheduling.weightPreference.staticWeightList[${index}].targetCluster`)),
    ...(placement.residency?.jurisdictions ?? []).flatMap((word, index) => labelValueCauses(word, `${path}.residency.jurisdictions[${index}]`)),
    ...duplicates(placement.residency?.jurisdictions, word => word, index => `${path}.residency.jurisdictions[${index}]`),
    ...autoscalingCauses(placement.autoscaling, `${path}.autoscaling`),
    ...distributionCauses(placement.distribution, `${path}.distribution`),
    ...objectNameCauses(placement.volcano?.queue, `${path}.volcano.queue`),
    ...objectNameCauses(placement.volcano?.priorityClassName, `${path}.volcano.priorityClassName`),
  ];
}
