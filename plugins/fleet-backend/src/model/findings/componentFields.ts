import { ANNOTATION_RECREATE, type Component } from '@flotilla/backstage-plugin-fleet-common';
import { annotationPath } from '../admit/annotations';
import { resourceOf } from '../admit/placement';
import { componentObject, podTemplateOf } from '../componentObject';
import type { KubeObject } from '../kinds';
import type { World } from '../world';
import { fleetOf, type Found, type Rule } from './rule';

const SCALABLE = new Set(['Deployment', 'StatefulSet']);
const JOBS = new Set(['Job', 'CronJob']);

const warning = (code: string, path: string, because: string): Found => ({ code, severity: 'warning', path, because });

/** Autoscaling of what has no replicas, from none, or by a share of a request that nobody makes. */
function scaling({ name, type, template, placement }: Component, at: string): Found[] {
  const autoscaling = placement?.autoscaling;
  const path = `${at}.placement.autoscaling`;
  if (!autoscaling) return [];
  if (!SCALABLE.has(type)) return [warning('NothingToScale', path, `a ${type} has no replicas to be scaled`)];
  const containers: { name?: string; resources?: { requests?: object; limits?: object } }[] = podTemplateOf({ kind: type, spec: (template as any)?.spec })?.spec?.containers ?? [];
  const blind = (autoscaling.metrics ?? []).flatMap((metric, index) => {
    const resource = resourceOf(metric);
    const byShare = metric.type !== 'Resource' || metric.resource?.target.type === 'Utilization';
    const silent = containers.filter(each => !Object.keys({ ...each.resources?.limits, ...each.resources?.requests }).includes(resource ?? ''));
    return byShare && silent.length > 0
      ? [warning('UtilizationOfNothing', `${path}.metrics[${index}]`, `${silent.map(each => each.name).join(', ')} of ${name} asks for no ${resource}, so there is no share of it to follow`)]
      : [];
  });
  const asleep = autoscaling.minReplicas === 0 ? [warning('ScaleFromZero', `${path}.minReplicas`, 'with no pod there is no load to be measured: it would never start again')] : [];
  return [...blind, ...asleep];
}

/** Fields that mean something for Jobs alone. */
function ofJobs({ type, placement, updatePolicy }: Component, at: string): Found[] {
  if (JOBS.has(type)) return [];
  return [
    ...(updatePolicy ? [warning('ForJobsOnly', `${at}.updatePolicy`, `it says what becomes of a running Job; this is a ${type}`)] : []),
    ...(placement?.volcano ? [warning('ForJobsOnly', `${at}.placement.volcano`, `batch queues take Jobs; this is a ${type}`)] : []),
  ];
}

function overriding({ overrideRules }: Component, at: string): Found[] {
  return (overrideRules ?? []).flatMap(({ overriders }, index) =>
    overriders.plaintext?.length ? [] : [warning('OverrideChangesNothing', `${at}.overrideRules[${index}].overriders`, 'no override is given')],
  );
}

/** Misspelt fields are kept as sent and never reach a cluster. */
function misspelt(component: Component, at: string, application: KubeObject, world: World): Found[] {
  return world.checks
    .unknownFields(componentObject(component, application.metadata.namespace ?? ''))
    .map(line => warning('UnknownField', `${at}.template`, `${line} of a ${component.type}: it is kept and has no effect`));
}

/** Queues need the add-on that makes them. */
function queues(components: readonly Component[], application: KubeObject, world: World): Found[] {
  const queued = components.flatMap((component, index) => (JOBS.has(component.type) && component.placement?.volcano?.queue ? [index] : []));
  const fleet = queued.length ? fleetOf(application, world)?.fleet : undefined;
  if (!fleet || fleet.spec?.addons?.volcano?.enabled) return [];
  return queued.map(index => warning('QueueWithoutVolcano', `spec.components[${index}].placement.volcano.queue`, `fleet ${fleet.metadata.name} does not ask for volcano (spec.addons.volcano.enabled)`));
}

/** Fields of components that say something their kind cannot do. */
export const componentFields: Rule = (application, world) => {
  if (application.kind !== 'Application') return [];
  const components: Component[] = application.spec?.components ?? [];
  const recreate = application.metadata.annotations?.[ANNOTATION_RECREATE];
  const stranger = recreate !== undefined && !components.some(component => component.name === recreate);
  return [
    ...components.flatMap((component, index) => {
      const at = `spec.components[${index}]`;
      return [...scaling(component, at), ...ofJobs(component, at), ...overriding(component, at), ...misspelt(component, at, application, world)];
    }),
    ...queues(components, application, world),
    ...(stranger ? [warning('UnknownComponent', annotationPath(ANNOTATION_RECREATE), `there is no component ${recreate.slice(0, 63)}: nothing is made anew`)] : []),
  ];
};
