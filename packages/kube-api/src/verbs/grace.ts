import type { DeleteOptions } from '../service';
import type { KubeObject, ResourceInfo } from '../types';

/** What Kubernetes gives a pod that says nothing. */
const DEFAULT_SECONDS = 30;

/**
 * How many seconds a deleted object may still run: a pod on a node ends when its kubelet says so, at the latest after
 * these. Everything else, and a pod that runs nowhere, is gone at once.
 */
export function graceSeconds(info: ResourceInfo, { spec, status }: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (info.kind !== 'Pod' || info.group !== '' || !spec?.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  const said: number = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_SECONDS;
  return said < 0 ? 1 : said;
}
