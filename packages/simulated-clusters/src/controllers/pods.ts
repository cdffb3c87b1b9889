import type { KubeObject } from '@flotilla/kube-api';
import { conditionOf, isReady, make, ownerReference, type Hands } from './hands';

const suffix = (hands: Hands) => Math.floor(hands.random() * 36 ** 5).toString(36).padStart(5, '0');

/** Makes a pod from its owner's template. */
export const makePod = (hands: Hands, owner: KubeObject, template: any, extra: { labels?: Record<string, string>; annotations?: Record<string, string> } = {}) =>
  make(hands, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${owner.metadata.name}-${suffix(hands)}`,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...extra.labels },
      annotations: { ...template.metadata?.annotations, ...extra.annotations },
      ownerReferences: [ownerReference(owner)],
    },
    spec: template.spec,
  });

/** When a ready pod will have been ready for so many seconds, in ms; undefined while it is not ready. */
export function availableAt(pod: KubeObject, minReadySeconds = 0): number | undefined {
  return isReady(pod) ? Date.parse(conditionOf(pod, 'Ready').lastTransitionTime) + minReadySeconds * 1000 : undefined;
}
