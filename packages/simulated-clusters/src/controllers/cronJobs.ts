import type { KubeObject } from '@flotilla/kube-api';
import { nextTime } from './cronSchedule';
import { warn } from './events';
import { conditionOf, make, ownerReference, remove, rfc3339, writeStatus, type Hands } from './hands';
import type { Snapshot } from './snapshot';

/** As many missed times are looked through; who missed more goes on from now. */
const MOST_MISSED = 100;

const hasEnded = (job: KubeObject) => conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True';

/** A CronJob: a Job at each of its times, of several missed ones the last; old Jobs go. */
export async function reconcileCronJob(hands: Hands, world: Snapshot, cron: KubeObject, wake: (at: number) => void): Promise<void> {
  const { spec, status = {}, metadata } = cron;
  const jobs = world.ownedBy(cron).filter(each => each.kind === 'Job');
  const since = Date.parse(status.lastScheduleTime ?? metadata.creationTimestamp);
  const times = timesOf(spec, since, hands.now());
  const due = spec.suspend ? undefined : times.due;
  let active = jobs.filter(job => !hasEnded(job));
  if (times.next !== undefined && !spec.suspend) wake(times.next);
  const isLate = due !== undefined && spec.startingDeadlineSeconds !== undefined && hands.now() > due + spec.startingDeadlineSeconds * 1000;
  if (isLate) await warn(hands, cron, 'MissSchedule', `Missed scheduled time to start a job: ${rfc3339(due)}`, 'cronjob-controller');
  const begins = due !== undefined && !isLate && !(spec.concurrencyPolicy === 'Forbid' && active.length > 0);
  if (begins) {
    if (spec.concurrencyPolicy === 'Replace') for (const job of active) await remove(hands, job);
    if (spec.concurrencyPolicy === 'Replace') active = [];
    await begin(hands, cron, due);
  }
  await forgetJobs(hands, spec, jobs);
  const ends = jobs.filter(job => conditionOf(job, 'Complete')?.status === 'True').map(job => job.status.completionTime).sort();
  await writeStatus(hands, cron, {
    active: active.length > 0 ? active.map(({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }) => ({ apiVersion, kind, name, namespace, uid, resourceVersion })) : undefined,
    lastScheduleTime: begins ? rfc3339(due) : status.lastScheduleTime,
    lastSuccessfulTime: ends.at(-1) ?? status.lastSuccessfulTime,
  });
}

/** The last time that is due, and the next one. */
function timesOf({ schedule, timeZone }: any, since: number, now: number): { due?: number; next?: number } {
  let due: number | undefined;
  let next = nextTime(schedule, since, timeZone);
  for (let i = 0; next !== undefined && next <= now; i += 1) {
    due = next;
    next = nextTime(schedule, i < MOST_MISSED ? next : now, timeZone);
  }
  return { due, next };
}

/** The Job of a time has a name of its own, so that it is made once. */
async function begin(hands: Hands, cron: KubeObject, at: number) {
  const { jobTemplate } = cron.spec;
  const { name, namespace } = cron.metadata;
  const annotations = { ...jobTemplate.metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': rfc3339(at) };
  const made: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-${Math.floor(at / 60_000)}`, namespace, labels: jobTemplate.metadata?.labels, annotations, ownerReferences: [ownerReference(cron)] },
    spec: jobTemplate.spec,
  };
  const refusal = await make(hands, made);
  if (refusal) await warn(hands, cron, 'FailedCreate', `Error creating job: ${refusal}`, 'cronjob-controller');
}

async function forgetJobs(hands: Hands, { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 }: any, jobs: readonly KubeObject[]) {
  for (const [type, limit] of [['Complete', successfulJobsHistoryLimit], ['Failed', failedJobsHistoryLimit]] as const) {
    const ended = jobs.filter(job => conditionOf(job, type)?.status === 'True').sort((a, b) => a.metadata.creationTimestamp!.localeCompare(b.metadata.creationTimestamp!));
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) await remove(hands, job);
  }
}
