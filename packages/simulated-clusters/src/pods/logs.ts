import { createHash } from 'node:crypto';
import type { KubeObject } from '@flotilla/kube-api';

const EVERY_MS = 5_000;
/** As much as a kubelet keeps before it rotates, about. */
const MOST_LINES = 10_000;

export interface LogQuery {
  /** At most so many, the last ones. */
  tail?: number;
  /** None from before, in ms. */
  since?: number;
}

/** The life of a container that a log is about, in ms. */
export interface Life {
  startedAt: number;
  /** Undefined while it runs. */
  finishedAt?: number;
  exitCode?: number;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();

function words(pod: KubeObject, i: number): string {
  if (i === 0) return 'level=info msg="listening" port=8080';
  const hash = hashOf(`${pod.metadata.uid} ${i}`);
  return `level=info msg="request" n=${i} method=GET path=/items/${hash.readUInt16BE(0) % 1000} status=200 durationMs=${1 + (hash[2] % 90)}`;
}

/**
 * The lines of a container, one each five seconds, the same whenever they are read.
 * @param now - in ms
 * @returns pairs of a time in ms and a text
 */
export function logLines(pod: KubeObject, { startedAt, finishedAt, exitCode = 0 }: Life, now: number, { tail = MOST_LINES, since = 0 }: LogQuery): [at: number, text: string][] {
  const last = Math.floor(Math.max(0, (finishedAt ?? now) - startedAt) / EVERY_MS);
  const end: [number, string][] = finishedAt === undefined ? [] : [[finishedAt, exitCode ? `level=error msg="fatal" exitCode=${exitCode}` : 'level=info msg="done"']];
  const most = Math.min(tail, MOST_LINES);
  const first = Math.max(0, last + 1 - most, Math.ceil((since - startedAt) / EVERY_MS));
  const lines = Array.from({ length: Math.max(0, last + 1 - first) }, (_, i): [number, string] => [startedAt + (first + i) * EVERY_MS, words(pod, first + i)]);
  return most === 0 ? [] : [...lines, ...end].filter(([at]) => at >= since).slice(-most);
}
