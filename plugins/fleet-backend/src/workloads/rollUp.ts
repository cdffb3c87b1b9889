import type { Statement } from '../model/conditions';

/** From what runs where to the status of an Application (or of a selected object): per cluster, per component, in conditions. */

/** One component in one cluster. */
export interface Run {
  cluster: string;
  /** Pods meant for this cluster, and those ready. */
  replicas: number;
  ready: number;
  settled: boolean;
  revision: string;
  /**
   * `applied`: the cluster has what we want; `waiting`: its turn has not come, or it does not answer; `failed`: it refused;
   * `violated`: runs where it should not; `orphaned`, `removing`, `completed` as the records say.
   */
  state: 'applied' | 'waiting' | 'failed' | 'violated' | 'orphaned' | 'removing' | 'completed';
  because: string;
  /** The cluster does not answer, so `ready` is what was last seen; since when, in words. */
  away?: string;
}

export interface ComponentOutcome {
  name: string;
  kind: string;
  wanted: number;
  unplaced: number;
  /** The decision in one sentence; for an undecided component, why it is undecided. */
  sentence: string;
  revision: string;
  runs: Run[];
}

const condition = (type: Statement['type'], status: Statement['status'], reason: Statement['reason'], message: string): Statement => ({ type, status, reason, message });
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const readyOf = (component: ComponentOutcome) => sum(component.runs.map(run => run.ready));

/** Whether the component's wanted replicas are ready; a Job counts once its pods run or it is complete. */
const isReady = (component: ComponentOutcome) =>
  component.unplaced === 0 &&
  (component.runs.length > 0 || component.wanted === 0) &&
  readyOf(component) >= component.wanted &&
  component.runs.every(run => run.state === 'completed' || run.state === 'orphaned' || run.state === 'removing' || run.settled);

function scheduled(components: ComponentOutcome[]): Statement {
  const short = components.filter(each => each.unplaced > 0);
  if (short.length === 0) return condition('Scheduled', 'True', 'Placed', components.map(each => each.sentence).join(' '));
  const some = components.some(each => each.unplaced < each.wanted);
  return condition('Scheduled', 'False', some ? 'PartlyPlaced' : 'NoClusterFits', short.map(each => each.sentence).join(' '));
}

function applied(components: ComponentOutcome[]): Statement {
  const runs = components.flatMap(component => component.runs.map(run => ({ component, run })));
  const say = (state: Run['state']) =>
    runs.filter(({ run }) => run.state === state).map(({ component, run }) => `${component.name} on ${run.cluster}: ${run.because}`);
  const failed = say('failed');
  if (failed.length > 0) return condition('Applied', 'False', 'ApplyFailed', failed.join('; '));
  const waiting = say('waiting');
  if (waiting.length > 0) return condition('Applied', 'False', 'Applying', waiting.join('; '));
  if (runs.length === 0) return condition('Applied', 'False', 'NotScheduled', 'no object has been written to a cluster');
  const clusters = new Set(runs.map(({ run }) => run.cluster));
  return condition('Applied', 'True', 'Applied', `${runs.length} of ${runs.length} objects are as wanted in ${clusters.size} ${clusters.size === 1 ? 'cluster' : 'clusters'}`);
}

/** "I cannot see" is not "it is down": as far as was seen all is well, but some of it cannot be seen now. */
function unseen(components: ComponentOutcome[]): Statement | undefined {
  const away = components.flatMap(each => each.runs.filter(run => run.away !== undefined).map(run => `${each.name} on ${run.cluster} had ${run.ready} ready when last seen: ${run.away}`));
  return away.length > 0 ? condition('Ready', 'Unknown', 'ClusterAway', away.join('; ')) : undefined;
}

function ready(components: ComponentOutcome[]): Statement {
  const behind = components.filter(each => !isReady(each));
  if (behind.length === 0) {
    const away = unseen(components);
    if (away) return away;
    const pods = sum(components.map(each => each.wanted));
    return condition('Ready', 'True', 'AllReady', `${pods} of ${pods} pods are ready`);
  }
  const words = behind.map(each => {
    const trouble = each.runs.find(run => run.because !== '' && !run.settled);
    return `${each.name}: ${readyOf(each)} of ${each.wanted} ready${trouble ? ` (${trouble.cluster}: ${trouble.because})` : ''}`;
  });
  return condition('Ready', 'False', behind.some(each => each.unplaced > 0) ? 'NotScheduled' : 'PodsNotReady', words.join('; '));
}

function marked(type: Statement['type'], state: Run['state'], reason: Statement['reason'], components: ComponentOutcome[]): Statement | undefined {
  const found = components.flatMap(each => each.runs.filter(run => run.state === state).map(run => `${each.name} on ${run.cluster}: ${run.because}`));
  return found.length > 0 ? condition(type, 'True', reason, found.join('; ')) : undefined;
}

/** kstatus: Reconciling while something is on its way; Stalled when nothing will move without a change. */
function kstatus(components: ComponentOutcome[]): (Statement | undefined)[] {
  const runs = components.flatMap(each => each.runs);
  const stalled = components.some(each => each.unplaced > 0) || runs.some(run => run.state === 'failed');
  if (stalled) return [condition('Stalled', 'True', 'NeedsChange', 'nothing moves by itself: see Scheduled and Applied')];
  if (components.every(isReady) && runs.every(run => run.state !== 'waiting')) return [];
  return [condition('Reconciling', 'True', 'InProgress', 'on its way to the newest revision')];
}

/** All conditions that follow from the outcomes; those absent here are to be taken off. */
export function rollUp(components: ComponentOutcome[]): Statement[] {
  return [
    scheduled(components),
    applied(components),
    ready(components),
    marked('PlacementViolated', 'violated', 'NeedsChange', components),
    marked('Orphaned', 'orphaned', 'NoEffectYet', components),
    ...kstatus(components),
  ].filter(each => each !== undefined);
}

const STATE_WORD: Record<Run['state'], string> = {
  applied: 'Applied',
  waiting: 'Pending',
  failed: 'Failed',
  violated: 'Applied',
  orphaned: 'Orphaned',
  removing: 'Removing',
  completed: 'Ready',
};

function stateWord(run: Run): string {
  if (run.away !== undefined && run.state !== 'removing') return 'Unknown';
  return run.state === 'applied' && run.settled ? 'Ready' : STATE_WORD[run.state];
}

/** `status.components[]`: every component with its clusters. */
export function componentStatus(components: ComponentOutcome[]) {
  return components.map(each => ({
    name: each.name,
    revision: each.revision,
    replicas: each.wanted,
    placed: Math.max(0, each.wanted - each.unplaced),
    ready: readyOf(each),
    ...(each.runs.some(run => run.state === 'completed') ? { completed: true } : {}),
    sentence: each.sentence,
    clusters: each.runs.map(run => ({
      name: run.cluster,
      replicas: run.replicas,
      ready: run.ready,
      revision: run.revision,
      state: stateWord(run),
      ...(run.because || run.away ? { message: run.because || run.away } : {}),
    })),
  }));
}

/** `status.placed`: ready replicas of wanted replicas. */
export const placedColumn = (components: ComponentOutcome[]): string => `${sum(components.map(readyOf))}/${sum(components.map(each => each.wanted))}`;
