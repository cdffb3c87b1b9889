import type { Component } from '@flotilla/backstage-plugin-fleet-common';
import { podTemplateOf } from '../componentObject';
import type { Found, Rule } from './rule';

interface Container {
  name?: string;
  resources?: { requests?: Record<string, unknown>; limits?: Record<string, unknown> };
}

const asks = (container: Container) => Object.keys({ ...container.resources?.limits, ...container.resources?.requests }).length > 0;

/** Containers that ask for nothing: what they need is guessed, and guessed small. */
export const requests: Rule = application => {
  if (application.kind !== 'Application') return [];
  return ((application.spec?.components ?? []) as Component[]).flatMap((component, index): Found[] => {
    const containers: Container[] = podTemplateOf({ kind: component.type, spec: (component.template as any)?.spec })?.spec?.containers ?? [];
    const silent = containers.filter(container => !asks(container)).map(container => container.name);
    if (silent.length === 0) return [];
    return [
      {
        code: 'RequestsAssumed',
        severity: 'info',
        path: `spec.components[${index}].template.spec`,
        because: `${silent.join(', ')} ${silent.length === 1 ? 'asks' : 'ask'} for no resources: a pod that asks for no CPU or memory is counted as 100m and 200Mi`,
      },
    ];
  });
};
