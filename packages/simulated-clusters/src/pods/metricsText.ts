import type { KubeObject } from '@flotilla/kube-api';
import { durationMs } from '../duration';
import { ERROR_RATE, LATENCY } from './annotations';
import { imageWord } from './story';
import type { Traffic } from './traffic';
import { cpuSeconds, usageOf } from './usage';

const MEDIAN_MS = 50;
const SLOW_TIMES = 10;
const FAILING_SHARE = 0.25;
/** Upper bounds of the histogram, in seconds: those that Prometheus' libraries take. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How a pod answers what it is asked. */
export function mannersOf({ metadata: { annotations = {} }, spec }: KubeObject): { errorShare: number; medianSeconds: number } {
  const words = spec.containers.map((each: any) => imageWord(each.image));
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(annotations[ERROR_RATE] ?? '') ?? [];
  const errorShare = percent === undefined ? (words.includes('failing') ? FAILING_SHARE : 0) : Number(percent) / 100;
  const medianMs = durationMs(annotations[LATENCY]) ?? MEDIAN_MS * (words.includes('slow') ? SLOW_TIMES : 1);
  return { errorShare: Math.min(1, errorShare), medianSeconds: medianMs / 1000 };
}

const metric = (name: string, type: string, help: string, lines: [labels: string, value: number][]) =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines.map(([labels, value]) => `${name}${labels} ${value}`)].join('\n');

/**
 * What a running pod says of itself, as Prometheus text. Latencies are spread exponentially around their median; each
 * number is worked out from how many requests have come, and never falls.
 * @param now - in ms
 */
export function metricsText(traffic: Traffic, pod: KubeObject, startedAt: number, now: number): string {
  const { errorShare, medianSeconds } = mannersOf(pod);
  const count = traffic.count(pod.metadata.uid!);
  const errors = Math.floor(count * errorShare);
  const bucket = (le: number): [string, number] => [`_bucket{le="${le}"}`, Math.floor(count * (1 - 2 ** (-le / medianSeconds)))];
  const duration = [...BUCKETS.map(bucket), ['_bucket{le="+Inf"}', count], ['_sum', (count * medianSeconds) / Math.LN2], ['_count', count]] as [string, number][];
  return `${[
    metric('http_requests_total', 'counter', 'Requests answered, by code.', [['{code="200"}', count - errors], ['{code="500"}', errors]]),
    metric('http_request_duration_seconds', 'histogram', 'How long requests took.', duration),
    metric('process_cpu_seconds_total', 'counter', 'CPU used since the start.', [['', cpuSeconds(traffic, pod, Math.max(0, now - startedAt) / 1000)]]),
    metric('process_resident_memory_bytes', 'gauge', 'Memory used now.', [['', usageOf(traffic, pod).memory]]),
    metric('process_start_time_seconds', 'gauge', 'When the process began, in seconds since the epoch.', [['', startedAt / 1000]]),
  ].join('\n')}\n`;
}
