import type { RolloutStage, ValidationMetric } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, invalid, required } from '../causes';
import type { StatusCause } from '../kinds';

const within = (inner: readonly string[], outer: readonly string[]) => inner.every(name => outer.includes(name));
const meet = (a: readonly string[], b: readonly string[]) => a.some(name => b.includes(name));

/** Any two stages name disjoint clusters, or one names all of the other's. */
function orderCauses(stages: readonly RolloutStage[], index: number): StatusCause[] {
  const stage = stages[index];
  const at = `spec.rollout.stages[${index}]`;
  return stages.slice(0, index).flatMap(earlier => {
    if (!meet(earlier.clusters, stage.clusters)) return [];
    if (!within(earlier.clusters, stage.clusters) && !within(stage.clusters, earlier.clusters)) {
      return [invalid(`${at}.clusters`, stage.clusters, `must hold all of stage ${earlier.name}'s clusters (${earlier.clusters.join(', ')}), or none of them`)];
    }
    const goesBack = (earlier.trafficPercent ?? 100) > (stage.trafficPercent ?? 100);
    return goesBack ? [invalid(`${at}.trafficPercent`, stage.trafficPercent, `must not be less than in the earlier stage ${earlier.name} (${earlier.trafficPercent ?? 100}), which names the same clusters`)] : [];
  });
}

/** Measures whose unit bounds them. */
const PERCENT = new Set(['request-success-rate']);

function metricCauses(metric: ValidationMetric, at: string): StatusCause[] {
  const { name, minimum, maximum } = metric;
  if (minimum === undefined && maximum === undefined) return [required(`${at}.minimum`, 'minimum or maximum must be given')];
  const causes: StatusCause[] = [];
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) causes.push(invalid(`${at}.minimum`, minimum, `must not be more than maximum (${maximum})`));
  for (const [field, value] of Object.entries({ minimum, maximum })) {
    if (value === undefined) continue;
    if (value < 0) causes.push(invalid(`${at}.${field}`, value, 'must not be below zero'));
    if (PERCENT.has(name) && value > 100) causes.push(invalid(`${at}.${field}`, value, 'must be a percentage, at most 100'));
  }
  return causes;
}

/** Everything wrong in itself with the stages of a rollout. */
export function stagesCauses(stages: readonly RolloutStage[] | undefined): StatusCause[] {
  if (!stages) return [];
  const each = stages.flatMap((stage, index) => {
    const at = `spec.rollout.stages[${index}]`;
    const metrics = stage.validation?.metrics ?? [];
    return [
      ...(stage.clusters.length === 0 ? [required(`${at}.clusters`, 'a stage must name at least one cluster', 'leave the stage out, or name clusters')] : []),
      ...duplicates(stage.clusters, name => name, at2 => `${at}.clusters[${at2}]`),
      ...duplicates(metrics, metric => metric.name, at2 => `${at}.validation.metrics[${at2}].name`),
      ...metrics.flatMap((metric, at2) => metricCauses(metric, `${at}.validation.metrics[${at2}]`)),
      ...orderCauses(stages, index),
    ];
  });
  const none = stages.length === 0 ? [required('spec.rollout.stages', 'at least one stage must be given')] : [];
  return [...none, ...duplicates(stages, stage => stage.name, index => `spec.rollout.stages[${index}].name`), ...each];
}
