import type { Component } from '@flotilla/backstage-plugin-fleet-common';
import { podTemplateOf } from '../componentObject';
import type { KubeObject } from '../kinds';
import { matches } from '../selectors';
import type { Found, Rule } from './rule';

/** How many of `replicas` a number or percentage means; a budget rounds percentages up. */
function count(value: unknown, replicas: number): number | undefined {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value) : null;
  return percent ? Math.ceil((Number(percent[1]) * replicas) / 100) : undefined;
}

/** Whether a PodDisruptionBudget lets no pod go, ever. */
function blocksAll(budget: KubeObject, replicas: number): boolean {
  const most = count(budget.spec?.maxUnavailable, replicas);
  const least = count(budget.spec?.minAvailable, replicas);
  return most === 0 || (least !== undefined && replicas > 0 && least >= replicas);
}

/** A disruption budget under which nothing can be moved away in good order. */
export const budget: Rule = (application, world) => {
  if (application.kind !== 'Application') return [];
  const budgets = world.objectsIn(application.metadata.namespace ?? '').filter(object => object.kind === 'PodDisruptionBudget');
  return ((application.spec?.components ?? []) as Component[]).flatMap((component, index): Found[] => {
    const spec = (component.template as any)?.spec;
    const labels: Record<string, string> | undefined = podTemplateOf({ kind: component.type, spec })?.metadata?.labels;
    const blocking = labels && budgets.find(each => each.spec?.selector && matches(each.spec.selector, labels) && blocksAll(each, spec.replicas ?? 1));
    if (!blocking) return [];
    return [
      {
        code: 'BudgetBlocksFailover',
        severity: 'warning',
        path: `spec.components[${index}]`,
        because: `PodDisruptionBudget ${blocking.metadata.name} lets no pod of ${component.name} go, so it can never be drained from a cluster`,
      },
    ];
  });
};
