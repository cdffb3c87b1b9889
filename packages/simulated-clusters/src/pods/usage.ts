import type { KubeObject } from '@flotilla/kube-api';
import { durationMs } from '../duration';
import { numberOf } from '../quantity';
import { CPU, CPU_PER_REQUEST, MEMORY } from './annotations';
import type { Traffic } from './traffic';

/** Cores and bytes. */
export interface Usage {
  cpu: number;
  memory: number;
}

/** Of what a pod that does nothing asks for, it uses so much; and at least this. */
const IDLE = { cpu: { share: 0.05, least: 0.001 }, memory: { share: 0.5, least: 64 * 1024 ** 2 } };
/** CPU of a request whose pod does not say, in seconds. */
const CPU_SECONDS = 0.002;

/** What the containers of a pod request of a resource together; undefined when one of them does not say. */
export function requested({ spec }: KubeObject, resource: string): number | undefined {
  const all: (string | undefined)[] = spec.containers.map((each: any) => each.resources?.requests?.[resource]);
  return all.includes(undefined) ? undefined : all.reduce((sum, each) => sum + numberOf(each), 0);
}

const idle = (pod: KubeObject, resource: 'cpu' | 'memory') => Math.max(IDLE[resource].least, (requested(pod, resource) ?? 0) * IDLE[resource].share);
const said = ({ metadata }: KubeObject, annotation: string) => (metadata.annotations?.[annotation] === undefined ? undefined : numberOf(metadata.annotations[annotation]));
const perRequest = ({ metadata }: KubeObject) => (durationMs(metadata.annotations?.[CPU_PER_REQUEST]) ?? CPU_SECONDS * 1000) / 1000;

/** What a running pod uses now: what it says, or what its requests and its traffic make likely. */
export const usageOf = (traffic: Traffic, pod: KubeObject): Usage => ({
  cpu: said(pod, CPU) ?? idle(pod, 'cpu') + traffic.rate(pod.metadata.uid!) * perRequest(pod),
  memory: said(pod, MEMORY) ?? idle(pod, 'memory'),
});

/** CPU that a pod has used since so many seconds ago, when it started. */
export function cpuSeconds(traffic: Traffic, pod: KubeObject, seconds: number): number {
  const fixed = said(pod, CPU);
  return fixed === undefined ? idle(pod, 'cpu') * seconds + traffic.count(pod.metadata.uid!) * perRequest(pod) : fixed * seconds;
}
