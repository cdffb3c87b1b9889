import type { KubeObject } from '@flotilla/kube-api';
import { warn } from './events';
import { conditionOf, isGoing, isOver, isReady, remove, rfc3339, some, writeStatus, type Hands } from './hands';
import { makePod } from './pods';
import { REFUSED_MS } from './replicaSets';
import type { Snapshot } from './snapshot';

/** A failed pod is made again after this, doubled each time, as in Kubernetes. */
const BACKOFF_MS = { first: 10_000, limit: 360_000 };
const INDEX = 'batch.kubernetes.io/job-completion-index';

interface Work {
  succeeded: number;
  failed: KubeObject[];
  active: KubeObject[];
  /** How many have to succeed; undefined: one is enough, then no more are begun. */
  completions: number | undefined;
}

/** A Job: so many pods at once until so many succeeded; failed ones are made again up to backoffLimit; gone after its TTL. */
export async function reconcileJob(hands: Hands, world: Snapshot, job: KubeObject, wake: (at: number) => void): Promise<void> {
  if (conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True') return expire(hands, job, wake);
  const { spec, status = {} } = job;
  const pods = world.podsOf(job);
  const succeeded = pods.filter(pod => pod.status?.phase === 'Succeeded');
  const work: Work = {
    succeeded: succeeded.length,
    failed: pods.filter(pod => pod.status?.phase === 'Failed'),
    active: pods.filter(pod => !isOver(pod) && !isGoing(pod)),
    completions: spec.completions,
  };
  const startTime = spec.suspend ? undefined : (status.startTime ?? rfc3339(hands.now()));
  const verdict = judge(hands, spec, work, startTime);
  if (verdict || spec.suspend) for (const pod of work.active) await remove(hands, pod);
  else await begin(hands, job, work, succeeded, wake);
  if (startTime && spec.activeDeadlineSeconds) wake(Date.parse(startTime) + spec.activeDeadlineSeconds * 1000);
  const ended = Boolean(verdict);
  await writeStatus(hands, job, {
    startTime,
    active: some(ended || spec.suspend ? 0 : work.active.length),
    ready: ended || spec.suspend ? 0 : work.active.filter(isReady).length,
    succeeded: some(work.succeeded),
    failed: some(work.failed.length + (verdict?.type === 'Failed' ? work.active.length : 0)),
    terminating: 0,
    uncountedTerminatedPods: {},
    completionTime: verdict?.type === 'Complete' ? rfc3339(hands.now()) : undefined,
    conditions: conditionsOf(hands, job, verdict),
  });
}

interface Verdict {
  type: 'Complete' | 'Failed';
  reason: string;
  message: string;
}

function judge(hands: Hands, spec: any, { succeeded, failed, active, completions }: Work, startTime?: string): Verdict | undefined {
  const enough = completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completions;
  if (enough) return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
  if (failed.length > (spec.backoffLimit ?? 6)) return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  if (startTime && spec.activeDeadlineSeconds && hands.now() >= Date.parse(startTime) + spec.activeDeadlineSeconds * 1000) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

async function begin(hands: Hands, job: KubeObject, { succeeded, failed, active, completions }: Work, done: readonly KubeObject[], wake: (at: number) => void) {
  const { parallelism = 1, completionMode, template } = job.spec;
  const wanted = completions === undefined ? (succeeded > 0 ? active.length : parallelism) : Math.min(parallelism, completions - succeeded);
  const spare = active.length - wanted;
  for (const pod of active.filter(each => !isReady(each)).concat(active.filter(isReady)).slice(0, Math.max(0, spare))) await remove(hands, pod);
  if (spare >= 0) return;
  const again = retryAt(failed);
  if (again > hands.now()) {
    wake(again);
    return;
  }
  const { name, uid } = job.metadata as { name: string; uid: string };
  const labels = { 'batch.kubernetes.io/job-name': name, 'job-name': name, 'batch.kubernetes.io/controller-uid': uid, 'controller-uid': uid };
  const taken = new Set([...active, ...done].map(pod => pod.metadata.annotations?.[INDEX]));
  for (let i = spare, index = 0; i < 0; i += 1, index += 1) {
    while (taken.has(String(index))) index += 1;
    const annotations = completionMode === 'Indexed' ? { [INDEX]: String(index) } : undefined;
    const refusal = await makePod(hands, job, template, { labels: { ...labels, ...annotations }, annotations });
    if (!refusal) continue;
    wake(hands.now() + REFUSED_MS);
    await warn(hands, job, 'FailedCreate', `Error creating: ${refusal}`, 'job-controller');
    return;
  }
}

/** When the last failure has been waited for. */
function retryAt(failed: readonly KubeObject[]): number {
  if (failed.length === 0) return 0;
  const ends = failed.map(pod => Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp));
  return Math.max(...ends) + Math.min(BACKOFF_MS.limit, BACKOFF_MS.first * 2 ** (failed.length - 1));
}

function conditionsOf(hands: Hands, job: KubeObject, verdict: Verdict | undefined): any[] | undefined {
  const before: any[] | undefined = job.status?.conditions;
  const add = (list: any[] = [], type: string, status: 'True' | 'False', reason: string, message: string) => {
    if (list.some(each => each.type === type && each.status === status)) return list;
    const at = rfc3339(hands.now());
    return [...list.filter(each => each.type !== type), { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message }];
  };
  if (verdict) {
    const first = verdict.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    return add(add(before, first, 'True', verdict.reason, verdict.message), verdict.type, 'True', verdict.reason, verdict.message);
  }
  if (job.spec.suspend) return add(before, 'Suspended', 'True', 'JobSuspended', 'Job suspended');
  return conditionOf(job, 'Suspended')?.status === 'True' ? add(before, 'Suspended', 'False', 'JobResumed', 'Job resumed') : before;
}

async function expire(hands: Hands, job: KubeObject, wake: (at: number) => void) {
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (typeof ttl !== 'number') return;
  const ended = (conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed')).lastTransitionTime;
  const at = Date.parse(ended) + ttl * 1000;
  if (hands.now() >= at) await remove(hands, job);
  else wake(at);
}
