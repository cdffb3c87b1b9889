import type { RolloutStage, ValidationMetric } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, invalid, required } from '../causes';
import type { StatusCause } from '../kinds';
import { MEASURES } from '../measures';
import { clusterListCauses, durationCauses } from './values';

const shared = (inner: readonly string[], outer: ReadonlySet<string>) => inner.filter(name => outer.has(name)).length;

const some = (names: readonly string[]) => (names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', '));

/** Any two stages name disjoint clusters, or one names all of the other's. */
function orderCauses(stages: readonly RolloutStage[], index: number, clusters: readonly ReadonlySet<string>[]): StatusCause[] {
  const stage = stages[index];
  const at = `spec.rollout.stages[${index}]`;
  const causes = stages.slice(0, index).flatMap((earlier, before) => {
    const both = shared(stage.clusters, clusters[before]);
    if (both === 0) return [];
    if (both < clusters[before].size && both < clusters[index].size) {
      return [invalid(`${at}.clusters`, stage.clusters, `must hold all of stage ${earlier.name}'s clusters (${some(earlier.clusters)}), or none of them`)];
    }
    const goesBack = (earlier.trafficPercent ?? 100) > (stage.trafficPercent ?? 100);
    return goesBack ? [invalid(`${at}.trafficPercent`, stage.trafficPercent, `must not be less than in the earlier stage ${earlier.name} (${earlier.trafficPercent ?? 100}), which names the same clusters`)] : [];
  });
  // One is enough to say what is wrong with this stage.
  return causes.slice(0, 1);
}

function metricCauses(metric: ValidationMetric, at: string): StatusCause[] {
  const { name, minimum, maximum } = metric;
  if (minimum === undefined && maximum === undefined) return [required(`${at}.minimum`, 'minimum or maximum must be given')];
  const causes: StatusCause[] = [];
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) causes.push(invalid(`${at}.minimum`, minimum, `must not be more than maximum (${maximum})`));
  for (const [field, value] of Object.entries({ minimum, maximum })) {
    if (value === undefined) continue;
    if (value < 0) causes.push(invalid(`${at}.${field}`, value, 'must not be below zero'));
    const most = MEASURES.get(name)?.most;
    if (most !== undefined && value > most) causes.push(invalid(`${at}.${field}`, value, `must be at most ${most} ${MEASURES.get(name)!.unit}`));
  }
  return causes;
}

/** Everything wrong in itself with the stages of a rollout. */
export function stagesCauses(stages: readonly RolloutStage[] | undefined): StatusCause[] {
  if (!stages) return [];
  const clusters = stages.map(stage => new Set(stage.clusters));
  const each = stages.flatMap((stage, index) => {
    const at = `spec.rollout.stages[${index}]`;
    const metrics = stage.validation?.metrics ?? [];
    return [
      ...(stage.clusters.length === 0 ? [required(`${at}.clusters`, 'a stage must name at least one cluster', 'leave the stage out, or name clusters')] : []),
      ...clusterListCauses(stage.clusters, `${at}.clusters`),
      ...durationCauses(stage.validation?.duration, `${at}.validation.duration`),
      ...duplicates(stage.clusters, name => name, at2 => `${at}.clusters[${at2}]`),
      ...duplicates(metrics, metric => metric.name, at2 => `${at}.validation.metrics[${at2}].name`),
      ...metrics.flatMap((metric, at2) => metricCauses(metric, `${at}.validation.metrics[${at2}]`)),
      ...orderCauses(stages, index, clusters),
    ];
  });
  const none = stages.length === 0 ? [required('spec.rollout.stages', 'at least one stage must be given')] : [];
  return [...none, ...duplicates(stages, stage => stage.name, index => `spec.rollout.stages[${index}].name`), ...each];
}
