import { LABEL_COMPONENT, type Component } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';

/** API version of each component type. */
export const API_VERSION_OF: Record<Component['type'], string> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Service: 'v1',
  ConfigMap: 'v1',
  ServiceAccount: 'v1',
  Ingress: 'networking.k8s.io/v1',
};

const SELECTING = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The pod template of a workload; undefined for kinds without pods. */
export const podTemplateOf = (object: { kind: string; spec?: any }): any =>
  object.kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;

/**
 * A component as the object Kubernetes would judge. A workload without a selector gets one, as it will when it is applied,
 * since leaving it out is allowed here.
 */
export function componentObject(component: Component, namespace: string): KubeObject {
  const { metadata, apiVersion: _apiVersion, kind: _kind, ...body } = (component.template ?? {}) as Record<string, any>;
  const object: KubeObject = {
    apiVersion: API_VERSION_OF[component.type],
    kind: component.type,
    metadata: { ...metadata, name: component.name, namespace },
    ...structuredClone(body),
  };
  const spec = object.spec;
  if (SELECTING.has(component.type) && spec && !spec.selector && spec.template) {
    const labels = { [LABEL_COMPONENT]: component.name };
    spec.selector = { matchLabels: labels };
    spec.template = { ...spec.template, metadata: { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } } };
  }
  return object;
}
