import type { MemberResource } from '../clusters/types';

/** A kind as an object names it. */
export interface Kind {
  apiVersion: string;
  kind: string;
}

const of = (apiVersion: string, kind: string, resource: string, namespaced = true): MemberResource => ({ apiVersion, kind, resource, namespaced });

export const NODES = of('v1', 'Node', 'nodes', false);
export const PODS = of('v1', 'Pod', 'pods');
export const AUTOSCALERS = of('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');

export const EVENTS = of('v1', 'Event', 'events');

/** What most components become: watched in every member from the start. Each watch is a connection, so other kinds are added by `interest`. */
export const COMPONENT_KINDS = [of('apps/v1', 'Deployment', 'deployments'), of('batch/v1', 'Job', 'jobs')];

/** Workloads that are watched only to be shown, unless one of ours is among them. */
export const OTHER_WORKLOADS = [of('apps/v1', 'StatefulSet', 'statefulsets'), of('apps/v1', 'DaemonSet', 'daemonsets')];

export const WORKLOADS = [...COMPONENT_KINDS, ...OTHER_WORKLOADS];

export const idOf = ({ apiVersion, kind }: Kind): string => `${apiVersion}/${kind}`;
