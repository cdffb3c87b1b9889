import type { Work } from '../model/work';
import type { Progress, Target } from './types';

/** One cluster as the plan needs it. */
export interface ClusterNow {
  /** It answers and its identity is trusted; where false, nothing is sent and nothing is concluded from absence. */
  answers: boolean;
  /** UID of its kube-system namespace. */
  uid: string;
  /** Our main object there, by its name. Absent: not there, as far as was last seen. */
  live(name: string): (Progress & { replicas: number; revision: string }) | undefined;
}

export interface PlanInput {
  target: Target;
  /** What the decision wants, best cluster first. */
  wished: readonly { cluster: string; replicas: number }[];
  /** Clusters whose loss is a breach of residency: emptied at once. */
  evicted: ReadonlySet<string>;
  /** Pods without a place. While there are any, nothing that runs is taken away. */
  unplaced: number;
  /** Works of the target's main object, every state. */
  works: readonly Work[];
  now(cluster: string): ClusterNow;
}

/** What is to be done now, cluster by cluster. Whatever is not named stays as it is. */
export interface Plan {
  /** To be made or brought to this share and the target's revision. */
  apply: { cluster: string; replicas: number }[];
  /** To be kept as they are, at the share and revision they have: drift is still put back. */
  hold: { cluster: string; replicas: number; revision: string; why: string }[];
  /** To be deleted. */
  remove: { cluster: string; why: string }[];
  /** Run where they should not, since nothing else can take them yet. */
  violated: { cluster: string; why: string }[];
  /** Jobs that ended or vanished: recorded, never made again. */
  completed: { cluster: string; name: string; outcome: 'Complete' | 'Failed' | 'Gone' }[];
}

const empty = (): Plan => ({ apply: [], hold: [], remove: [], violated: [], completed: [] });
const inForce = (work: Work) => work.state === 'wanted';

/**
 * The order in which a target's clusters follow a decision (product rules "What things mean", deleting and Jobs):
 * - more comes before less: shares grow and new clusters start first; only when all of those are Ready do others shrink or go;
 * - a new revision goes cluster by cluster, the next only when the last is Ready;
 * - a Job that began stays, and runs once a revision.
 */
export function planWork(input: PlanInput): Plan {
  return input.target.isJob ? planJob(input) : planReplicated(input);
}

function planReplicated(input: PlanInput): Plan {
  const plan = empty();
  const { target } = input;
  const name = target.main.metadata.name!;
  const works = new Map(input.works.filter(inForce).map(work => [work.cluster, work]));
  const orphaned = new Set(input.works.filter(work => work.state === 'orphaned').map(work => work.cluster));
  const shareOf = (cluster: string) => input.now(cluster).live(name)?.replicas ?? 0;
  const settled = (cluster: string, replicas: number) => {
    const now = input.now(cluster);
    const live = now.live(name);
    return now.answers && live !== undefined && live.settled && live.revision === target.revision && (!target.divided || live.replicas >= replicas);
  };
  // Anything short of Ready elsewhere keeps every decrease waiting.
  const risen = input.unplaced === 0 && input.wished.every(({ cluster, replicas }) => settled(cluster, replicas) || keepsMore(cluster, replicas));

  function keepsMore(cluster: string, replicas: number) {
    const live = input.now(cluster).live(name);
    return target.divided && live !== undefined && live.settled && live.replicas > replicas;
  }

  let updating: string | undefined;
  for (const { cluster, replicas } of input.wished) {
    const work = works.get(cluster);
    const live = input.now(cluster).live(name);
    // Nobody can take it up again before it answers.
    if (orphaned.has(cluster) && !input.now(cluster).answers) continue;
    // A dead cluster is owed its change (debt) but keeps nobody waiting.
    if (!input.now(cluster).answers) {
      plan.apply.push({ cluster, replicas });
      continue;
    }
    const old = work !== undefined && live !== undefined && live.revision !== '' && live.revision !== target.revision;
    if (old && updating !== undefined) {
      plan.hold.push({ cluster, replicas: live.replicas, revision: live.revision, why: `waits until ${updating} is Ready at revision ${target.revision}` });
      continue;
    }
    if (old || (live !== undefined && !settled(cluster, Math.min(replicas, live.replicas)))) updating ??= cluster;
    const shrinks = target.divided && live !== undefined && live.replicas > replicas;
    plan.apply.push({ cluster, replicas: shrinks && !risen ? live.replicas : replicas });
  }
  const wanted = new Set(input.wished.map(each => each.cluster));
  for (const [cluster, work] of works) {
    if (wanted.has(cluster)) continue;
    if (input.evicted.has(cluster)) plan.remove.push({ cluster, why: 'residency does not allow it here' });
    else if (target.main.kind === 'StatefulSet') leave(cluster, work, 'a StatefulSet stays until its removal is wished for');
    else if (input.wished.length === 0 || input.unplaced > 0) leave(cluster, work, 'no other cluster has room for it');
    else if (!risen) plan.hold.push({ cluster, replicas: shareOf(cluster), revision: work.revision, why: 'goes when its replacement is Ready' });
    else plan.remove.push({ cluster, why: 'its replacement is Ready' });
  }

  function leave(cluster: string, work: Work, why: string) {
    plan.hold.push({ cluster, replicas: shareOf(cluster), revision: work.revision, why });
    plan.violated.push({ cluster, why });
  }
  return plan;
}

