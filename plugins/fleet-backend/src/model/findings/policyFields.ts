import type { PropagationPolicySpec, RolloutStage } from '@flotilla/backstage-plugin-fleet-common';
import { MEASURES } from '../measures';
import type { World } from '../world';
import type { Found, Rule } from './rule';

const warning = (code: string, path: string, because: string): Found => ({ code, severity: 'warning', path, because });

const OF_OBJECTS = ['priority', 'adoption', 'deletionPolicy'] as const;

/** Fields of the placement form that a rollout has no use for. */
const besideRollout = (spec: PropagationPolicySpec): Found[] =>
  OF_OBJECTS.filter(field => spec[field] !== undefined).map(field => warning('ForObjectsOnly', `spec.${field}`, 'it acts on objects that resourceSelectors choose; this policy rolls out an Application'));

function selectors(spec: PropagationPolicySpec, world: World): Found[] {
  return (spec.resourceSelectors ?? []).flatMap(({ apiVersion, kind, name, labelSelector }, index) => {
    const at = `spec.resourceSelectors[${index}]`;
    return [
      ...(name && labelSelector ? [warning('SelectorIgnored', `${at}.labelSelector`, `a name is given as well, which holds: labels of ${kind} ${name} are not looked at`)] : []),
      ...(world.checks.isNamespaced(apiVersion, kind) === undefined ? [warning('UnknownKind', `${at}.kind`, `${kind} of ${apiVersion} is not served here: add its CustomResourceDefinition, or correct it`)] : []),
    ];
  });
}

function measures(stage: RolloutStage, at: string): Found[] {
  return (stage.validation?.metrics ?? []).flatMap((metric, index) => {
    const path = `${at}.validation.metrics[${index}]`;
    const known = MEASURES.get(metric.name);
    if (!known) return [warning('UnknownMeasure', `${path}.name`, `nobody measures ${metric.name} yet; known are ${[...MEASURES.keys()].join(', ')}`)];
    const backwards = known.limit === 'minimum' ? 'maximum' : 'minimum';
    return metric[known.limit] === undefined ? [warning('LimitBackwards', `${path}.${backwards}`, `${metric.name} is judged by a ${known.limit}: with a ${backwards} alone the worst value passes`)] : [];
  });
}

const judged = (stage: RolloutStage) => Boolean(stage.validation?.metrics?.length);

function rollout({ rollout: plan, rollback }: PropagationPolicySpec): Found[] {
  const stages = plan?.stages ?? [];
  const each = stages.flatMap((stage, index) => {
    const at = `spec.rollout.stages[${index}]`;
    const unseen = stage.trafficPercent === 0 && judged(stage);
    return [...measures(stage, at), ...(unseen ? [warning('StageWithoutTraffic', `${at}.trafficPercent`, `stage ${stage.name} is judged by requests and gets none`)] : [])];
  });
  const automatic = rollback?.automatic && rollback.onFailure === false;
  const blind = rollback?.onFailure && !stages.some(judged);
  return [
    ...each,
    ...(automatic ? [warning('RollbackNeverStarts', 'spec.rollback.automatic', 'onFailure is false, so nothing starts it')] : []),
    ...(blind ? [warning('RollbackNeverStarts', 'spec.rollback.onFailure', 'no stage is judged (validation.metrics), so none can fail')] : []),
  ];
}

/** What one form of a PropagationPolicy says to no effect, or against itself. */
export const policyFields: Rule = (policy, world) => {
  if (policy.kind !== 'PropagationPolicy') return [];
  const spec: PropagationPolicySpec = policy.spec ?? {};
  return spec.targetRef ? [...besideRollout(spec), ...rollout(spec)] : selectors(spec, world);
};
