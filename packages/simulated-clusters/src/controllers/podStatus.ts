/** How a kubelet words the status of its pods. */
import type { KubeObject } from '@flotilla/kube-api';
import { conditionOf, rfc3339 } from './hands';

/** What all containers of a pod are in at once. */
export interface ContainerState {
  ready: boolean;
  started: boolean;
  restartCount?: number;
  state: { waiting?: object; running?: { startedAt: string }; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
}

export interface Terminated {
  exitCode: number;
  reason: string;
  startedAt: string;
  finishedAt: string;
}

const conditions = (pod: KubeObject, states: Record<string, boolean>, now: number, reason?: string, message?: string) =>
  Object.entries(states).map(([type, isTrue]) => {
    const before = conditionOf(pod, type);
    const status = isTrue ? 'True' : 'False';
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : rfc3339(now);
    return { type, status, lastTransitionTime, ...(isTrue ? {} : { reason, message }) };
  });

/** Conditions of a pod that has a node, those that others wrote among them. */
export function podConditions(pod: KubeObject, ready: boolean, now: number, reason = 'ContainersNotReady'): object[] {
  const states = { PodScheduled: true, Initialized: true, ContainersReady: ready, Ready: ready };
  const names = pod.spec.containers.map((each: any) => each.name).join(' ');
  const others = (pod.status?.conditions ?? []).filter((each: any) => !Object.hasOwn(states, each.type));
  return [...others, ...conditions(pod, states, now, reason, reason === 'ContainersNotReady' ? `containers with unready status: [${names}]` : undefined)];
}

/** `containerStatuses` in which all containers are in the same state. */
export const containerStatuses = ({ spec }: KubeObject, state: ContainerState): object[] =>
  spec.containers.map(({ name, image }: any) => ({ name, image, imageID: state.state.waiting && !state.restartCount ? '' : image, restartCount: 0, lastState: {}, ...state }));

/** The state that all containers of a pod are in; undefined before its kubelet has said one. */
export const containerState = ({ status }: KubeObject): (Required<ContainerState> & { state: { waiting?: { reason: string } } }) | undefined => status?.containerStatuses?.[0];
