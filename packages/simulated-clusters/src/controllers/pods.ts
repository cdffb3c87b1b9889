import type { KubeObject } from '@flotilla/kube-api';
import { conditionOf, isReady, make, ownerReference, type Hands } from './hands';

/** Five letters or figures that a name ends with. */
export const nameSuffix = (hands: Hands) => Math.floor(hands.random() * 36 ** 5).toString(36).padStart(5, '0');

export interface PodExtra {
  /** Default: the owner's name and a suffix. */
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** In place of what the template says. */
  spec?: object;
}

/**
 * Makes a pod from its owner's template.
 * @returns why it was refused, if it was
 */
export const makePod = (hands: Hands, owner: KubeObject, template: any, extra: PodExtra = {}): Promise<string | undefined> =>
  make(hands, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: extra.name ?? `${owner.metadata.name}-${nameSuffix(hands)}`,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...extra.labels },
      annotations: { ...template.metadata?.annotations, ...extra.annotations },
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...extra.spec },
  });

/** When a ready pod will have been ready for so many seconds, in ms; undefined while it is not ready. */
export function availableAt(pod: KubeObject, minReadySeconds = 0): number | undefined {
  return isReady(pod) ? Date.parse(conditionOf(pod, 'Ready').lastTransitionTime) + minReadySeconds * 1000 : undefined;
}

/** Whether a pod has been ready for so many seconds; if it will have been, another look is asked for then. */
export function isAvailable(hands: Hands, pod: KubeObject, minReadySeconds: number | undefined, wake: (at: number) => void): boolean {
  const at = availableAt(pod, minReadySeconds);
  if (at !== undefined && at > hands.now()) wake(at);
  return at !== undefined && at <= hands.now();
}