/** Of a Job's work: what is known of its run. A record without a `memberUid` was perhaps never made, so absence says nothing. */
function runOf(work: Work, now: ClusterNow): 'running' | 'Complete' | 'Failed' | 'Gone' | 'unknown' {
  const live = now.live(work.name);
  if (live) return live.finished ?? 'running';
  return now.answers && work.memberUid !== '' ? 'Gone' : 'unknown';
}

function planJob(input: PlanInput): Plan {
  const plan = empty();
  const { target } = input;
  let busy = false;
  let done = false;
  for (const work of input.works) {
    const current = work.revision === target.revision;
    if (work.state === 'completed') {
      done ||= current;
      continue;
    }
    const now = input.now(work.cluster);
    const wished = input.wished.some(each => each.cluster === work.cluster);
    if (work.state === 'removing') continue;
    // An orphan is taken up again where it is wished for and answers; until then it counts as running.
    if (work.state === 'orphaned' && !(wished && now.answers)) {
      busy = true;
      continue;
    }
    // Recorded and never sent: it did not begin, so another revision or cluster need not wait for it.
    if (!work.sent && work.memberUid === '' && !(current && wished)) {
      plan.remove.push({ cluster: work.cluster, why: 'it was never sent' });
      continue;
    }
    const run = runOf(work, now);
    if (run === 'Complete' || run === 'Failed' || run === 'Gone') {
      plan.completed.push({ cluster: work.cluster, name: work.name, outcome: run });
      done ||= current;
    } else if (input.evicted.has(work.cluster)) {
      plan.remove.push({ cluster: work.cluster, why: 'residency does not allow it here' });
    } else if (!current && target.updatePolicy === 'Replace') {
      plan.remove.push({ cluster: work.cluster, why: 'updatePolicy Replace: a new revision takes its place' });
    } else {
      busy = true;
      keepRunning(work, current, wished);
    }
  }
  if (!busy && !done) plan.apply.push(...input.wished.map(({ cluster, replicas }) => ({ cluster, replicas })));
  return plan;

  function keepRunning(work: Work, current: boolean, wished: boolean) {
    // Applied again at its own revision, so that a write lost in a crash is repeated; the cluster answers "unchanged" otherwise.
    if (current) plan.apply.push({ cluster: work.cluster, replicas: target.replicas });
    else plan.hold.push({ cluster: work.cluster, replicas: target.replicas, revision: work.revision, why: 'the running Job ends first (updatePolicy Wait)' });
    if (!wished && input.wished.length > 0) plan.violated.push({ cluster: work.cluster, why: 'a Job that began stays until it ends' });
  }
}
